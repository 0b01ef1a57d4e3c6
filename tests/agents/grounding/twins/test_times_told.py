"""Times told from others, and steps in time: the true sentence passes, its wrong twin is caught."""

import pytest

from tests.agents.grounding.twins.recorded import assert_told_apart
from tests.agents.grounding.twins.test_branches import DAILY
from tests.agents.grounding.twins.test_phrasings import BIRTHS, YEAR, query

ELECT = query(
    ["year", "turnout"],
    [[1950, 61.0], [1954, 64.0], [1958, 60.0], [1962, 66.0], [1966, 63.0], [1970, 59.0]],
    "SELECT year, avg(turnout) AS turnout FROM data GROUP BY year",
)
FLEET = query(
    ["airport", "year", "flights"],
    [
        ["JFK", 2023, 100],
        ["JFK", 2024, 393],
        ["EWR", 2023, 32],
        ["EWR", 2024, 180],
        ["LGA", 2023, 70],
        ["LGA", 2024, 60],
    ],
    "SELECT airport, year, count(*) AS flights FROM data GROUP BY ALL",
)
_PAIRS = [
    (
        FLEET,
        "At JFK flights rose from 100 to 393, and at EWR from 32 to 180.",
        "At JFK flights rose from 100 to 393, and at EWR from 32 to 60.",
    ),
    (ELECT, "In 1962 turnout was the highest since 1950.", "In 1958 turnout was the highest since 1950."),
    (ELECT, "The lowest turnout after 1954 came in 1970.", "The lowest turnout after 1954 came in 1958."),
    (ELECT, "The highest turnout after 1962 came in 1966 (63).", "The highest turnout after 1958 came in 1966 (63)."),
    (
        ELECT,
        "Turnout fell to 60 in 1958 and then rose to 66 in 1962.",
        "Turnout fell to 66 in 1958 and then rose to 60 in 1962.",
    ),
    (ELECT, "Turnout was lower in 1958 than in 1954.", "Turnout was lower in 1954 than in 1958."),
    (
        ELECT,
        "Turnout was 66 in 1962, against 60 four years earlier.",
        "Turnout was 66 in 1962, against 64 four years earlier.",
    ),
    (
        ELECT,
        "Turnout fell from 66 in 1962 to 59 within eight years.",
        "Turnout fell from 66 in 1962 to 59 within four years.",
    ),
    (
        BIRTHS,
        "Births were 4,380,784 in 2007 and 4,310,737 a year later.",
        "Births were 4,380,784 in 2007 and 4,190,991 a year later.",
    ),
    (
        BIRTHS,
        "In 2010 there were 4,055,975 births, in the previous year 4,190,991.",
        "In 2010 there were 4,055,975 births, in the previous year 4,310,737.",
    ),
    (
        BIRTHS,
        "In 2010 there were 4,055,975 births, in the following year 4,006,908.",
        "In 2010 there were 4,055,975 births, in the following year 4,190,991.",
    ),
    (BIRTHS, "In the last year there were 4,010,532 births.", "In the last year there were 4,380,784 births."),
    (BIRTHS, "In the first year there were 4,380,784 births.", "In the first year there were 4,010,532 births."),
    (DAILY, "On the 3rd sales were 4.", "On the 3rd sales were 9."),
    (
        DAILY,
        "Sales were 9 on 2 January 2024 and 4 on the following day.",
        "Sales were 9 on 2 January 2024 and 7 on the following day.",
    ),
    (FLEET, "Flights at JFK almost quadrupled from 100 to 393.", "Flights at JFK almost doubled from 100 to 393."),
    (FLEET, "Flights at JFK rose 3.9 times, from 100 to 393.", "Flights at JFK rose 2.9 times, from 100 to 393."),
    (YEAR, "Orders averaged 61.8 a month.", "Orders averaged 71.8 a month."),
    (YEAR, "Orders averaged 78 a month from June to September.", "Orders averaged 88 a month from June to September."),
    (YEAR, "In July orders were 90, 24 more than in June.", "In July orders were 90, 34 more than in June."),
    (YEAR, "Orders rose by 36 % from June to July.", "Orders rose by 46 % from June to July."),
    (YEAR, "In the first half of 2023 there were 315 orders.", "In the first half of 2023 there were 427 orders."),
    (
        YEAR,
        "The second half of 2023 had 427 orders, 112 more than the first.",
        "The second half of 2023 had 427 orders, 212 more than the first.",
    ),
    (YEAR, "In Q3 2023 there were 244 orders.", "In Q3 2023 there were 184 orders."),
    (YEAR, "Orders rose every month until July.", "Orders rose every month until August."),
    (
        YEAR,
        "July had more than twice as many orders as January.",
        "July had more than three times as many orders as January.",
    ),
    (YEAR, "December had 58 orders, 18 more than January.", "December had 58 orders, 28 more than January."),
]
TWINS = {true: (evidence, true, wrong) for evidence, true, wrong in _PAIRS}


@pytest.mark.parametrize("true", TWINS)
def test_a_true_sentence_is_told_from_its_wrong_twin(true):
    """Of two sentences that differ in one number, name or word, only the wrong one is flagged."""
    assert_told_apart(*TWINS[true])
