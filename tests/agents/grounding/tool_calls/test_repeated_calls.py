"""Models that make the same call again and again, over real HTTP to a scripted server."""

from types import SimpleNamespace

from pydantic_ai.messages import ModelMessagesTypeAdapter

from agents.grounding.tool_calls.evidence_ids import collect_evidence
from agents.grounding.tool_calls.repeated_calls import WithoutLoops
from tests.agents.test_analyst import analyse, final
from tests.servers.model_server import Reply, ToolCall, by_turn, calls, model_server

__all__ = ["analyse", "model_server"]  # pytest finds fixtures by name

STATISTICS = calls("calculate_statistics", column="Sales EUR")
SAME = calls("calculate_statistics", column=" sales_eur ")
GROUPS = calls("compare_groups", column="Sales EUR", by="shop")
DONE = final("Sales averaged 20.", ["E1"])


def told(server, number):
    return server.requests[number].last["content"]


async def test_a_repeated_call_is_told_where_its_result_is(analyse):
    """The second time the model is told the evidence that holds the result and what is open; no evidence is added."""
    result, server = await analyse(by_turn([STATISTICS, SAME, DONE]))
    assert told(server, 2).startswith("E1 holds this already")
    others = [name for name in server.requests[2].tool_names if name not in ("calculate_statistics", "final_result")]
    assert f"Still open: {', '.join(others)}." in told(server, 2)
    assert [item.id for item in collect_evidence(result.all_messages())] == ["E1"]
    assert "calculate_statistics" in server.requests[2].tool_names


async def test_a_tool_is_withheld_after_the_third_time(analyse):
    """The third equal result takes the tool away for one request; after another result it is there again."""
    _, server = await analyse(by_turn([STATISTICS, SAME, SAME, GROUPS, DONE]))
    offered = ["calculate_statistics" in request.tool_names for request in server.requests]
    assert offered == [True, True, True, False, True]
    assert "compare_groups" in server.requests[3].tool_names


async def test_only_the_output_is_left_when_nothing_new_comes(analyse):
    """Three requests without a new result, whatever was called, leave final_result alone, and the run ends with it."""
    script = by_turn([GROUPS, STATISTICS, GROUPS, calls("query", sql="SELEC"), STATISTICS, STATISTICS, DONE])
    result, server = await analyse(script)
    left = [request.tool_names == ["final_result"] for request in server.requests]
    assert left == [False] * 5 + [True, True]
    assert result.output.key_findings[0].statement == "Sales averaged 20."


async def test_slips_before_the_first_result_take_nothing_away(analyse):
    """A model that has no result yet keeps its tools, since there is nothing that it could report."""
    slip = calls("calculate_statistics", column="revenue")
    _, server = await analyse(by_turn([slip, slip, slip, slip, STATISTICS, final("Steady.", ["E5"])]))
    assert all("calculate_statistics" in request.tool_names for request in server.requests)


async def test_equal_calls_side_by_side_are_one_result(analyse):
    """Of two equal calls in one answer the second holds nothing of its own, and what is called beside is not open."""
    both = Reply(tools=[*STATISTICS.tools, ToolCall(name="profile_dataset"), *STATISTICS.tools, *GROUPS.tools])
    result, server = await analyse(by_turn([both, DONE]))
    answers = [message["content"] for message in server.requests[1].messages if message["role"] == "tool"]
    assert answers[2].startswith("E1 holds this already")
    assert "Still open: answer_question, query, correlations" in answers[2]
    assert not any(name in answers[2] for name in ("profile_dataset", "calculate_statistics", "compare_groups"))
    assert [item.id for item in collect_evidence(result.all_messages())] == ["E1", "E2", "E4"]


async def test_calls_that_differ_are_no_repetition(analyse):
    """Another order of the groups is another result, side by side and one after the other."""
    total = calls("compare_groups", column="Sales EUR", by="shop", sort_by="total")
    script = by_turn([Reply(tools=[*GROUPS.tools, *total.tools]), STATISTICS, DONE])
    result, _ = await analyse(script)
    assert [item.id for item in collect_evidence(result.all_messages())] == ["E1", "E2", "E3"]


async def test_a_history_read_back_decides_the_same(analyse):
    """Whatever is withheld follows from the messages: after a round trip through JSON it is the same."""
    script = by_turn([STATISTICS, SAME, SAME, GROUPS, GROUPS, GROUPS, SAME, DONE])
    result, server = await analyse(script)
    names = [name for name in server.requests[0].tool_names if name != "final_result"]
    stored = ModelMessagesTypeAdapter.validate_json(ModelMessagesTypeAdapter.dump_json(result.all_messages()))
    tools = [SimpleNamespace(name=name) for name in names]
    for number, request in enumerate(server.requests):
        context = SimpleNamespace(messages=stored[: 2 * number + 1])
        kept = await WithoutLoops().prepare_tools(context, tools)
        assert {*(tool.name for tool in kept), "final_result"} == set(request.tool_names)
    every = len(names) + 1
    offered = [len(request.tool_names) for request in server.requests]
    assert offered == [every, every, every, every - 1, every, every, every - 1, 1]
