"""Numbers beside brackets, shares and exceptions: each belongs to one entry, and that of another one is caught."""

import pytest

from agents.grounding.checker import Checker, flagged
from tests.agents.grounding.test_phrasings import query

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
BRACKET = "A number before a bracket belongs to the entry that the bracket names."
SHARE = "How many groups an entry leads is a count, and no share of them."
EXCEPTION = "A time that is left out is no owner of the numbers beside it."


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
    ],
)
def test_a_number_is_that_of_its_entry(evidence, true, wrong, rule):
    """The true sentence passes, its twin with the number of another entry is flagged."""
    checker = Checker([evidence])
    assert not flagged(checker.checks(true, [evidence.id])), rule
    assert flagged(checker.checks(wrong, [evidence.id])), rule
