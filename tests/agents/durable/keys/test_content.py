"""Keys of calls depend on their meaning, not on values that change from attempt to attempt."""

import dataclasses
from datetime import UTC, datetime

import pytest
from pydantic_ai import RunContext
from pydantic_ai.messages import ModelRequest, ModelResponse, ToolCallPart, ToolReturnPart, UserPromptPart
from pydantic_ai.models.test import TestModel
from pydantic_ai.tools import ToolDefinition
from pydantic_ai.toolsets import FunctionToolset
from pydantic_ai.usage import RunUsage

from agents.durable.keys.content import FRAMEWORK_CALL_ID, content_of, strict_content_of
from agents.durable.keys.contexts import CALL_FIELDS
from agents.durable.keys.requests import MessageHistory, model_definition
from agents.durable.keys.tools import tool_definition


@pytest.mark.parametrize("name", CALL_FIELDS)
def test_keyed_context_fields_count(name: str) -> None:
    """Two calls that differ in a keyed field of the context are different calls."""
    context = RunContext[None](deps=None, model=TestModel(), usage=RunUsage())
    assert content_of(context) != content_of(dataclasses.replace(context, **{name: "another"}))


def test_other_context_fields_do_not_count() -> None:
    """Two calls whose contexts differ only in waived fields are the same call."""
    context = RunContext[None](deps=None, model=TestModel(), usage=RunUsage(), run_id="a", run_step=1)
    assert content_of(context) == content_of(dataclasses.replace(context, run_id="b", run_step=2, retry=1))


def _history(when: datetime, run_id: str, call_id: str) -> list[ModelRequest | ModelResponse]:
    return [
        ModelRequest(parts=[UserPromptPart("go", timestamp=when)], run_id=run_id, timestamp=when),
        ModelResponse(parts=[ToolCallPart("step", {"i": 1}, tool_call_id=call_id)], timestamp=when),
        ModelRequest(parts=[ToolReturnPart("step", 1, tool_call_id=call_id, timestamp=when)]),
    ]


def test_times_and_ids_do_not_count() -> None:
    """Messages that differ only in timestamps, run ids and framework-made call ids are the same messages."""
    first = _history(datetime(2026, 1, 1, tzinfo=UTC), "a", f"{FRAMEWORK_CALL_ID}1")
    second = _history(datetime(2027, 1, 1, tzinfo=UTC), "b", f"{FRAMEWORK_CALL_ID}2")
    assert MessageHistory().digest(first) == MessageHistory().digest(second)


def test_a_providers_call_ids_count() -> None:
    """Ids that the model gave belong to its answer."""
    when = datetime(2026, 1, 1, tzinfo=UTC)
    assert MessageHistory().digest(_history(when, "a", "call_1")) != MessageHistory().digest(
        _history(when, "a", "call_2")
    )


def test_a_users_timestamp_counts() -> None:
    """Only framework types lose their timestamp; a user's field of that name is data."""

    @dataclasses.dataclass
    class Reading:
        timestamp: int

    assert content_of(Reading(1)) != content_of(Reading(2))


def test_history_sees_late_changes() -> None:
    """A message that is changed after it was digested, as the newest of a history may be, is read again."""
    history = MessageHistory()
    messages = _history(datetime(2026, 1, 1, tzinfo=UTC), "a", "call_1")
    before = history.digest(messages)
    messages[-1].parts = []
    assert history.digest(messages) != before


def test_history_order_counts() -> None:
    """The same messages in another order are another history."""
    messages = _history(datetime(2026, 1, 1, tzinfo=UTC), "a", "call_1")
    assert MessageHistory().digest(messages) != MessageHistory().digest(messages[::-1])


def test_model_definition_holds_name_settings_and_tools() -> None:
    """A change of the model, its settings or its tools is another definition; a tool's task options are not."""
    tool = ToolDefinition(name="step", parameters_json_schema={"type": "object"})
    base = model_definition(TestModel(), {"temperature": 0}, [tool])
    assert base != model_definition(TestModel(model_name="other"), {"temperature": 0}, [tool])
    assert base != model_definition(TestModel(), {"temperature": 1}, [tool])
    assert base != model_definition(TestModel(), {"temperature": 0}, [dataclasses.replace(tool, description="new")])
    assert base == model_definition(TestModel(), {"temperature": 0}, [dataclasses.replace(tool, metadata={"a": 1})])


async def test_tool_definition_holds_the_tools_own_source() -> None:
    """Two tools of one name and schema with different bodies are different tools."""

    def one(number: int) -> int:
        return number

    def two(number: int) -> int:
        return number + 1

    definitions: set[str] = set()
    for function in (one, two):
        toolset = FunctionToolset[None](id="tools")
        toolset.add_function(function, name="step")
        tools = await toolset.get_tools(RunContext(deps=None, model=TestModel(), usage=RunUsage()))
        definitions.add(tool_definition(tools["step"], "step"))
    assert len(definitions) == 2


def test_other_runs_tell_functions_apart_by_all_they_hold() -> None:
    """For other runs, messages count without their times, and functions by what they close over."""

    def closing_over(held: list[int]) -> object:
        return lambda: held

    early, late = (
        ModelRequest(parts=[UserPromptPart("go", timestamp=datetime(year, 1, 1, tzinfo=UTC))]) for year in (2025, 2026)
    )
    assert strict_content_of(early) == strict_content_of(late)
    assert strict_content_of(closing_over([1])) != strict_content_of(closing_over([2]))
    assert content_of(closing_over([1])) == content_of(closing_over([2]))
