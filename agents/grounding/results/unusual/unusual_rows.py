"""Tables of rows that are unusual in several columns together."""

from collections.abc import Iterator

from agents.grounding.reading.words import words_of
from agents.grounding.results.measures import by_name, told_of, whole_table
from agents.grounding.tables.cells import Measure, Row, Table, plain_words
from analytics.results import UnusualRows


def unusual_row_tables(evidence: str, result: UnusualRows) -> Iterator[Table]:
    """The values of each row, the medians of the columns, and how many rows were checked."""
    names = list(dict.fromkeys(each.column for row in result.rows for each in row.values))
    measures = by_name(*(Measure(name, plain_words(name), None) for name in names))
    medians = by_name(*(Measure(name, plain_words(name), "median") for name in names))
    rows = [
        Row(
            {} if row.row_number is None else {"row": f"row {row.row_number}"},
            {},
            {v.column: v.value for v in row.values},
        )
        for row in result.rows
    ]
    if rows:
        usual = {each.column: each.usual for row in result.rows for each in row.values}
        yield Table(evidence, measures, rows, complete=False, row_words=words_of("rows"))
        yield Table(evidence, medians, [Row(values=usual)], complete=False)
    yield whole_table(
        evidence,
        (told_of("checked", "checked rows"), result.checked),
        (told_of("flagged", "flagged unusual rows outliers together"), result.flagged),
    )
