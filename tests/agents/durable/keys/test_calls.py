"""Descriptions of model requests and tool calls: which part of a call is in which part of its key."""

import dataclasses
import threading
from typing import Any

import pytest
from pydantic_ai import RunContext, ToolDefinition
from pydantic_ai.durable_exec import ToolsetCallToolId
from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, TextPart, UserPromptPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.models.test import TestModel
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.toolsets import FunctionToolset
from pydantic_ai.usage import RunUsage

from agents.durable.keys.calls import RunDigests, model_request, tool_call
from agents.durable.keys.tools import function_of, tool_definition
from cache_policies.digests.unkeyable import UnkeyableError
from cache_policies.policies import Call

RUN = Call("run", "content", "agent", "dependencies", "now", across_runs=lambda: "of the run")
CALLED = ToolsetCallToolId("function", toolset_id="tools")


class Streaming(WrapperModel):
    """A model of one's own, whose streamed request is given the context of the run."""

    def __init__(self, held: object = None) -> None:
        super().__init__(TestModel())
        self.held = held

    def request_stream(self, *args: Any, **options: Any) -> Any: ...


def request(
    run: Call = RUN, streamed: bool = False, model: Any = "m", prompt: str = "go", settings: Any = None, tools: Any = ()
) -> Call:
    messages = [ModelRequest(parts=[UserPromptPart(prompt)])]
    return model_request(run, streamed, model, (messages, settings, tools), RunDigests())


@pytest.mark.parametrize(
    "change",
    [{"streamed": True}, {"model": TestModel()}, {"settings": {"seed": 1}}, {"tools": [ToolDefinition(name="look")]}],
    ids=lambda change: next(iter(change)),
)
def test_what_answers_a_request_is_its_definition(change: dict[str, Any]) -> None:
    """Another model, setting or tool, or an answer that is streamed, is another definition of the same content."""
    assert request(**change).definition != request().definition == request().definition
    assert request(**change).content == request().content


def test_what_a_request_asks_is_its_content() -> None:
    """Other messages are another content for the same definition, and the run's own digests stay."""
    assert request(prompt="stop").content != request().content
    assert request(prompt="stop").definition == request().definition
    assert (request().agent, request().dependencies, request().dependencies_now) == ("agent", "dependencies", "now")


def test_what_lives_in_a_model_is_added_to_what_lives_in_the_run() -> None:
    """No other run shares a request of a model that holds a live object, beside those of the run."""
    lock, of_run = threading.Lock(), (object(), "given")
    live = request(dataclasses.replace(RUN, live=(of_run,)), model=Streaming(lock)).live
    assert (live[0], live[1][0] is lock, live[1][1], len(live)) == (of_run, True, None, 2)


def shared(call: Call) -> str | None:
    """Digest of what a call reads, for other runs; `None` if they do not share it."""
    assert call.across_runs is not None
    try:
        return call.across_runs()
    except UnkeyableError:
        return None


def test_other_runs_share_a_request_by_run_settings_and_state() -> None:
    """For other runs a request counts by the run's own digest, its settings and what its model holds now."""
    base = shared(request())
    assert base == shared(request()) is not None
    assert base != shared(request(dataclasses.replace(RUN, across_runs=lambda: "of another")))
    assert base != shared(request(dataclasses.replace(RUN, across_runs=None))) is not None
    assert base != shared(request(settings={"seed": 1}))
    assert shared(request(model=Streaming(1))) != shared(request(model=Streaming(2)))


def test_a_stream_that_is_given_the_context_is_not_shared() -> None:
    """A streamed request of a model of one's own may read anything of its run; one that is not streamed is shared."""
    assert shared(request(model=Streaming(), streamed=True)) is None
    assert shared(request(model=Streaming())) is not None
    assert shared(request(model=TestModel(), streamed=True)) is not None


def test_a_model_that_asks_for_the_context_is_not_shared() -> None:
    """A model function that asks for the context of the moment may read anything of its run."""

    def asks(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        from pydantic_ai.tools import get_current_run_context

        return ModelResponse(parts=[TextPart(str(get_current_run_context()))])

    assert shared(request(model=FunctionModel(asks))) is None


def look(ctx: RunContext[Any], city: str) -> str:
    return f"{ctx.metadata} {city}"


def look_twice(ctx: RunContext[Any], city: str) -> str:
    return f"{ctx.metadata} {city} {city}"


def by_model(ctx: RunContext[Any]) -> str:
    return str(ctx.model)


def context(**changes: Any) -> RunContext[Any]:
    return dataclasses.replace(RunContext[Any](deps=None, model=TestModel(), usage=RunUsage()), **changes)


async def tool_of(function: Any, toolset_id: str = "tools") -> Any:
    toolset = FunctionToolset[Any](id=toolset_id)
    toolset.add_function(function, name="look")
    return (await toolset.get_tools(context()))["look"]


async def call(
    function: Any = look, name: str = "look", city: str = "Bremen", operation: Any = CALLED, **of_context: Any
) -> Call:
    return tool_call(RUN, operation, name, {"city": city}, context(**of_context), await tool_of(function))


async def test_a_tool_call_is_defined_by_operation_and_source() -> None:
    """Another source, or the check of arguments instead of the call, is another definition of the same content."""
    base = await call()
    for other in (await call(look_twice), await call(operation="check")):
        assert other.definition != base.definition
    assert (await call(look_twice)).content == base.content
    assert (base.agent, base.live, base.dependencies) == (RUN.agent, RUN.live, RUN.dependencies)


@pytest.mark.parametrize(
    "change",
    [{"name": "see"}, {"city": "Hamburg"}, {"metadata": {"a": 1}}, {"tool_call_approved": True}],
    ids=lambda change: next(iter(change)),
)
async def test_what_a_tool_is_asked_is_its_content(change: dict[str, Any]) -> None:
    """Another name, argument, approval or field that the tool reads is another content, for other runs as well."""
    assert (await call(**change)).content != (await call()).content == (await call()).content
    if change.keys() <= {"city", "metadata"}:
        assert shared(await call(**change)) != shared(await call()) == shared(await call())


async def test_fields_that_a_tool_does_not_read_do_not_count() -> None:
    """A tool whose source shows what it reads is not told apart by the rest; a check of arguments may read anything."""
    assert (await call(prompt="other")).content == (await call()).content
    check = await call(operation="check")
    assert (await call(operation="check", prompt="other")).content != check.content
    assert shared(check) is None


async def test_other_runs_share_a_call_by_approval_and_model() -> None:
    """For other runs a call counts by what its approval came with, and by the model that it reads."""
    assert shared(await call(tool_call_metadata={"a": 1})) != shared(await call())
    assert shared(await call(by_model, model=Streaming(1))) != shared(await call(by_model, model=Streaming(2)))
    assert shared(await call(model=Streaming(1))) == shared(await call(model=Streaming(2)))
    of_model = (await call(by_model, model=Streaming(threading.Lock()))).across_runs
    assert of_model is not None
    with pytest.raises(UnkeyableError, match="its model holds a lock"):
        of_model()


async def test_the_function_behind_a_tool_is_found_under_any_name() -> None:
    """A tool that was renamed is still known by its function; one that is no function has none."""
    tool = await tool_of(look)
    assert function_of(tool, "renamed") is look
    without_call = dataclasses.replace(tool, call_func=None)
    assert function_of(without_call, "look") is look
    assert function_of(without_call, "renamed") is look
    assert function_of(None, "look") is None
    assert tool_definition(None, "look") == tool_definition(None, "look") != tool_definition(None, "see")


async def test_the_toolset_counts_by_its_id() -> None:
    """Equal functions in two toolsets are two tools."""
    assert tool_definition(await tool_of(look), "look") != tool_definition(await tool_of(look, "others"), "look")
