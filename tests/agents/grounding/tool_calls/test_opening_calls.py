"""A question that fixed rules can answer is looked up before the model is asked."""

import json

import pandas as pd
import pytest

from agents.analyst import analysis_prompt, build_analyst
from agents.grounding.tool_calls.evidence_ids import collect_evidence
from agents.models import choose_model
from agents.partial import usage_in
from agents.toolsets.deps import AnalystDeps
from analytics.privacy.private_copy import private_copy
from tests.agents.datasets import dataset
from tests.servers.model_server import by_turn, calls, model_server

__all__ = ["model_server"]  # pytest finds fixtures by name

FRAME = pd.DataFrame({"shop": ["Oslo", "Bergen"] * 20, "sales": [10.0, 30.0] * 20, "guests": range(40)})
SUMMARY = {"summary": "Answered.", "anomalies": [], "recommendations": [], "limitations": [], "answered": "answered"}


OPENING = calls("nobody_is_asked")
"""The turn that the rules take in the model's place."""


def _final(statement: str, cited: str = "E1"):
    return calls(
        "final_result", key_findings=[{"statement": statement, "evidence": [cited], "severity": "info"}], **SUMMARY
    )


@pytest.fixture
def ask(model_server, monkeypatch, tmp_path):
    async def run(question, script, name="openai:small", private=False):
        server = model_server(by_turn(script))
        for variable, value in server.environment().items():
            monkeypatch.setenv(variable, value)
        data = dataset(FRAME, tmp_path, name="fjords")
        data = private_copy(data, rows=5, directory=tmp_path).dataset if private else data
        prompt = analysis_prompt(data, question)
        return await build_analyst().run(prompt, deps=AnalystDeps(data), model=choose_model(name)), server

    return run


async def test_what_rules_answer_costs_no_request(ask):
    """The first request holds the answer as evidence, so that the model can hand in its result at once."""
    told = "By shop, the mean of sales is 30 for Bergen and 10 for Oslo."
    result, server = await ask("What is the mean of sales by shop?", [OPENING, _final(told)])
    shown = json.loads(server.requests[0].last["content"])
    assert server.count == result.usage.requests == usage_in(result.all_messages()).requests == 1
    assert (shown["evidence"], shown["in_words"]) == ("E1", "By shop, the mean of sales: Bergen 30 and Oslo 10.")
    assert collect_evidence(result.all_messages())[0].tool == "answer_question"
    assert result.output.key_findings[0].unverified == []
    assert result.output.answered == "answered"


async def test_an_answered_question_is_looked_into_once_more(ask):
    """After one more request with tools a model is offered the output alone, so that it cannot go round for ever."""
    script = [OPENING, calls("calculate_statistics", column="guests"), _final("The mean of sales is 20.")]
    _, server = await ask("1. What is the mean of sales, rounded to two decimal places?", script)
    offered = [{tool["function"]["name"] for tool in request.body["tools"]} for request in server.requests]
    assert "calculate_statistics" in offered[0]
    assert offered[1] == {"final_result"}


async def test_a_finding_from_an_answer_answers(ask):
    """Where the model does not say whether it answered, a finding that passes and cites the rules' answer says so."""
    said = {"statement": "The mean of sales is 20.", "evidence": ["E1"], "severity": "info"}
    body = {name: value for name, value in SUMMARY.items() if name != "answered"}
    result, _ = await ask("What is the mean of sales?", [OPENING, calls("final_result", key_findings=[said], **body)])
    assert (result.output.answered, result.output.unanswered) == ("answered", "")


async def test_each_sentence_that_is_understood_is_answered(ask):
    """Of three sentences the two that rules understand are looked up, and the model is left the third."""
    question = "What is the mean of sales? How many guests were there? Train a forest on them."
    _, server = await ask(question, [OPENING, _final("The mean of sales is 20.")])
    answers = [json.loads(m["content"])["in_words"] for m in server.requests[0].messages if m["role"] == "tool"]
    assert [text.split(",")[0] for text in answers] == ["The mean of sales is 20", "The total of guests is 780"]


@pytest.mark.parametrize("question", ["Why do shops close early?", None])
async def test_other_questions_are_the_models(ask, question):
    """Without a question that rules understand, the first request asks the model."""
    result, server = await ask(question, [calls("profile_dataset"), _final("There are 40 rows.")])
    assert "tool" not in {message["role"] for message in server.requests[0].messages}
    assert [item.tool for item in collect_evidence(result.all_messages())] == ["profile_dataset"]


async def test_private_data_is_not_asked(ask):
    """In private mode nothing is answered in words, which could hold values of single rows, nor is it offered."""
    script = [calls("profile_dataset"), _final("There are 40 rows.")]
    _, server = await ask("What is the mean of sales by shop?", script, private=True)
    assert "tool" not in {message["role"] for message in server.requests[0].messages}
    assert "query" in server.requests[0].tool_names
    refused = {"answer_question", "find_unusual_rows", "find_keys", "find_silences", "regress"}
    assert not any(refused.intersection(request.tool_names) for request in server.requests)


async def test_the_offline_model_reads_questions_itself(ask):
    """Nothing is looked up twice for the offline model."""
    result, _ = await ask("What is the mean of sales by shop?", [], name="offline")
    assert "answer_question" not in [item.tool for item in collect_evidence(result.all_messages())]


async def test_the_name_of_the_data_set_may_be_said(ask):
    """A sentence that names the data set says nothing that is in no result."""
    result, _ = await ask("What is the mean of sales?", [OPENING, _final("The mean of sales in Fjords is 20.")])
    assert result.output.key_findings[0].unverified == []


async def test_the_answer_of_rules_stands_in_front_where_the_model_has_none(ask):
    """Where the model overlooks the answer, that of the rules is the first finding, and the limits say so."""
    lost = calls("final_result", key_findings=[], **{**SUMMARY, "answered": "not answered", "summary": "No idea."})
    result, _ = await ask("What is the mean of sales?", [OPENING, lost])
    found = result.output
    assert [finding.statement for finding in found.key_findings] == ["The mean of sales is 20, over the 40 rows."]
    assert (found.answered, found.key_findings[0].evidence) == ("answered", ["E1"])
    assert "Fixed rules looked the answer up" in found.limitations[-1]


async def test_a_finding_with_nothing_to_check_is_not_the_answer(ask):
    """A finding that cites the answer but states no value of it does not stand in the way of the rules' answer."""
    beside = _final("No unusual values stand out.")
    result, _ = await ask("What is the mean of sales?", [OPENING, beside])
    assert result.output.key_findings[0].statement == "The mean of sales is 20, over the 40 rows."
