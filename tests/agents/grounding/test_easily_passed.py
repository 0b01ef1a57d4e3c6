"""Wrong sentences whose numbers all stand in the evidence: each rule tells them from true ones."""

import pytest

from agents.grounding.evidence import unsupported_numbers
from tests.agents.grounding.test_branches import FIRST
from tests.agents.grounding.test_phrasings import query
from tests.agents.grounding.test_rules import LINES

CANCELLED = query(
    ["month", "origin", "cancelled"],
    [
        *(["2024-01", "EWR", 10], ["2024-02", "EWR", 30], ["2024-03", "EWR", 15]),
        *(["2024-01", "JFK", 12], ["2024-02", "JFK", 25], ["2024-03", "JFK", 16]),
    ],
    "SELECT month, origin, sum(cancelled) AS cancelled FROM data GROUP BY 1, 2",
)
CLUBS = query(["team", "points"], [["Adlers", 50], ["Bears", 40], ["Cranes", 30], ["Ducks", 20]])
ANSWERS = query(["answer", "share"], [["yes", 0.62], ["no", 0.30], ["unsure", 0.08]])

LEFT_OUT = [
    (
        CANCELLED,
        "Excluding March 2024, EWR had 40 cancellations.",
        "Excluding February 2024, EWR had 30 cancellations.",
    ),
    (
        CANCELLED,
        "Excluding February 2024, the highest of EWR was 15.",
        "Excluding February 2024, the highest of EWR was 30.",
    ),
    (
        CANCELLED,
        "Not counting January 2024, EWR had 45 cancellations.",
        "Not counting January 2024, EWR had 10 cancellations.",
    ),
    (CANCELLED, "Without February 2024, EWR had 25 cancellations.", "Without February 2024, EWR had 30 cancellations."),
    (
        CANCELLED,
        "Excluding JFK, there were 30 cancellations in February 2024.",
        "Excluding JFK, there were 25 cancellations in February 2024.",
    ),
    (
        CANCELLED,
        "EWR had 25 cancellations, leaving out February 2024.",
        "EWR had 30 cancellations, leaving out February 2024.",
    ),
    (LINES, "Excluding UA, B6 had the most flights.", "Excluding UA, DL had the most flights."),
    (
        LINES,
        "Apart from HA (342), each had over 48,000 flights.",
        "Apart from HA (58,665), each had over 48,000 flights.",
    ),
]
OTHERS = [
    (
        CLUBS,
        "Besides Adlers, 2 other teams had more than 25 points.",
        "Besides Adlers, 3 other teams had more than 25 points.",
    ),
    (
        CLUBS,
        "Apart from Adlers, 2 teams had more than 25 points.",
        "Apart from Adlers, 3 teams had more than 25 points.",
    ),
    (
        CLUBS,
        "Two other teams besides Adlers had more than 25 points.",
        "Three other teams besides Adlers had more than 25 points.",
    ),
    (CLUBS, "Adlers and 2 other teams had more than 25 points.", "Adlers and 3 other teams had more than 25 points."),
]
TWO_VALUES = [
    (
        LINES,
        "UA had 58,665 flights, more than the 54,635 of B6.",
        "UA had 58,665 flights, fewer than the 54,635 of B6.",
    ),
    (
        LINES,
        "B6 had 54,635 flights, less than UA with 58,665.",
        "UA had 58,665 flights, less than B6 with 54,635.",
    ),
    (
        LINES,
        "UA had more flights than B6: 58,665 against 54,635.",
        "UA had more flights than B6: 54,635 against 58,665.",
    ),
    (ANSWERS, "Most said yes (62 %).", "Most said no (30 %)."),
    (ANSWERS, "A minority said no (30 %).", "The majority said no (30 %)."),
]
SHOWN = [
    (FIRST, "Of the airlines shown, DL had the fewest flights.", "Of the airlines shown, B6 had the fewest flights."),
]


def _told_apart(evidence, true, wrong):
    assert unsupported_numbers(true, [evidence]) == []
    assert unsupported_numbers(wrong, [evidence]) != []


@pytest.mark.parametrize(("evidence", "true", "wrong"), LEFT_OUT)
def test_what_is_left_out_says_nothing_of_the_others(evidence, true, wrong):
    """Numbers and claims of a sentence that leaves rows out are held against the other rows."""
    _told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), OTHERS)
def test_others_are_counted_without_those_that_are_named(evidence, true, wrong):
    """A number of others does not count the entries that the sentence names."""
    _told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), TWO_VALUES)
def test_numbers_beside_a_comparison_bear_it_out(evidence, true, wrong):
    """A comparison is wrong if its own numbers say the opposite, or if they stand in the order of the other side."""
    _told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), SHOWN)
def test_rows_shown_are_all_that_is_meant(evidence, true, wrong):
    """Claims about the entries shown are decided although there are more in the data."""
    _told_apart(evidence, true, wrong)
