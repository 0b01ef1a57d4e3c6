"""Numbers beside brackets, shares, exceptions and ranges: each belongs to its entry, and that of another is caught."""

import pytest

from agents.outputs import Evidence
from analytics.results import QueryResult
from tests.agents.grounding.pairs.test_branches import FIRST
from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

CARRIERS = query(
    ["carrier", "flights", "cancelled"],
    [["UA", 58665, 686], ["B6", 54635, 466], ["DL", 48110, 349]],
    "SELECT carrier, count(*) AS flights, sum(cancelled) AS cancelled FROM data GROUP BY carrier",
)
MONTHS = query(
    ["month", "origin", "cancelled"],
    [
        [f"2024-0{month}", origin, n]
        for month, both in enumerate([(10, 12), (30, 25), (15, 16)], 1)
        for origin, n in zip(("EWR", "JFK"), both, strict=True)
    ],
    "SELECT month, origin, sum(cancelled) AS cancelled FROM data GROUP BY month, origin",
)
VOTES = {"North": (120, 80), "South": (60, 90), "East": (200, 150), "West": (75, 70)}
DISTRICTS = query(
    ["district", "candidate", "votes"],
    [[place, name, n] for place, both in VOTES.items() for name, n in zip(("Adams", "Brown"), both, strict=True)],
    "SELECT district, candidate, sum(votes) AS votes FROM data GROUP BY district, candidate",
)
CLASSES = query(
    ["class", "passengers"],
    [["first", 100], ["second", 80], ["third", 300]],
    "SELECT class, count(*) AS passengers FROM data GROUP BY class",
)
YEARS = query(
    ["year", "sales"],
    [[2010, 5], [2011, 7], [2012, 11], [2013, 13], [2014, 17]],
    "SELECT year, sum(sales) AS sales FROM data GROUP BY year",
)
CUT = Evidence(
    id="E1",
    tool="query",
    arguments={},
    result=QueryResult(
        sql="SELECT quarter, sum(orders) AS orders FROM data GROUP BY quarter ORDER BY quarter",
        columns=["quarter", "orders"],
        rows=[["2023-Q1", 40], ["2023-Q2", 42], ["2023-Q3", 43], ["2023-Q4", 45]],
        truncated=True,
        row_limit=4,
    ),
)
BRACKET = "A number before a bracket belongs to the entry that the bracket names."
SHARE = "How many groups an entry leads is a count, and no share of them."
EXCEPTION = "A time that is left out is no owner of the numbers beside it."
YEAR = "The four quarters of a year are whole, also where later rows are cut off."
ORDINAL = "An ordinal is unknown where the column has others, and a word that is none is no such name."
OWNED = "A name is looked up also where it owns something."
SHOWN = "Rows that are said to be those shown may be added up, though others were cut off."
RANGE = "A range of time counts also behind another time."


@pytest.mark.parametrize(
    ("evidence", "true", "wrong", "rule"),
    [
        (
            CARRIERS,
            "JetBlue (B6, 54,635) had 466 cancellations.",
            "JetBlue (B6, 54,635) had 686 cancellations.",
            BRACKET,
        ),
        (
            CARRIERS,
            "686 cancellations (UA, 58,665 flights) were counted.",
            "466 cancellations (UA, 58,665 flights) were counted.",
            BRACKET,
        ),
        (DISTRICTS, "Adams won 3 of the 4 districts.", "Adams won 3% of the 4 districts.", SHARE),
        (
            MONTHS,
            "Excluding February 2024, the highest of EWR was 15.",
            "Excluding February 2024, the highest of EWR was 12.",
            EXCEPTION,
        ),
        (
            FIRST,
            "The flights of the airlines shown add up to 161,410.",
            "The flights of the airlines shown add up to 161,420.",
            SHOWN,
        ),
        (CUT, "In 2023, orders came to 170 in all.", "In 2023, orders came to 171 in all.", YEAR),
        (
            CLASSES,
            "The class with the most passengers was third.",
            "Most passengers, 300, were in the fourth class.",
            ORDINAL,
        ),
        (CARRIERS, "Of all flights, UA's were 58,665.", "Of all flights, Northwind's were 58,665.", OWNED),
        (
            YEARS,
            "In 2010 sales were 5, and from 2012 to 2014 they came to 41 in all.",
            "In 2010 sales were 5, and from 2012 to 2014 they came to 42 in all.",
            RANGE,
        ),
    ],
)
def test_a_number_is_that_of_its_entry(evidence, true, wrong, rule):
    """The true sentence passes, its twin with the number of another entry is flagged."""
    assert_told_apart(evidence, true, wrong)
