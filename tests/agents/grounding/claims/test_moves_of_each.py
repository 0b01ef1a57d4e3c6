"""Moves that are said of each of several entries: each of them has to move so."""

import pytest

from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.pairs.test_times_told import FLEET
from tests.agents.grounding.twins.recorded import assert_told_apart

_SHOPS = query(
    ["shop", "year", "sales"],
    [["A", 2023, 10], ["A", 2024, 8], ["B", 2023, 10], ["B", 2024, 9], ["C", 2023, 10], ["C", 2024, 11]],
    "SELECT shop, year, sum(sales) AS sales FROM data GROUP BY shop, year",
)


@pytest.mark.parametrize(
    ("evidence", "true", "wrong"),
    [
        (FLEET, "Flights rose at JFK and EWR.", "Flights rose at JFK and LGA."),
        (FLEET, "Flights rose at both JFK and EWR.", "Flights rose at both JFK and LGA."),
        (FLEET, "Flights fell at LGA.", "Flights fell at JFK."),
        (
            FLEET,
            "Flights rose at JFK and EWR from 2023 to 2024.",
            "Flights rose at JFK and LGA from 2023 to 2024.",
        ),
        (FLEET, "Flights rose in 2024 at JFK and EWR.", "Flights rose in 2024 at JFK and LGA."),
        (FLEET, "Flights rose at JFK and fell at LGA.", "Flights fell at JFK and rose at LGA."),
        (_SHOPS, "A and B fell.", "A and C fell."),
        (_SHOPS, "Both A and B fell, while C grew.", "Both A and C fell, while B grew."),
        (_SHOPS, "Not all shops fell.", "All three shops fell."),
        (_SHOPS, "Not every shop grew.", "Every shop grew."),
        (_SHOPS, "Sales fell at A and B.", "Sales fell at all three shops."),
    ],
)
def test_each_of_them_moved(evidence, true, wrong):
    """A move is one of each entry that is listed, or of all."""
    assert_told_apart(evidence, true, wrong)
