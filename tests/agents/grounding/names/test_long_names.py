"""Long names that are cut with dots at their end stand for the one entry that begins like them."""

import pandas as pd
import pytest

import analytics
from agents.grounding.evidence import unsupported_numbers
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
