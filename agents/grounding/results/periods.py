"""Tables of a column by periods: years and months stand in time, weekdays, months of the year and hours come again."""

from collections.abc import Iterator

from agents.grounding.reading.words import words_of
from agents.grounding.results.measures import by_name, moments_by_column, told_of, whole_table
from agents.grounding.tables.cells import Aggregate, Measure, Row, Table, plain_words, scale_in
from analytics.results import Periods

_HOW: dict[str, Aggregate] = {"sum": "total", "mean": "mean", "count": "count"}


def period_tables(evidence: str, result: Periods) -> Iterator[Table]:
    """The periods with their values, and growth, trend and average of all of them."""
    words, unit = plain_words(result.column), scale_in(result.column)
    counted = result.aggregate == "count"
    value = Measure("value", words, _HOW[result.told_as], unit=unit, of_rows=counted)
    # Where the values are averages of days, these days are counted rather than rows.
    of_rows = result.step is None and not counted
    count = Measure("count", frozenset({"n"}), "count", needs=words_of("n rows days hours steps"), of_rows=of_rows)
    column = "year" if result.part == "year" else result.time  # "2007" is a time in a column of years alone
    rows: list[Row] = []
    for each in result.periods:
        moments = moments_by_column({column: each.name})  # none for weekdays and hours
        # A time is no name: the row before has another one, and is still of the same series.
        names = {} if moments else {result.part: each.name}
        rows.append(Row(names, moments, {"value": each.value, "count": float(each.count)}))
    yield Table(
        evidence, by_name(value, count), rows, row_words=words_of("periods years quarters months weekdays hours")
    )
    grown = "growth grew grow rise rose increase increased fall fell drop dropped decline declined change changed"
    yield whole_table(
        evidence,
        (Measure("average of all", words, "mean", unit=unit), result.overall),
        (told_of("growth", grown, "share"), result.growth),
        (told_of("average growth", f"{grown} average year annual annually", "share"), result.average_growth),
        (told_of("slope", "slope trend", "other"), result.slope),
        (told_of("p_value", "p significance significant trend difference", "other"), result.p_value),
        (told_of("effect size", "effect size tau epsilon explains explained", "share"), result.effect_size),
    )
