"""Rules that few sentences reach: the true sentence passes, its wrong twin is caught."""

import pytest

from tests.agents.grounding.twins.recorded import assert_told_apart
from tests.agents.grounding.twins.test_branches import SIGNED, TWO
from tests.agents.grounding.twins.test_phrasings import BIRTHS, REGIONS, YEAR, query

GAMES = query(
    ["team", "games", "mean_goals"],
    [["Adlers", 40, 2.1], ["Bocks", 35, 1.4], ["Cranes", 2, 3.5]],
    "SELECT team, count(*) AS games, avg(goals) AS mean_goals FROM data GROUP BY team",
)
PRICES = query(["year", "inflation_percent"], [[2013, 1.5], [2014, 0.8], [2015, -0.1], [2016, 0.6]])
DEAR = query(
    ["port", "mean_fare"],
    [["Havre", 41.2], ["Genoa", 18.9], ["Malmo", 12.5]],
    "SELECT port, avg(fare) AS mean_fare FROM data GROUP BY port",
)
SEASONS = query(
    ["season", "viewers"],
    [[1, 1000], [3, 1900], [2, 1400], [4, 2200]],
    "SELECT season, sum(viewers) AS viewers FROM data GROUP BY season",
)
RATINGS = query(["year", "rating"], [[2019, 6.1], [2020, 6.4], [2021, 6.5], [2022, 6.2]])
STATES = query(["state", "area", "population"], [["MI", 8300, 500], ["TX", 25400, 300], ["OH", 8800, 400]])
_PAIRS = [
    (
        GAMES,
        "Adlers had the highest mean goals (2.1), excluding small groups.",
        "Bocks had the highest mean goals (1.4), excluding small groups.",
    ),
    (
        BIRTHS,
        "Births fell from 4,380,784 in 2007 to 4,010,532 in 2012, or 8.5 %.",
        "Births fell from 4,380,784 in 2007 to 4,010,532 in 2012, or 9.5 %.",
    ),
    (BIRTHS, "Births fell by 370,252 (8.5 %) from 2007 to 2012.", "Births fell by 370,252 (9.5 %) from 2007 to 2012."),
    (SIGNED, "In January 2024 the balance was negative (-5).", "In January 2024 the balance was negative (-2)."),
    (
        SIGNED,
        "The balance rose from January 2024 (-5) to February (3).",
        "The balance rose from January 2024 (-5) to February (4).",
    ),
    (
        PRICES,
        "2015 was the only year with negative inflation (-0.1 %).",
        "2015 was the only year with negative inflation (-0.6 %).",
    ),
    (YEAR, "Orders in February 2023 were 42 (+5 %).", "Orders in February 2023 were 42 (+8 %)."),
    (
        REGIONS,
        "Three regions share the highest number of patients.",
        "Two regions share the highest number of patients.",
    ),
    (
        DEAR,
        "The mean fare rises 3.3 times from the lowest to the highest.",
        "The mean fare rises 4.3 times from the lowest to the highest.",
    ),
    (
        YEAR,
        "Orders rose in each month from January to July 2023.",
        "Orders rose in each month from January to August 2023.",
    ),
    (SEASONS, "Viewers rose in every season.", "Viewers fell in every season."),
    (RATINGS, "The rating improved every year until 2021.", "The rating improved every year."),
    (
        STATES,
        "TX has a larger area than MI but only 60 % of its population.",
        "TX has a larger area than MI but only 70 % of its population.",
    ),
    (TWO, "Altmark, compared with Bergau, had the most sales.", "Bergau, compared with Altmark, had the most sales."),
    (
        REGIONS,
        "North has 291 patients, no fewer than the 270 of East.",
        "North has 291 patients, fewer than the 270 of East.",
    ),
]
TWINS = {true: (evidence, true, wrong) for evidence, true, wrong in _PAIRS}


@pytest.mark.parametrize("true", TWINS)
def test_a_rule_for_few_sentences_tells_a_true_one_from_a_wrong_one(true):
    """Of two sentences that differ in one number, name or word, only the wrong one is flagged."""
    assert_told_apart(*TWINS[true])
