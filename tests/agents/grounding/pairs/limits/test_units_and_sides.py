"""Sentences about units that only a letter of a column tells, and about two columns or two entries side by side."""

import pytest

from agents.outputs import Evidence
from analytics.results import Correlation, Correlations
from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

COUNTRIES = query(
    ["country", "population_m", "visitors_k"],
    [["Greece", 10.4, 1890], ["Portugal", 10.3, 760], ["Poland", 37.7, 2230]],
    "SELECT country, population_m, visitors_k FROM data",
)
POWER = query(
    ["month", "wind_mwh", "solar_mwh"],
    [["2023-01", 510, 120], ["2023-02", 480, 200], ["2023-03", 450, 460], ["2023-04", 390, 520], ["2023-05", 300, 610]],
    "SELECT month, sum(wind) AS wind_mwh, sum(solar) AS solar_mwh FROM data GROUP BY month",
)
RACE = query(
    ["runner", "minutes"],
    [["Abebe", 128.4], ["Eriksen", 129.0], ["Costa", 131.2], ["Diaz", 142.5]],
    "SELECT runner, minutes FROM data ORDER BY minutes",
)
STAYS = query(
    ["region", "year", "stays"],
    [
        ["Coast", 2019, 2050],
        ["Coast", 2020, 1130],
        ["Coast", 2021, 1890],
        ["Metro", 2019, 1640],
        ["Metro", 2020, 520],
        ["Metro", 2021, 760],
    ],
    "SELECT region, year, sum(stays) AS stays FROM data GROUP BY region, year",
)
GARAGES = query(
    ["parkhaus", "plaetze", "einnahmen"],
    [["Bahnhof", 650, 940500], ["Messe", 1200, 718000], ["Klinik", 300, 305400]],
    "SELECT parkhaus, plaetze, einnahmen FROM data",
)
FIELDS = query(
    ["sorte", "flaeche", "ertrag"],
    [["Weizen", 1250, 9500], ["Mais", 960, 9120], ["Gerste", 780, 5070]],
    "SELECT sorte, sum(flaeche) AS flaeche, sum(ertrag) AS ertrag FROM data GROUP BY sorte",
)
SIGNUPS = query(
    ["month", "signups", "cancellations"],
    [["2024-01", 340, 120], ["2024-02", 310, 135], ["2024-03", 365, 110], ["2024-04", 420, 140]],
    "SELECT month, sum(signups) AS signups, sum(cancellations) AS cancellations FROM data GROUP BY month",
)
PUPILS = Evidence(
    id="E1",
    tool="correlations",
    arguments={},
    result=Correlations(
        pairs_checked=2,
        pairs=[
            Correlation(left="hours", right="score", coefficient=0.57, pearson=0.62, p_value=0.001, count=240),
            Correlation(left="absences", right="score", coefficient=-0.2, pearson=-0.21, p_value=0.004, count=240),
        ],
    ),
)


@pytest.mark.parametrize(
    ("evidence", "true", "wrong"),
    [
        (STAYS, "Coast attracted the most stays in 2019.", "Metro attracted the most stays in 2019."),
        (
            STAYS,
            "Coast grew over the two years to 1,890 from 1,130.",
            "Coast more than doubled over the two years, from 1,130 to 1,890.",
        ),
        (GARAGES, "Messe hat mit 1.200 die meisten Plätze.", "Bahnhof hat mit 650 die meisten Plätze."),
        (
            SIGNUPS,
            "Cancellations reached their minimum of 110 in March.",
            "Cancellations reached their minimum of 120 in January.",
        ),
    ],
)
def test_what_is_highest_is_told_from_what_is_not(evidence: Evidence, true: str, wrong: str):
    """The first among entries or times follows from the verb, from `their`, and from columns without umlauts."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(
    ("evidence", "true", "wrong"),
    [
        (COUNTRIES, "Greece has 10.4 million people.", "Greece has 10.4 billion people."),
        (
            COUNTRIES,
            "Greece had 1,130 thousand visitors more than Portugal.",
            "Greece had 1,130 million visitors more.",
        ),
        (
            POWER,
            "Wind delivered more than solar in two of the five months.",
            "Wind delivered more than solar in four months.",
        ),
        (RACE, "Abebe finished 0.6 minutes ahead of Eriksen.", "Eriksen finished 0.6 minutes ahead of Abebe."),
        (RACE, "Eriksen was 0.6 minutes slower than Abebe.", "Eriksen was 0.6 minutes faster than Abebe."),
        (PUPILS, "Hours and score go together (r = 0.62).", "Absences and score go together (r = 0.62)."),
        (
            PUPILS,
            "The rank correlation of hours and score is 0.57.",
            "The rank correlation of hours and score is 0.62.",
        ),
    ],
)
def test_units_sides_and_coefficients_are_told_from_wrong_ones(evidence: Evidence, true: str, wrong: str):
    """A letter for thousands counts where the sentence writes them, and who is faster has less of what is measured."""
    assert_told_apart(evidence, true, wrong)
