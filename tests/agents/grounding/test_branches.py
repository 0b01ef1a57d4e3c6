"""Ways of saying a number or a claim of which only one turn of a rule speaks, each with a wrong twin."""

import pytest

from tests.agents.grounding.recorded import assert_told_apart
from tests.agents.grounding.test_phrasings import TEAMS

TWINS = {
    "no such kind": (TEAMS, "Moor had no title, with 23 points.", "Adlerhof had no losses."),
}


@pytest.mark.parametrize("kind", TWINS)
def test_each_turn_of_a_rule_tells_a_true_sentence_from_a_wrong_one(kind):
    """Of two sentences that differ in one number, name or word, only the wrong one is flagged."""
    assert_told_apart(*TWINS[kind])
