"""Parts of a reference held against cells."""

import pytest

from agents.grounding.references.fill import fill
from agents.grounding.references.lookup import label
from agents.grounding.references.parts import fit
from agents.grounding.tables.cells import Cell, Measure, Row, Table
from agents.grounding.tables.moments import Moment

SHARE = Measure("share of sales", frozenset({"sal"}), "share")
MEASURES = {
    "mean": Measure("mean", frozenset({"delay"}), "mean"),
    "n": Measure("n", frozenset({"row"}), "count"),
    "share": SHARE,
    "change": Measure("change", frozenset({"growth"}), "share", percent=True),
    "95th percentile": Measure("95th percentile", frozenset({"far"}), "other", needs=frozenset({"abov"})),
    "p_value": Measure("p_value", frozenset({"p"}), "other", of_result=True),
}
NORTH = Row({"region": "North East"}, {"day": Moment(2024, 5, 3)})


def cell(measure, value, row=NORTH, rows=2):
    """A cell of a table with so many rows."""
    one = MEASURES[measure]
    held = Row(row.names, row.moments, {one.name: value})
    return Cell(Table("E1", {one.name: one}, [held] * rows), held, one)


@pytest.mark.parametrize(
    ("part", "measure", "value", "score"),
    [
        *(("percent", "mean", 0.5, 3), ("percent", "mean", 1.5, 1), ("%", "share", 1.0, 3), ("%", "n", 0.5, 0)),
        *(("percent", "95th percentile", 0.5, 1), ("overall", "n", 3, 0), ("North East", "n", 3, 8)),
        *(("north-east", "n", 3, 7), ("North", "n", 3, 3), ("West", "n", 3, 0), ("North West", "n", 3, 0)),
        *(("3 May 2024", "n", 3, 7), ("2024-05-03", "n", 3, 7), ("May 2024", "n", 3, 7), ("4 May 2024", "n", 3, 0)),
        *(("region", "n", 3, 3), ("day", "n", 3, 3), ("mean", "mean", 3, 8), ("Mean", "mean", 3, 7)),
        *(("n", "n", 3, 8), ("p95", "95th percentile", 3, 7), ("above", "95th percentile", 3, 3)),
        *(("delay", "mean", 3, 5), ("late", "mean", 3, 1), ("average", "mean", 3, 3), ("median", "mean", 3, 0)),
        *(("mean (delay)", "mean", 3, 5), ("average delay", "mean", 3, 5), ("rate", "mean", 0.5, 3)),
        *(("rate", "mean", 1.5, 0), ("rate", "mean", -0.5, 0), ("rate", "mean", 0.0, 3), ("rate", "mean", 1.0, 3)),
        *(("share of the sales", "share", 0.5, 5), ("of the", "share", 0.5, 0), ("--", "n", 3, 0)),
        *(("revenue", "share", 0.5, 1), ("sales revenue", "share", 0.5, 1), ("sales people", "share", 0.5, 0)),
        *(("the number", "n", 3, 3), ("rows", "n", 3, 5), ("count", "n", 3, 3)),
    ],
)
def test_a_part_is_scored_by_how_exactly_it_names(part, measure, value, score):
    """As it is written, but for case, by all words, by some, by words of the same meaning; nothing scores 0."""
    assert fit(part, cell(measure, value)) == score


def test_the_whole_is_asked_for():
    """`Overall` fits the row of everything."""
    assert fit("in all", cell("n", 3.0, Row())) == 3
    assert fit("2024", cell("n", 3.0, Row({"year": "x"}, {"year": Moment(2024)}))) == 7


@pytest.mark.parametrize(
    ("before", "measure", "value", "after", "text"),
    [
        ("", "share", 0.123456, "", "12.3\u00a0%"),
        ("", "share", 0.5, "", "50\u00a0%"),
        ("", "share", 0.00123, "", "0.12\u00a0%"),
        ("", "share", 0.01, "", "1\u00a0%"),
        ("", "share", 0.0, "", "0\u00a0%"),
        ("", "share", 1.0, "", "100\u00a0%"),
        ("", "share", 1.5, "", "1.50"),
        ("", "share", -0.5, "", "-50\u00a0%"),
        ("fell by ", "share", -0.5, "", "50\u00a0%"),
        ("fell by ", "mean", 0.5, "", "0.5"),
        ("rose by ", "share", -0.5, "", "-50\u00a0%"),
        ("", "mean", 0.5, " percent", "50\u00a0%"),
        ("", "mean", 0.5, "", "0.5"),
        ("", "mean", 12.5, " %", "12.50\u00a0%"),
        ("", "n", 1.0, " %", "1 %"),
        ("", "change", 12.5, "", "12.50\u00a0%"),
        ("", "change", 12.5, "%", "12.50\u00a0%"),
        ("", "p_value", 0.00001, "", "< 0.001"),
    ],
)
def test_a_number_is_written_as_a_report_writes_it(before, measure, value, after, text):
    """Shares are percentages; a percent sign after it is not doubled; a fall loses its minus."""
    one = cell(measure, value, Row())
    filled = fill(f"It {before}{{E1: {one.measure.name}}}{after}.", {"E1": [one.table]})
    assert filled.text == f"It {before}{text}."
    assert filled.evidence == ["E1"]


def test_a_cell_is_told_by_its_entry_or_its_column():
    """Of all rows the column is told, unless the measure tells of the result itself."""
    assert label(cell("mean", 1.0)) == "North East, 2024-05-03, mean"
    assert label(cell("mean", 1.0, Row())) == "delay, mean"
    assert label(cell("p_value", 1.0, Row())) == "p_value"
