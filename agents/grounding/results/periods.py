"""Tables of a column by periods: years and months stand in time, weekdays, months of the year and hours come again."""

from collections.abc import Iterator

from agents.grounding.results.measures import by_name, moments_by_column, told_of, whole_table, words_of
from agents.grounding.tables.cells import Aggregate, Measure, Row, Table, plain_words, scale_in
from analytics.results import Periods

_HOW: dict[str, Aggregate] = {"sum": "total", "mean": "mean", "count": "count"}


def period_tables(evidence: str, result: Periods) -> Iterator[Table]:
    """The periods with their values, and growth, trend and average of all of them."""
    words, unit = plain_words(result.column), scale_in(result.column)
    value = Measure("value", words, _HOW[result.told_as], unit=unit)
    count = Measure("count", frozenset({"n"}), "count", needs=words_of("n rows days hours steps"), of_rows=True)
    rows = [
        Row(
            {result.part: each.name},
            {} if result.part in ("weekday", "hour") else moments_by_column({result.time: each.name}),
            {"value": each.value, "count": float(each.count)},
        )
        for each in result.periods
    ]
    yield Table(
        evidence, by_name(value, count), rows, row_words=words_of("periods years quarters months weekdays hours")
    )
    grown = "growth grew grow rise rose increase increased fall fell drop dropped decline declined change changed"
    yield whole_table(
        evidence,
        [
            (Measure("average of all", words, "mean", unit=unit), result.overall),
            (told_of("growth", grown, "share"), result.growth),
            (told_of("average growth", f"{grown} average year annual annually", "share"), result.average_growth),
            (told_of("slope", "slope trend", "other"), result.slope),
            (told_of("p_value", "p significance significant trend difference", "other"), result.p_value),
            (told_of("effect size", "effect size tau epsilon explains explained", "share"), result.effect_size),
        ],
    )
