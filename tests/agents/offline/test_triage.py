"""Triage by rules is true: each word, category, severity and quote is computed again."""

import pytest

from agents.offline.triage_rules import judge
from agents.tickets import SupportTicket
from tests.agents.offline.made_up.tickets import ticket
from tests.agents.offline.oracle.triage import false_triage


def test_no_triage_by_rules_is_false():
    """Of 3,000 made-up tickets, each reason names words of the ticket that are signs of what it says."""
    made = [ticket(seed) for seed in range(3000)]
    assert {each.id: wrong for each in made if (wrong := false_triage(each, judge(each)))} == {}
    assert len({(judge(each).severity, judge(each).category) for each in made}) > 20


@pytest.mark.parametrize(
    "changes",
    [
        {"category": "delivery"},
        {"severity": "low"},
        {"priority": 1},
        {"quotes": ["I was charged three times"]},
        {"reason": "\u201crefund\u201d in the ticket: billing; \u201ccharged twice\u201d: high."},
        {"reason": "\u201csubscription\u201d in the ticket: billing; \u201cfor my\u201d: high."},
        {"reason": "\u201cI was\u201d in the ticket: billing; \u201ccharged twice\u201d: high."},
        {"reason": "\u201csubscription\u201d in the ticket: billing."},
    ],
)
def test_a_false_triage_is_caught(changes):
    """Another category, severity, priority, quote or reason than the rules give is reported."""
    one = SupportTicket(id="1", text="I was charged twice for my subscription.")
    right = judge(one)
    assert false_triage(one, right) == []
    assert false_triage(one, right.model_copy(update=changes)) != []
