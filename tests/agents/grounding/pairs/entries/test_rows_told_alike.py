"""Sums in a row, entries told alike, marks and 0/1 columns, moves at listed times: the wrong twin is caught."""

import pytest

from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

MEDALS = query(
    ["country", "gold", "silver", "bronze"],
    [["Nordia", 552, 440, 320], ["Ostland", 223, 183, 223], ["Suda", 190, 210, 147]],
    "SELECT country, sum(gold) AS gold, sum(silver) AS silver, sum(bronze) AS bronze FROM data GROUP BY 1",
)
CITIES = query(
    ["city", "trips", "sales", "avg_fare"],
    [["Oslo", 50, 900.0, 12.5], ["Bergen", 35, 640.0, 7.5], ["Hamar", 44, 310.0, 9.2]],
    "SELECT city, count(*) AS trips, sum(sales) AS sales, avg(fare) AS avg_fare FROM data GROUP BY 1",
)
SEXES = query(
    ["sex", "passengers", "fare"],
    [["female", 314, 44.5], ["male", 577, 25.5]],
    "SELECT sex, count(*) AS passengers, avg(fare) AS fare FROM data GROUP BY 1",
)
CHEESES = query(
    ["grade", "cheeses", "fat"],
    [[3, 10, 9.9], [4, 53, 10.3], [5, 681, 9.8], [6, 638, 10.6], [8, 18, 12.1]],
    "SELECT grade, count(*) AS cheeses, avg(fat) AS fat FROM data GROUP BY 1",
)
SWEETS = query(
    ["nougat", "sweets", "votes_pct"],
    [[0, 48, 42.1], [1, 37, 60.9]],
    "SELECT nougat, count(*) AS sweets, avg(votes) AS votes_pct FROM data GROUP BY 1",
)
BIRTHS = query(
    ["year", "births"],
    [[1999, 3980], [2000, 4060], [2001, 4025], [2002, 4021], [2003, 4090]],
    "SELECT year, sum(births) AS births FROM data GROUP BY 1",
)
CRIMES = query(
    ["city", "state", "thefts_2015", "thefts_2016"],
    [
        ["Chicago", "Illinois", 400, 580],
        ["Memphis", "Tennessee", 110, 160],
        ["Dallas", "Texas", 100, 130],
        ["Houston", "Texas", 250, 300],
        ["Austin", "Texas", 30, 35],
        ["Orlando", "Florida", 19, 73],
        ["Denver", "Colorado", 40, 42],
    ],
    "SELECT city, state, thefts_2015, thefts_2016 FROM data",
)
GUESTS = query(
    ["country", "visitors"],
    [["South Korea", 420], ["Japan", 390], ["Vietnam", 150]],
    "SELECT country, sum(visitors) AS visitors FROM data GROUP BY 1",
)
PAIRS = {
    "entries in a state": (
        CRIMES,
        "Three of the seven cities are in Texas, one in Florida.",
        "Four of the seven cities are in Texas, one in Florida.",
    ),
    "entries in another state as well": (
        CRIMES,
        "Three of the seven cities are in Texas, one in Florida.",
        "Three of the seven cities are in Texas, two in Florida.",
    ),
    "place in a year": (
        CRIMES,
        "Houston is in second place with 300 thefts in 2016.",
        "Memphis is in second place with 160 thefts in 2016.",
    ),
    "rank among moves": (
        CRIMES,
        "Orlando had the second-largest rise, after Chicago.",
        "Memphis had the second-largest rise, after Chicago.",
    ),
    "another one of the same last word": (
        GUESTS,
        "South Korea sent 420 visitors.",
        "North Korea sent 420 visitors.",
    ),
    "sum of all columns": (
        MEDALS,
        "Nordia won 1,312 medals, 552 of them gold.",
        "Nordia won 1,212 medals, 552 of them gold.",
    ),
    "sum of two columns": (
        MEDALS,
        "Nordia won 992 gold and silver medals.",
        "Nordia won 1,312 gold and silver medals.",
    ),
    "share in the row": (
        MEDALS,
        "42% of the medals of Nordia were gold.",
        "34% of the medals of Nordia were gold.",
    ),
    "makes up a share": (
        MEDALS,
        "Gold makes up 42% of Nordia's medals.",
        "Gold makes up 24% of Nordia's medals.",
    ),
    "two numbers in brackets": (
        CITIES,
        "Among them are Oslo (12.5, 50) and Bergen (7.5, 35).",
        "Among them are Oslo (7.5, 50) and Bergen (12.5, 35).",
    ),
    "the second told shorter": (
        CITIES,
        "Oslo made 900 with 50 trips, Bergen 640 with 35.",
        "Oslo made 900 with 50 trips, Bergen 640 with 44.",
    ),
    "so many with a mean": (
        SEXES,
        "314 women with a fare of 44.5 were on board.",
        "577 women with a fare of 44.5 were on board.",
    ),
    "numbers around the names": (
        SEXES,
        "There were 314 women with a mean fare of 44.5 and 577 men with 25.5.",
        "There were 577 women with a mean fare of 44.5 and 314 men with 25.5.",
    ),
    "marks": (
        CHEESES,
        "681 cheeses got a 5 and 638 a 6.",
        "638 cheeses got a 5 and 681 a 6.",
    ),
    "rated": (
        CHEESES,
        "Cheeses rated 8 contain 12.1% fat on average, those rated 5 only 9.8%.",
        "Cheeses rated 5 contain 12.1% fat on average, those rated 8 only 9.8%.",
    ),
    "most of a mark": (
        CHEESES,
        "Cheeses rated 8 have the most fat.",
        "Cheeses rated 5 have the most fat.",
    ),
    "contain": (
        SWEETS,
        "37 of the 85 sweets contain nougat.",
        "48 of the 85 sweets contain nougat.",
    ),
    "with and without": (
        SWEETS,
        "Sweets with nougat win 60.9% on average, those without 42.1%.",
        "Sweets with nougat win 42.1% on average, those without 60.9%.",
    ),
    "points more than without": (
        SWEETS,
        "Sweets with nougat win 60.9% on average, 19 points more than sweets without.",
        "Sweets with nougat win 60.9% on average, 29 points more than sweets without.",
    ),
    "moves at listed times": (
        BIRTHS,
        "Births fell in 2001 and 2002 and reached a high of 4,090 in 2003.",
        "Births rose in 2001 and 2002 and reached a high of 4,090 in 2003.",
    ),
    "two moves": (
        BIRTHS,
        "Births fell in 2001 and 2002 and rose in 2003.",
        "Births fell in 2001 and 2003 and rose in 2002.",
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_told_apart(name: str) -> None:
    """The true sentence passes, the wrong one is caught."""
    evidence, true, wrong = PAIRS[name]
    assert_told_apart(evidence, true, wrong)
