"""Counts of rows by a year in a column of years, and the number of all rows after `out of`."""

import pytest

from agents.outputs import Evidence
from analytics.results import QueryResult
from tests.agents.grounding.twins.recorded import assert_told_apart

COLUMNS = ["hall", "first opened", "seats", "fastest exit"]
ROWS = [
    ["Corbel", 1930, 410, "7:03.91"],
    ["Lintel", 1934, 1250, "6:58.20"],
    ["Gable", 1930, 820, "7:11.05"],
    ["Eaves", 1951, 300, "6:40.77"],
    ["Truss", 1934, 660, "8:02.13"],
    ["Joist", 1930, 95, "5:59.02"],
]
EVIDENCE = [
    Evidence(
        id="E1",
        tool="query",
        arguments={},
        result=QueryResult(sql="SELECT * FROM data", columns=COLUMNS, rows=ROWS, truncated=False, row_limit=60),
    )
]


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("Three venues were first opened in 1930.", "Four venues were first opened in 1930."),
        ("Two theatres opened in 1934.", "Five theatres opened in 1934."),
        ("2 out of 6 opened in 1934.", "2 out of 9 opened in 1934."),
        ("Gable was left in 7:11.05.", "Gable was left in 7:41.05."),
    ],
)
def test_rows_of_a_year_are_counted(true, false):
    """A number of things of a year counts the rows with that year; a duration with decimals is no time of day."""
    assert_told_apart(*EVIDENCE, true, false)
