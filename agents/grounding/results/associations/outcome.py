"""Tables of an outcome: its share by value of each column, and medians with and without it."""

from collections.abc import Iterator
from dataclasses import replace

from agents.grounding.reading.words import related, stems_of_name, words_of
from agents.grounding.results.measures import by_name, told_of, whole_table
from agents.grounding.tables.cells import Measure, Row, Table, plain_words
from analytics.results import Outcome, OutcomeColumn

_ROWS = words_of("n rows records values entries observations count cases")


def outcome_tables(evidence: str, result: Outcome) -> Iterator[Table]:
    """A table for each column, and what concerns all rows."""
    words = plain_words(result.outcome)
    share = Measure("share", words, "share", needs=words_of("share rate percent rows often likely"))
    count = Measure("count", frozenset({"n"}), "count", needs=_ROWS, of_rows=True)
    happened = Measure("with the outcome", words, "count")
    for column in result.columns:
        yield _table(evidence, result, column, (share, count, happened))
        yield whole_table(
            evidence,
            (_effect(column.column), column.effect_size),
            (told_of("p_value", "p significance significant", "other"), column.p_value),
        )
    yield Table(
        evidence,
        by_name(count),
        [Row({result.outcome: result.value}, {}, {"count": float(result.happened)}),
         Row({result.outcome: result.other}, {}, {"count": float(result.rows - result.happened)})],
    )  # fmt: skip
    yield whole_table(
        evidence,
        (Measure("overall share", words, "share"), result.share),
        (Measure("overall count", frozenset({"n"}), "count", needs=_ROWS, of_rows=True), result.rows),
        (replace(happened, name="overall with the outcome"), result.happened),
        (told_of("tested", "tested columns"), result.tested),
        (told_of("related", "related columns"), result.related),
    )


def _effect(column: str) -> Measure:
    """The effect size of a column, which a sentence has to name."""
    named = plain_words(column)
    needs = named.union(*(related(word) for word in named))
    return Measure("effect size", words_of("effect size strength"), "other", of_result=True, needs=needs)


def _table(evidence: str, result: Outcome, column: OutcomeColumn, measures: tuple[Measure, ...]) -> Table:
    if column.highest is None:
        median = Measure("median", plain_words(column.column), "median")
        rows = [
            Row({result.outcome: value}, {}, {"median": middle})
            for value, middle in ((result.value, column.median_with), (result.other, column.median_without))
            if middle is not None
        ]
        return Table(evidence, by_name(median), rows, row_words=stems_of_name(result.outcome))
    ends = [
        (column.highest, column.highest_share, column.highest_rows),
        (column.lowest, column.lowest_share, column.lowest_rows),
    ]
    rows = [
        Row(
            {column.column: value},
            {},
            {"share": part, "count": float(number), "with the outcome": float(round(part * number))},
        )
        for value, part, number in ends
        if value is not None and part is not None and number is not None
    ]
    words = stems_of_name(column.column) | words_of("groups categories")
    both = sum(number for _, _, number in ends if number is not None) == result.rows
    return Table(evidence, by_name(*measures), rows, complete=both, row_words=words)
