"""`One` and `zero` where they are a quantity, bounds of counts, and entries written with another dash."""

import pytest

from agents.grounding.checker import Checker, flagged
from agents.outputs import Evidence
from analytics.results import QueryResult
from tests.agents.grounding.twins.recorded import assert_told_apart

COLUMNS = ["season", "depot", "trams", "breakdowns"]
ROWS = [
    ["2019\u201320", "Harbour", 41, 3],
    ["2020\u201321", "Harbour", 44, 1],
    ["2020\u201321", "Mill Road", 38, 5],
    ["2021\u201322", "Mill Road", 36, 2],
]
EVIDENCE = [
    Evidence(
        id="E1",
        tool="query",
        arguments={},
        result=QueryResult(
            sql=f"SELECT {', '.join(COLUMNS)} FROM data", columns=COLUMNS, rows=ROWS, truncated=False, row_limit=60
        ),
    )
]


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("Harbour had one breakdown in 2020-21.", "Mill Road had one breakdown in 2020-21."),
        ("Harbour had 41 trams in 2019-20.", "Harbour had 41 trams in 2020-21."),
        ("Fewer than five rows are from Harbour.", "Fewer than 5,000 seasons were counted."),
    ],
)
def test_small_numbers_are_held_against_the_rows(true, false):
    """A word for one is a quantity after a verb, a season is an entry, and a bound far from its count is no count."""
    assert_told_apart(*EVIDENCE, true, false)


def test_one_of_many_is_no_quantity():
    """Where `one` says no quantity it is not among the checks: it would count as something that was verified."""
    checks = Checker(EVIDENCE).checks("Harbour is one of the depots.", ["E1"])
    assert flagged(checks) == []
    assert "one" not in [check.text for check in checks]
