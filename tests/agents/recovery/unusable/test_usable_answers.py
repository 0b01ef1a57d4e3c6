"""Answers that models get wrong are read as they are meant, or asked for again, over real HTTP."""

import json
import re
from pathlib import Path

import pytest
from prefect import flow
from pydantic import BaseModel
from pydantic_ai import Agent, ToolOutput
from pydantic_ai.exceptions import ContentFilterError, OutputTokenLimitExceeded, UnexpectedModelBehavior
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from agents import PrefectAgent
from agents.recovery.unusable.calls_in_text import meant_name
from agents.recovery.unusable.malformed_answers import MOST_MALFORMED
from agents.recovery.unusable.usable_answers import MOST_ASKS
from runtime.runs.listing import recent_runs
from runtime.runs.spent import spent_by_run
from runtime.settings import get_settings
from tests.agents.recovery.killing import kill_and_resume
from tests.servers.model_server import ModelServer, Reply, ToolCall, by_turn, calls, says
from tests.thinned import thinned

pytestmark = pytest.mark.usefixtures("prefect_server")

DOCS = Path(__file__).parents[4] / "docs" / "failures-and-budgets.md"


class Weather(BaseModel):
    """Weather of a city."""

    city: str
    degrees: float
    remark: str = ""


def clerk(base_url, output=None):
    agent = Agent(
        OpenAIChatModel("scripted", provider=OpenAIProvider(base_url=base_url, api_key="test")),
        name="clerk",
        output_type=output or ToolOutput(Weather, name="final_result"),
        retries={"tools": 2, "output": 6},
    )

    @agent.tool_plain
    def measure(city: str) -> str:
        """Measure the degrees in a city."""
        return f"{city}: 7.5"

    return PrefectAgent(agent)


@flow
async def ask(base_url: str) -> dict[str, object]:
    """Ask for the weather."""
    return (await clerk(base_url).run("How warm is it in Oslo?")).output.model_dump()


async def answer(server):
    """Ask the same outside of a flow."""
    return (await clerk(server.base_url).run("How warm is it in Oslo?")).output.model_dump()


MEASURE = json.dumps({"name": "measure", "arguments": {"city": "Oslo"}})
ANSWER = {"city": "Oslo", "degrees": 7.5}
DONE = calls("final_result", **ANSWER)
RESULT = {"city": "Oslo", "degrees": 7.5, "remark": ""}

CALLS_IN_TEXT = [
    f"<tool_call>\n{MEASURE}\n</tool_call>",
    f"<tool_call>{MEASURE}",
    f"I will look.\n```json\n{MEASURE}\n```",
    MEASURE,
    f"[{MEASURE}]",
    '[TOOL_CALLS][{"name": "measure", "arguments": {"city": "Oslo"}}]',
    '<function=measure>{"city": "Oslo"}</function>',
    '{"function": {"name": "functions.measure", "arguments": "{\\"city\\": \\"Oslo\\"}"}}',
    '{"tool": "measure", "parameters": {"city": "Oslo"}}',
    '{"measure": {"city": "Oslo"}}',
]


async def test_calls_that_were_written_as_text_are_made():
    """Tags, code fences, lists and bare JSON that name a tool are its call; nothing is asked for again."""
    texts = [text.replace("Oslo", f"Oslo {number}") for number, text in enumerate(CALLS_IN_TEXT)]
    with ModelServer(by_turn([*map(says, texts), DONE])) as server:
        assert await answer(server) == RESULT
        assert server.count == len(texts) + 1
    for number, (text, request) in enumerate(zip(texts, server.requests[1:], strict=True)):
        assert request.last["content"] == f"Oslo {number}: 7.5", text


@pytest.mark.parametrize(
    "reply",
    thinned(
        [
            says(json.dumps(ANSWER)),
            says(f"Here it is:\n```json\n{json.dumps(ANSWER)}\n```\nI hope it helps."),
            calls("Final_Result", **ANSWER),
            calls("functions.final_result", arguments=ANSWER),
            Reply(tools=[ToolCall(name="final_result", arguments=json.dumps(json.dumps(ANSWER)))]),
        ],
        2,
    ),
    ids=["bare", "fenced", "case", "wrapped", "doubly encoded"],
)
async def test_an_answer_that_can_only_mean_one_thing_is_taken(reply):
    """The answer itself in text, another spelling of the tool, and arguments in a wrapper need no second request."""
    with ModelServer([reply]) as server:
        assert await answer(server) == RESULT
        assert server.count == 1


@pytest.mark.parametrize(
    ("reply", "said"),
    thinned(
        [
            (says("It is warm."), "tool call"),
            (Reply(text=None, finish="length"), "cut off"),
            (Reply(text=None, finish="content_filter"), "content filter"),
            (calls("final_result", city="Oslo", degrees="warm"), "degrees"),
            (calls("guess", city="Oslo"), "guess"),
            (says(""), "tool call"),
            (Reply(), "tool call"),
            (Reply(tools=[ToolCall(name="final_result", arguments='{"city": "Os')], finish="length"), "cut off"),
            (calls("final_result", city="Oslo"), "degrees"),
            (Reply(tools=[ToolCall(name="final_result", arguments='{"city": NaN, "degrees": 1}')]), "city"),
            (Reply(tools=[ToolCall(name="final_result", arguments="not json")]), "JSON"),
        ],
        3,
    ),
    ids=["text", "cut", "held back", "type", "no tool", "blank", "nothing", "cut call", "missing", "NaN", "no JSON"],
)
async def test_an_answer_that_cannot_be_used_is_asked_for_again_with_what_is_wrong(reply, said):
    """The model is told the exact error, and its next answer is taken."""
    with ModelServer([reply, DONE]) as server:
        assert await answer(server) == RESULT
        assert server.count == 2
    assert said in json.dumps(server.requests[1].messages[-1])


async def test_after_three_malformed_answers_only_the_required_fields_are_asked_for():
    """The schema of the answer is smaller from then on, and what fits it is taken."""
    wrong = calls("final_result", city="Oslo")
    with ModelServer(by_turn([wrong, wrong, wrong, DONE])) as server:
        assert await answer(server) == RESULT
    schemas = [
        next(tool for tool in request.body["tools"] if tool["function"]["name"] == "final_result")
        for request in server.requests
    ]
    fields = [list(schema["function"]["parameters"]["properties"]) for schema in schemas]
    assert fields == [["city", "degrees", "remark"]] * 3 + [["city", "degrees"]]


async def test_a_model_that_never_answers_rightly_is_a_failure_that_says_what_came():
    """The error names the form of the last answer and what was wrong before, and nothing that the model wrote."""
    with ModelServer(
        lambda request: says("secret words") if request.turn == 6 else calls("final_result", city="x")
    ) as server:
        with pytest.raises(UnexpectedModelBehavior) as failed:
            await answer(server)
        assert server.count == 7
    assert "The last answer was a text of 12 characters." in str(failed.value)
    assert "degrees: missing" in str(failed.value)
    assert "secret" not in str(failed.value)


@pytest.mark.parametrize(
    ("finish", "error"), thinned([("length", OutputTokenLimitExceeded), ("content_filter", ContentFilterError)], 1)
)
async def test_what_stays_cut_off_or_held_back_fails_as_before(finish, error):
    """After two more requests the run ends with the error that tells its kind."""
    with ModelServer(lambda _: Reply(finish=finish)) as server:
        with pytest.raises(error):
            await answer(server)
        assert server.count == 3


async def test_text_of_an_agent_that_answers_in_text_stays_text():
    """JSON is an answer like any other where text is asked for; only the tags of a call are read."""
    with ModelServer([says(MEASURE)]) as server:
        assert (await clerk(server.base_url, str).run("Show me a call.")).output == MEASURE
    tagged = [text for text in CALLS_IN_TEXT if text.startswith(("<", "[TOOL"))]
    with ModelServer(by_turn([*map(says, tagged), says("7.5")])) as server:
        assert (await clerk(server.base_url, str).run("How warm is it?")).output == "7.5"
        assert server.count == len(tagged) + 1 == 5


@pytest.mark.scale
@pytest.mark.xdist_group("forked")
def test_a_killed_run_takes_the_same_way(tmp_path, monkeypatch):
    """Killed after calls in text, malformed and endless answers, a resumed run asks nothing again and pays once."""
    monkeypatch.setenv("ANALYST_MODEL_ANSWER_BYTES", "20000")
    monkeypatch.setenv("ANALYST_DAILY_USD", "5")
    monkeypatch.setenv("ANALYST_PRICES", "openai:scripted=1/1")
    get_settings.cache_clear()
    replies = [
        says(MEASURE),
        Reply(trickle=0),
        says("Warm."),
        Reply(trickle=0),
        calls("final_result", city="Oslo"),
        DONE,
    ]
    with ModelServer(replies) as server:
        arguments = {"base_url": server.base_url}
        assert kill_and_resume(ask, arguments, after=6, directory=tmp_path / "run") == RESULT
        assert server.count == 6
    spent = spent_by_run(recent_runs()[0].id)
    assert (spent.requests, spent.reserved_requests) == (6, 2)  # the endless ones, with their worst case


def test_a_name_that_may_mean_two_tools_is_not_guessed():
    """Spelling is corrected only where one tool is left; other names go back to the model."""
    assert meant_name("default_api.Query()", ["query", "profile"]) == "query"
    assert meant_name("QUERY", ["query", "Query"]) is None
    assert meant_name("sql", ["query"]) is None


TESTED = [
    ("a tool call as text", test_calls_that_were_written_as_text_are_made),
    ("the answer itself as JSON text", test_an_answer_that_can_only_mean_one_thing_is_taken),
    ("nothing, text", test_an_answer_that_cannot_be_used_is_asked_for_again_with_what_is_wrong),
    ("one that is too large", test_a_killed_run_takes_the_same_way),
    ("the third malformed answer", test_after_three_malformed_answers_only_the_required_fields_are_asked_for),
    ("an answer cut off", test_what_stays_cut_off_or_held_back_fails_as_before),
    ("still none", test_a_model_that_never_answers_rightly_is_a_failure_that_says_what_came),
]
"""Beginning of each row of the documented table, and its test."""


def test_the_documentation_has_the_table_of_the_tests():
    """Each row of the documented table has its test here, and the numbers in it are those of the code."""
    section = DOCS.read_text().split("## Answers that cannot be used")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in re.findall(r"^\|.*\|$", section, re.MULTILINE)[2:]]
    assert all(row[0].strip().startswith(begins) for row, (begins, _) in zip(rows, TESTED, strict=True))
    assert (MOST_MALFORMED, MOST_ASKS) == (3, 2)
    assert "at most twice more" in rows[5][1]
