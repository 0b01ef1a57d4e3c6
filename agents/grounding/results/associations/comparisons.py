"""Tables of correlations and of compared groups."""

from collections.abc import Iterator

from agents.grounding.reading.words import stems_of_name, words_of
from agents.grounding.results.measures import by_name, known, moments_by_column, told_of, whole_table
from agents.grounding.tables.cells import Measure, Row, Table, plain_words, scale_in
from analytics.results import Correlations, GroupComparison

_LINEAR = words_of("pearson linear r correlation correlate correlated coefficient")
"""Words for Pearson's coefficient: people call it their correlation, unless a sentence says `rank`."""


def correlation_tables(evidence: str, result: Correlations) -> Iterator[Table]:
    """Pairs of columns with their coefficients."""
    coefficient = Measure(
        "coefficient",
        words_of("r rho link relation relationship correlation correlate correlated coefficient spearman association"),
        "other",
        sure=False,
    )
    p_value = Measure("p_value", words_of("p significance significant"), "other", of_result=True)
    count = Measure("count", words_of("n rows values observations"), "count", of_rows=True)
    linear = Measure("pearson", _LINEAR, "other", needs=_LINEAR, sure=False)
    yield Table(
        evidence,
        by_name(coefficient, p_value, count, linear),
        [
            Row(
                {"left": pair.left, "right": pair.right},
                {},
                known(coefficient=pair.coefficient, p_value=pair.p_value, count=pair.count, pearson=pair.pearson),
            )
            for pair in result.pairs
        ],
        complete=result.pairs_checked == len(result.pairs),
        row_words=words_of("pairs"),
    )
    yield whole_table(evidence, (told_of("pairs checked", "pairs checked compared combinations"), result.pairs_checked))


def group_tables(evidence: str, result: GroupComparison) -> Iterator[Table]:
    """Groups with mean, median, total and count, and the same over all rows."""
    words, unit = plain_words(result.column), scale_in(result.column)
    complete = result.groups_in_all == len(result.groups)
    rows_words = words_of("n rows records values entries observations count cases")
    measures = by_name(
        Measure("mean", words, "mean", unit=unit),
        Measure("median", words, "median", unit=unit),
        Measure("total", words, "total", unit=unit),
        Measure("count", frozenset({"n"}), "count", needs=rows_words, of_rows=True),
    )
    yield Table(
        evidence,
        measures,
        [
            Row(
                {result.by: g.name},
                moments_by_column({result.by: g.name}),
                known(mean=g.mean, median=g.median, total=g.total, count=g.count),
            )
            for g in result.groups
        ],
        complete=complete,
        row_words=stems_of_name(result.by) | words_of("groups categories"),
    )
    group_words = stems_of_name(result.by) | words_of("groups categories values")
    yield whole_table(
        evidence,
        (Measure("overall mean", words, "mean", unit=unit), result.overall_mean),
        (Measure("number of groups", frozenset(group_words), "count", of_result=True), result.groups_in_all),
        (told_of("p_value", "p significance significant difference", "other"), result.p_value),
        (
            told_of("effect size", "effect size epsilon variance rank differences explains explained", "share"),
            result.effect_size,
        ),
        *(
            [
                (
                    Measure("overall total", words, "total", unit=unit),
                    sum(totals) if (totals := [g.total for g in result.groups if g.total is not None]) else None,
                ),
                (
                    Measure("overall count", frozenset({"n"}), "count", needs=rows_words, of_rows=True),
                    sum(g.count for g in result.groups),
                ),
            ]
            if complete
            else []
        ),
    )
