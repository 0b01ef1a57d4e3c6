"""Sentences of others, in words of their own: the true one passes, and its wrong twin is caught."""

import pandas as pd
import pytest

import analytics
from agents.outputs import Evidence
from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

CARS = query(
    ["style", "cars", "avg_power"],
    [["saloon", 96, 103.1], ["hatchback", 70, 101.3], ["hardtop", 8, 142.3], ["convertible", 6, 131.7]],
    "SELECT style, count(*) AS cars, avg(power) AS avg_power FROM data GROUP BY 1",
)
RAIN = query(
    ["year", "ashby", "borley", "corse"],
    [[2000, 640, 710, 1180], [2001, 590, 760, 1020], [2002, 700, 655, 1310], [2003, 610, 720, 1090]],
    "SELECT year, sum(ashby) AS ashby, sum(borley) AS borley, sum(corse) AS corse FROM data GROUP BY 1",
)
PEAKS = query(
    ["country", "volcanoes", "highest"],
    [["Ethiopia", 57, 2728], ["Chile", 87, 6233], ["Japan", 111, 3776]],
    "SELECT country, count(*) AS volcanoes, max(metres) AS highest FROM data GROUP BY 1",
)
SHIP = query(
    ["class", "sex", "passengers", "survivors"],
    [["1st", "female", 144, 139], ["1st", "male", 179, 61], ["2nd", "female", 106, 94], ["2nd", "male", 171, 25],
     ["3rd", "female", 216, 106], ["3rd", "male", 493, 75]],
    "SELECT class, sex, count(*) AS passengers, sum(survived) AS survivors FROM data GROUP BY 1, 2",
)  # fmt: skip
CRIMES = query(
    ["city", "thefts_2015", "thefts_2016"],
    [["Orlando", 19, 73], ["Denver", 40, 42], ["Dallas", 100, 130]],
    "SELECT city, thefts_2015, thefts_2016 FROM data",
)
BOOKINGS = Evidence(
    id="E1",
    tool="relate_outcome",
    arguments={},
    result=analytics.relate_outcome(
        pd.DataFrame({"is_canceled": [1] * 137 + [0] * 263, "channel": ["web"] * 100 + ["desk"] * 300}), "is_canceled"
    ),
)
PAIRS = {
    "two make up a number": (
        CARS,
        "Hardtops and convertibles make up 14 cars.",
        "Hardtops and convertibles make up 18 cars.",
    ),
    "driest in so many years": (
        RAIN,
        "Ashby was the driest place in three of the four years.",
        "Ashby was the driest place in two of the four years.",
    ),
    "wettest in so many years": (
        RAIN,
        "Corse was the wettest place in four of the four years.",
        "Borley was the wettest place in four of the four years.",
    ),
    "the highest of a kind": (
        PEAKS,
        "In Ethiopia the highest volcano rises to 2,728 m.",
        "In Chile the highest volcano rises to 2,728 m.",
    ),
    "third class for 3rd": (
        SHIP,
        "Third-class men were by far the largest group, with 493 passengers.",
        "Second-class men were by far the largest group, with 493 passengers.",
    ),
    "all but so many": (
        SHIP,
        "Of the 144 women in first class, all but five survived.",
        "Of the 144 women in first class, all but nine survived.",
    ),
    "quadrupled, from": (
        CRIMES,
        "In Orlando thefts nearly quadrupled, from 19 to 73.",
        "In Orlando thefts nearly doubled, from 19 to 73.",
    ),
    "a column of yes and no": (
        BOOKINGS,
        "Of the 400 bookings, 137 were cancelled.",
        "Of the 400 bookings, 263 were cancelled.",
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_told_apart(name: str) -> None:
    """The true sentence passes, the wrong one is caught."""
    evidence, true, wrong = PAIRS[name]
    assert_told_apart(evidence, true, wrong)
