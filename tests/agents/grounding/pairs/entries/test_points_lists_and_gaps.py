"""Points of shares, lists that hold both ends, gaps between the best and the worst: the wrong twin is caught."""

import pytest

from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

TICKETS = query(
    ["zone", "ticket", "sold", "return_rate"],
    [
        ["inner", "day", 94, 0.9681],
        ["inner", "week", 122, 0.37],
        ["outer", "day", 76, 0.5],
        ["outer", "week", 108, 0.16],
    ],
    "SELECT zone, ticket, count(*) AS sold, avg(returned) AS return_rate FROM data GROUP BY 1, 2",
)
ORDERS = query(
    ["month", "orders"],
    [["2023-01", 20], ["2023-02", 21], ["2023-03", 44], ["2023-04", 50], ["2023-05", 70]],
    "SELECT month, sum(orders) AS orders FROM data GROUP BY 1",
)
REGIONS = query(
    ["region", "life_span"],
    [["Nordheim", 77.5], ["Altland", 70.2], ["Seeland", 62.2]],
    "SELECT region, avg(life_span) AS life_span FROM data GROUP BY 1",
)
TOWNS = query(
    ["region", "towns", "age"],
    [["Nordheim", 34, 40.5], ["Altland", 20, 38.2]],
    "SELECT region, count(*) AS towns, avg(age) AS age FROM data GROUP BY 1",
)
PAIRS = {
    "points of a rate": (
        TICKETS,
        "Day tickets of the inner zone are 47 points ahead of day tickets of the outer zone.",
        "Day tickets of the inner zone are 57 points ahead of day tickets of the outer zone.",
    ),
    "points the other way round": (
        TICKETS,
        "Day tickets of the outer zone are 47 points behind day tickets of the inner zone.",
        "Day tickets of the outer zone are 47 points ahead of day tickets of the inner zone.",
    ),
    "two that had the fewest": (
        ORDERS,
        "January and February had the fewest orders.",
        "January and March had the fewest orders.",
    ),
    "mean over so many": (
        TOWNS,
        "In Nordheim, age averages 40.5 over 34 towns.",
        "In Nordheim, age averages 40.5 over 35 towns.",
    ),
    "gap of the best and the worst": (
        REGIONS,
        "The gap between the best and the worst region is about 15 years.",
        "The gap between the best and the worst region is about 25 years.",
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_told_apart(name: str) -> None:
    """The true sentence passes, the wrong one is caught."""
    evidence, true, wrong = PAIRS[name]
    assert_told_apart(evidence, true, wrong)
