"""Long names that are cut with dots at their end stand for the one entry that begins like them."""

import pandas as pd
import pytest

import analytics
from agents.grounding.checker import unsupported_numbers
from agents.outputs import Evidence

LONG = "Repair of heart valves with complications or 4+ vessels and stents"
OTHER = "Repair of heart valves without complications, one vessel or none"


@pytest.fixture
def evidence() -> list[Evidence]:
    frame = pd.DataFrame(
        {"kind": [LONG, OTHER, "Rest"] * 5, "cost": [10, 4, 1, 20, 5, 2, 30, 6, 3, 40, 7, 4, 50, 8, 5]}
    )
    result = analytics.compare_groups(frame, "cost", "kind")
    return [Evidence(id="E1", tool="compare_groups", arguments={}, result=result)]


@pytest.mark.parametrize(
    ("begin", "cost", "wrong"),
    [
        (LONG[:55], "30", []),
        (LONG[:55], "6", ["6"]),
    ],
)
def test_a_name_that_is_cut_is_the_one_that_begins_like_it(
    evidence: list[Evidence], begin: str, cost: str, wrong: list[str]
) -> None:
    """Digits within the name are no numbers, and the value of another entry is marked."""
    statement = f"The mean of cost is {cost} for \u201c{begin}\u2026\u201d."
    assert unsupported_numbers(statement, evidence) == wrong


COLUMN = "Average weekly hours worked (women, 15+) (Labour Force Statistics (2017))"


@pytest.mark.parametrize(("mean", "median", "wrong"), [("2.75", "2", []), ("2", "2.75", ["2", "2.75"])])
def test_a_column_that_is_cut_is_the_one_that_begins_like_it(mean: str, median: str, wrong: list[str]) -> None:
    """Numbers and brackets of a long name are no statements, and what is said of the column is checked all the same."""
    result = analytics.calculate_statistics(pd.DataFrame({COLUMN: [1.0, 2.0, 2.0, 6.0]}), COLUMN)
    evidence = [Evidence(id="E1", tool="calculate_statistics", arguments={}, result=result)]
    statement = f"The mean of \u201c{COLUMN[:60]}\u2026\u201d is {mean}, the median {median}."
    assert sorted(unsupported_numbers(statement, evidence)) == wrong
