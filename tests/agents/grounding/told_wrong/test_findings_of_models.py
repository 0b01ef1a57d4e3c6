"""Findings in the words of a language model, with several figures each, over tables of public data.

Sources: Duncan's occupations (carData), barley in the United States (agridat), births of 2015 (mosaicData), baptisms in
London (openintro), departures from New York 2013 (examples), teaching ratings (AER), cars of 1993 (MASS).
"""

from pathlib import Path

import pytest

from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

TABLES = {
    "JOBS": query(
        ["type", "n", "avg_income", "avg_education", "max_prestige"],
        [["prof", 18, 60.06, 81.33, 97], ["wc", 6, 50.67, 61.5, 52], ["bc", 21, 23.76, 25.33, 67]],
        "SELECT type, count(*) AS n, avg(income) AS avg_income, avg(education) AS avg_education, "
        "max(prestige) AS max_prestige "
        "FROM data "
        "GROUP BY type "
        "ORDER BY avg_income DESC",
    ),
    "BARLEY": query(
        ["year", "acres", "avg_yield"],
        [
            [2000, 5203300, 69.08],
            [2001, 4278100, 65.24],
            [2002, 4126800, 63.08],
            [2003, 4730500, 64.06],
            [2004, 4025200, 69.23],
            [2005, 3273300, 69.01],
            [2006, 2955200, 68.16],
            [2007, 3505900, 65.28],
            [2008, 3782400, 69.74],
            [2009, 3117400, 70.2],
            [2010, 2469200, 70.09],
            [2011, 2243800, 67.85],
        ],
        "SELECT year, sum(acres) AS acres, avg(yield) AS avg_yield "
        "FROM data "
        "WHERE year BETWEEN 2000 AND 2011 "
        "GROUP BY year "
        "ORDER BY year",
    ),
    "BIRTHS": query(
        ["wday", "births", "avg_births"],
        [
            ["Tue", 654462, 12585.81],
            ["Thu", 640422, 12083.43],
            ["Wed", 638513, 12279.1],
            ["Fri", 615397, 11834.56],
            ["Mon", 610448, 11739.38],
            ["Sat", 434569, 8357.1],
            ["Sun", 384686, 7397.81],
        ],
        "SELECT wday, sum(births) AS births, avg(births) AS avg_births FROM data GROUP BY wday ORDER BY births DESC",
    ),
    "BAPTISMS": query(
        ["year", "boys", "girls"],
        [
            [1660, 3724, 3247],
            [1661, 4748, 4107],
            [1662, 5216, 4803],
            [1663, 5411, 4881],
            [1664, 6041, 5681],
            [1665, 5114, 4858],
            [1666, 4678, 4319],
            [1667, 5616, 5322],
            [1668, 6073, 5560],
            [1669, 6506, 5829],
        ],
        "SELECT year, sum(boys) AS boys, sum(girls) AS girls "
        "FROM data "
        "WHERE year BETWEEN 1660 AND 1669 "
        "GROUP BY year "
        "ORDER BY year",
    ),
    "CARRIERS": query(
        ["carrier", "airline", "flights", "cancelled", "mean_delay"],
        [
            ["UA", "United Air Lines Inc.", 58665, 686, 10.67],
            ["B6", "JetBlue Airways", 54635, 466, 13.53],
            ["EV", "ExpressJet Airlines Inc.", 54173, 2817, 19.91],
            ["DL", "Delta Air Lines Inc.", 48110, 349, 9.69],
            ["AA", "American Airlines Inc.", 32729, 636, 9.04],
            ["MQ", "Envoy Air", 26397, 1234, 13.59],
            ["US", "US Airways Inc.", 20536, 663, 4.38],
            ["9E", "Endeavor Air Inc.", 18460, 1044, 12.26],
        ],
        "SELECT carrier, airline, sum(flights) AS flights, sum(cancelled) AS cancelled, "
        "avg(dep_delay_mean) AS mean_delay "
        "FROM data "
        "GROUP BY 1,2 "
        "ORDER BY flights DESC LIMIT 8",
    ),
    "COURSES": query(
        ["gender", "tenure", "n", "avg_eval", "avg_beauty"],
        [
            ["female", "no", 50, 3.86, -0.16],
            ["female", "yes", 145, 3.92, 0.21],
            ["male", "no", 52, 4.4, 0.21],
            ["male", "yes", 216, 3.99, -0.15],
        ],
        "SELECT gender, tenure, count(*) AS n, avg(eval) AS avg_eval, avg(beauty) AS avg_beauty "
        "FROM data "
        "GROUP BY gender, tenure "
        "ORDER BY gender, tenure",
    ),
    "CARS": query(
        ["Type", "n", "avg_price", "avg_mpg_city", "max_horsepower"],
        [
            ["Midsize", 22, 27.22, 19.55, 295],
            ["Large", 11, 24.3, 18.36, 214],
            ["Sporty", 14, 19.39, 21.79, 300],
            ["Van", 9, 19.1, 17.0, 170],
            ["Compact", 16, 18.21, 22.69, 172],
            ["Small", 21, 10.17, 29.86, 140],
        ],
        'SELECT Type, count(*) AS n, avg(Price) AS avg_price, avg("MPG.city") AS avg_mpg_city, '
        "max(Horsepower) AS max_horsepower "
        "FROM data "
        "GROUP BY Type "
        "ORDER BY avg_price DESC",
    ),
}

PAIRS = [
    line.split("\t") for line in Path(__file__).with_name("findings_of_models.tsv").read_text("utf-8").splitlines()
]
"""Name of the table, a true finding, and one that is wrong in a figure, name, comparison or time."""


@pytest.mark.parametrize(("table", "true", "wrong"), PAIRS)
def test_a_finding_of_a_language_model_is_told_from_its_wrong_twin(table, true, wrong):
    """Of two findings that differ in one figure, name, comparison or time, only the wrong one is marked."""
    assert_told_apart(TABLES[table], true, wrong)
