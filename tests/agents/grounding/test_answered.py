"""`answered` of a language model's analysis, over real HTTP to a scripted server."""

import pytest

from tests.agents.test_analyst import analyse, final
from tests.servers.model_server import by_turn, calls, model_server

__all__ = ["analyse", "model_server"]  # pytest finds fixtures by name

LOOK = calls("calculate_statistics", column="Sales EUR")
GOOD, BAD = "Sales averaged 20.", "Sales averaged 23."

CASES = {
    "said and supported": (GOOD, {"answered": "answered"}, "answered", ""),
    "not said": (GOOD, {}, "partly answered", "The model did not say"),
    "finding not supported": (BAD, {"answered": "answered"}, "not answered", "No finding"),
    "summary not supported": (GOOD, {"answered": "answered", "summary": BAD}, "partly answered", "Some of it"),
    "no evidence": ("Yes.", {"answered": "answered", "cited": []}, "not answered", "No finding"),
    "said that it is not": (BAD, {"answered": "not answered", "unanswered": "No costs."}, "not answered", "No costs."),
}


@pytest.mark.parametrize("case", CASES)
async def test_answered_is_what_the_checks_allow(analyse, case):
    """A model's word that it answered holds only as far as its summary and findings do."""
    statement, changes, answered, why = CASES[case]
    said = {"cited": ["E1"], **changes}  # a copy: tests may run twice in a process
    reply = final(statement, said.pop("cited"), **said)
    result, _ = await analyse(by_turn([LOOK, reply, reply, reply]), question="What can be said of a usual day?")
    assert result.output.answered == answered
    assert result.output.unanswered.startswith(why)


async def test_without_a_question_nothing_is_answered(analyse):
    """A general analysis has no such field, whatever a model writes into it."""
    result, _ = await analyse(by_turn([LOOK, final(GOOD, ["E1"], answered="answered", unanswered="x")]))
    assert (result.output.answered, result.output.unanswered) == (None, "")
