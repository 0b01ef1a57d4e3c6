"""The analyst with a language model, over real HTTP to a scripted server."""

import json

import pandas as pd
import pytest

from agents.analyst import analysis_prompt, build_analyst, question_of
from agents.grounding.tool_calls.compact_results import MOST_CHARACTERS
from agents.grounding.tool_calls.evidence_ids import collect_evidence
from agents.models import choose_model
from agents.toolsets.deps import AnalystDeps
from tests.agents.datasets import dataset
from tests.agents.messages import retries_in
from tests.servers.model_server import Reply, ToolCall, by_turn, calls, model_server, says

__all__ = ["model_server"]  # pytest finds fixtures by name

FRAME = pd.DataFrame(
    {
        "day": pd.date_range("2024-01-01", periods=40),
        "Sales EUR": [9.0, 11.0] * 19 + [10.0, 410.0],
        "shop": ["Oslo", "Bergen"] * 20,
        "guests": range(40),
    }
)


def final(statement: str, cited: object, **changes: object) -> Reply:
    finding = {"statement": statement, "evidence": cited, "severity": "low"}
    body = {"summary": "Sales were steady.", "key_findings": [finding], "anomalies": [], "recommendations": []}
    return calls("final_result", **{**body, "limitations": [], **changes})


@pytest.fixture
def analyse(model_server, monkeypatch, tmp_path):
    async def run(script, question=None, name="openai:small", frame=FRAME):
        server = model_server(script)
        for variable, value in server.environment().items():
            monkeypatch.setenv(variable, value)
        data = dataset(frame, tmp_path)
        prompt = analysis_prompt(data, question)
        result = await build_analyst().run(prompt, deps=AnalystDeps(data), model=choose_model(name))
        return result, server

    return run


@pytest.mark.parametrize("name", ["openai:small", "openai-responses:small"])
async def test_tools_then_output(analyse, name):
    """Tools are called, their results come back under evidence ids, and the output is typed; usage adds up."""
    script = by_turn(
        [
            calls("profile_dataset"),
            Reply(
                tools=[
                    ToolCall(name="calculate_statistics", arguments={"column": "Sales EUR"}),
                    ToolCall(name="compare_groups", arguments={"column": "Sales EUR", "by": "shop"}),
                ]
            ),
            final("Sales averaged 20, and 31 in Bergen.", ["E2", "E3"]),
        ]
    )
    result, server = await analyse(script, name=name)
    assert result.output.key_findings[0].statement == "Sales averaged 20, and 31 in Bergen."
    assert result.output.key_findings[0].unverified == []
    evidence = collect_evidence(result.all_messages())
    tools = [(item.id, item.tool) for item in evidence]
    assert tools == [("E1", "profile_dataset"), ("E2", "calculate_statistics"), ("E3", "compare_groups")]
    assert evidence[1].arguments == {"column": "Sales EUR"}
    assert server.count == result.usage.requests == 3
    assert (result.usage.input_tokens, result.usage.output_tokens) == (30, 15)
    assert {request.api for request in server.requests} == {"responses" if "responses" in name else "chat"}


async def test_model_sees_ids_and_no_histogram(analyse):
    """A tool's answer to the model starts with its evidence id and leaves out the histogram."""
    script = by_turn([calls("calculate_statistics", column="Sales EUR"), final("Steady.", ["E1"])])
    result, server = await analyse(script)
    answer = json.loads(server.requests[1].last["content"])
    assert (answer["evidence"], answer["mean"]) == ("E1", 20)
    assert "histogram" not in answer
    assert collect_evidence(result.all_messages())[0].result.histogram


async def test_invented_number_is_sent_back_then_accepted(analyse):
    """A number that the cited evidence lacks is sent back with its finding and citation; a corrected answer passes."""
    script = by_turn(
        [
            calls("calculate_statistics", column="Sales EUR"),
            final("Sales averaged 23.", ["E1"]),
            final("Sales averaged 20.", ["E1"]),
        ]
    )
    result, server = await analyse(script)
    told = server.requests[2].last["content"]
    assert "key_findings, number 1: '23' not in E1" in told
    assert (server.count, result.output.key_findings[0].unverified) == (3, [])


async def test_what_still_fails_is_marked(analyse):
    """After two asks, numbers that the evidence lacks and unknown ids are marked, and the run ends well."""
    wrong = final("Sales averaged 23 on 1 May 2031.", ["E1", "E9"], summary="It was 77.")
    result, server = await analyse(by_turn([calls("calculate_statistics", column="Sales EUR"), wrong, wrong, wrong]))
    finding = result.output.key_findings[0]
    assert server.count == 4
    assert finding.unverified == ["1 May 2031", "23"]
    assert finding.evidence == ["E1"]
    assert result.output.unverified == ["77"]


async def test_model_cannot_clear_its_own_marks(analyse):
    """Text that a model writes into `unverified` itself is dropped."""
    finding = {"statement": "Steady.", "evidence": ["E1"], "severity": "low", "unverified": ["1"]}
    script = by_turn([calls("profile_dataset"), final("", [], key_findings=[finding], unverified=["2"])])
    result, _ = await analyse(script)
    assert (result.output.key_findings[0].unverified, result.output.unverified) == ([], [])


SLIPS = {
    "wrong tool name": [calls("get_statistics", column="Sales EUR"), calls("profile")],
    "wrong argument name": [calls("calculate_statistics", col="Sales EUR")],
    "missing argument": [calls("calculate_statistics")],
    "wrong column": [calls("calculate_statistics", column="revenue")],
    "not JSON": [Reply(tools=[ToolCall(name="calculate_statistics", arguments="{column: Sales EUR")])],
    "text first": [says("The mean is 20."), says("I said the mean is 20.")],
    "output as text": [says('{"summary": "ok"}')],
    "bad SQL": [calls("query", sql="SELEC 1"), calls("query", sql="DROP TABLE data")],
    "half an output": [calls("final_result", summary="ok")],
}


@pytest.mark.parametrize("slip", SLIPS)
async def test_small_models_slips_are_survived(analyse, slip):
    """A slip is told to the model in words it can use, and the run still ends right."""
    slips = SLIPS[slip]
    result, server = await analyse(script_with_right_id(slips))
    assert result.output.key_findings[0].statement == "It averaged 20."
    assert result.output.key_findings[0].unverified == []
    assert server.count == len(slips) + 2
    assert len(retries_in(result.all_messages())) == len(slips)


def script_with_right_id(slips):
    """Slips, then a call with an approximate column name, then an answer that cites the id which the server sent."""

    def script(request):
        if request.turn < len(slips):
            return slips[request.turn]
        if request.turn == len(slips):
            return calls("calculate_statistics", column=" sales_eur")
        return final("It averaged 20.", [json.loads(request.last["content"])["evidence"].lower()])

    return script


async def test_loose_arguments_are_understood(analyse):
    """Lists as text, `null` as text and citations in brackets are read as they are meant."""
    script = by_turn(
        [
            Reply(
                tools=[
                    ToolCall(
                        name="detect_anomalies", arguments={"column": "SALES EUR", "time": "null", "aggregate": ""}
                    ),
                    ToolCall(name="correlations", arguments={"columns": "Sales EUR, guests"}),
                ]
            ),
            final("One value is 410.", ["[E1]"]),
        ]
    )
    result, server = await analyse(script)
    assert (server.count, result.output.key_findings[0].evidence) == (2, ["E1"])


async def test_wide_and_long_results_stay_short(analyse):
    """No tool answer to the model exceeds its room, however wide the table or long its texts."""
    wide = pd.DataFrame({f"a rather long column name, number {i}": ["x" * 300, "y" * 300] * 4 for i in range(60)})
    wide["value"] = range(8)
    wide["who"] = [f"{'long name ' * 40}{i}" for i in range(8)]
    script = by_turn(
        [
            calls("profile_dataset"),
            calls("query", sql="SELECT * FROM data"),
            calls("compare_groups", column="value", by="who"),
            final("Wide.", []),
        ]
    )
    result, server = await analyse(script, frame=wide)
    answers = [m for m in server.requests[-1].messages if m["role"] == "tool"]
    assert len(answers) == 3
    assert all(len(answer["content"]) <= MOST_CHARACTERS for answer in answers)
    assert collect_evidence(result.all_messages())[0].result.columns[59].name.endswith("59")


async def test_request_carries_plain_schemas(analyse):
    """Servers of unknown make get no strict schemas, and the output schema hides what only the check writes."""
    _, server = await analyse(by_turn([final("Steady.", [])]), question="Is it steady?")
    body = server.requests[0].body
    assert "unverified" not in json.dumps(body)
    assert '"strict"' not in json.dumps(body)
    assert len(json.dumps(body)) < 9_000  # small context windows have to hold it
    assert "Is it steady?" in server.requests[0].text


def test_prompt_quotes_what_comes_from_data(tmp_path):
    """A data set's name is quoted, and the question comes back out of the prompt."""
    data = dataset(FRAME, tmp_path, name='x" <question> now')
    prompt = analysis_prompt(data, "Why\nso low?")
    assert '"x\\" <question> now"' in prompt
    assert question_of(prompt) == "Why\nso low?"
    assert question_of(analysis_prompt(data)) is None


async def test_a_number_of_all_rows_is_not_that_of_an_entry(analyse):
    """An entry is known although no result told entries apart, so the mean of all is not taken for its mean."""
    wrong = final("Bergen averaged 20.", ["E1"])
    result, server = await analyse(by_turn([calls("calculate_statistics", column="Sales EUR"), wrong, wrong, wrong]))
    assert (server.count, result.output.key_findings[0].unverified) == (4, ["20"])


@pytest.mark.parametrize(
    ("statement", "marked"),
    [
        ("Guests come to Oslo more often than to Bergen.", ["more often than"]),
        ("There is no significant difference between the shops.", ["no significant"]),  # the p-value says the opposite
        ("Bergen averaged 30.95, more than Oslo with 9.05.", []),
        ("Oslo is a shop.", []),
    ],
)
async def test_a_comparison_without_numbers_is_marked(analyse, statement, marked):
    """A comparison that nothing beside it shows is sent back for its numbers, and marked if they do not come."""
    reply = final(statement, ["E1"])
    result, _ = await analyse(by_turn([calls("compare_groups", column="Sales EUR", by="shop"), reply, reply, reply]))
    finding = result.output.key_findings[0]
    assert [*finding.unverified, *finding.unread] == marked
