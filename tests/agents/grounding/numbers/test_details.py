"""Details that a report tells of a number: where it was found, how it was computed, or what the rows say instead."""

import pytest

from agents.grounding.checker import Checker
from tests.agents.grounding.pairs.entries.test_means_and_shares import SALES
from tests.agents.grounding.pairs.test_phrasings import BIRTHS, FARES, PAIRS, REGIONS, TEAMS, TIPS
from tests.agents.grounding.pairs.test_rules import AGES, KIDS, LINES, STEPS

SAID = {
    "UA cancelled 686 of 58,665 flights (1.2 %).": (
        LINES,
        {"686": "UA 686 of 58,665", "58,665": "UA 686 of 58,665", "1.2 %": "686 of 58,665"},
    ),
    "Three carriers had more than 40,000 flights.": (
        LINES,
        {"Three": "3 of 4 with flights over 40,000 (UA, B6, DL)", "40,000": "DL 48,110"},
    ),
    "UA had 4,030 more flights than B6.": (
        LINES,
        {
            "4,030": "difference flights: UA 58,665, B6 54,635",
            "more": "flights is 58,665 for UA and 54,635 for B6",
        },
    ),
    "The top two have 70 % of the flights.": (
        LINES,
        {"two": "a choice", "70 %": "flights of the first 2: 113,300 of 161,752"},
    ),
    "DL ranks 3rd of 4 by flights.": (LINES, {"3rd": "DL is number 3 of 4 by flights", "4": "rows in all"}),
    "UA had 1.2 times as many flights as DL.": (LINES, {"1.2 times": "ratio flights: UA 58,665, DL 48,110"}),
    "From 2010 to 2012 there were 12,073,415 births.": (
        BIRTHS,
        {"2010": "", "2012": "", "12,073,415": "sum of births over 3 rows"},
    ),
    "Births fell four years in a row.": (BIRTHS, {"four": "births: 4 up to 2011"}),
    "Births peaked in 2008.": (
        BIRTHS,
        {"2008": "", "peaked": "2007 is highest by births with 4,380,784; 2008 is number 2"},
    ),
    "5 children were under 13.": (KIDS, {"5": "5 (n)", "13": "a limit of the query"}),
    "9 were 20 to 29.": (AGES, {"9": "20 9", "29": "the range from 20"}),
    "The 95th percentile is 36.": (FARES, {"36": "36 (95th percentile)"}),
    "Consumer averaged 9.5 % more than Office.": (
        SALES,
        {
            "9.5 %": "change avg_sales: Consumer 120.5, Office 110",
            "more": "avg_sales is 120.5 for Consumer and 110 for Office",
        },
    ),
    "Three regions have the same number of 291 patients.": (
        REGIONS,
        {"Three": "3 with patients of 291 (North, South, West)", "291": "North 291"},
    ),
    "No team has fewer points than Seeburg.": (TEAMS, {"fewer": "Seeburg is number 2 by points"}),
    "Adlerhof took 2.2 points per match.": (TEAMS, {"2.2": "points / played"}),
    "Fare correlates with distance at 0.92.": (PAIRS, {"0.92": "fare, distance 0.92"}),
    "Orders rose by 3 each quarter.": (STEPS, {"3": "each step of orders", "each": "orders"}),
    "Cash payments tip above the average of 2.22.": (
        TIPS,
        {"2.22": "2.223 (overall mean)", "above": "Cash 0, all 2.223"},
    ),
}


@pytest.mark.parametrize("statement", SAID)
def test_a_report_says_where_a_number_is_from(statement):
    """Cells are named with their entry, computed numbers with what they were computed from."""
    evidence, said = SAID[statement]
    checks = Checker([evidence]).checks(statement, ["E1"])
    assert {check.text: check.detail for check in checks if check.text in said} == said
