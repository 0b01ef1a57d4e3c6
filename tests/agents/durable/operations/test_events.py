"""Event handlers are told each event once, or that an answer begins anew."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from prefect import flow
from pydantic_ai import Agent
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.messages import (
    FunctionToolCallEvent,
    FunctionToolResultEvent,
    ModelMessage,
    ModelResponse,
    PartDeltaEvent,
    PartStartEvent,
)
from pydantic_ai.models.function import AgentInfo, DeltaToolCall, FunctionModel

from agents import PrefectAgent, StreamRestartEvent, TaskConfig
from tests.thinned import thinned

pytestmark = pytest.mark.usefixtures("prefect_server")

QUICK = TaskConfig(retries=2, retry_delay_seconds=0)


class Told:
    """A handler, and what it was told: text as it came, other events by their kind."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    async def __call__(self, ctx: Any, events: Any) -> None:
        async for event in events:
            if isinstance(event, PartStartEvent):
                self.seen.append(getattr(event.part, "content", "call"))
            elif isinstance(event, PartDeltaEvent):
                self.seen.append(getattr(event.delta, "content_delta", ""))
            elif isinstance(event, StreamRestartEvent):
                self.seen.append("<restart>")
            elif isinstance(event, FunctionToolCallEvent | FunctionToolResultEvent):
                self.seen.append(event.event_kind)


def broken_once() -> Agent[None, str]:
    """An agent whose model's first answer breaks off half way."""
    tries: list[int] = []

    async def stream(messages: list[ModelMessage], info: AgentInfo) -> AsyncIterator[str]:
        tries.append(1)
        yield "Hello "
        if len(tries) == 1:
            raise ModelHTTPError(503, "m", None)
        yield "world"

    return Agent(FunctionModel(stream_function=stream), name="greeter")


@pytest.mark.parametrize("place", thinned(["agent", "run"], 1))
async def test_restart_of_a_stream(place: str) -> None:
    """Before an answer begins anew, a handler of the agent or of the run is told so."""
    told = Told()
    of_agent, of_run = (told, {}) if place == "agent" else (None, {"event_stream_handler": told})
    agent = PrefectAgent(broken_once(), event_stream_handler=of_agent, model_task_config=QUICK)

    @flow
    async def around() -> str:
        return (await agent.run("go", **of_run)).output

    assert await around() == "Hello world"
    assert told.seen == ["Hello ", "<restart>", "Hello ", "world"]


@pytest.mark.scale
async def test_restart_in_a_retry_of_the_flow() -> None:
    """A retry of the flow that asks for a broken answer again says so too."""
    told = Told()
    once = TaskConfig(retries=0)
    agent = PrefectAgent(broken_once(), event_stream_handler=told, model_task_config=once)

    @flow(retries=1)
    async def around() -> str:
        return (await agent.run("go")).output

    assert await around() == "Hello world"
    assert told.seen == ["Hello ", "<restart>", "Hello ", "world"]


async def test_events_are_not_told_again() -> None:
    """A retry of the flow that replays the run tells its handler nothing again."""
    told, attempts = Told(), []

    async def stream(messages: list[ModelMessage], info: AgentInfo) -> AsyncIterator[Any]:
        if not any(isinstance(message, ModelResponse) for message in messages):
            yield {0: DeltaToolCall("look", "{}")}
        else:
            yield "done"

    inner: Agent[None, str] = Agent(FunctionModel(stream_function=stream), name="looker")

    @inner.tool_plain
    def look() -> str:
        return "seen"

    agent = PrefectAgent(inner)

    @flow(retries=1)
    async def around() -> None:
        await agent.run("go", event_stream_handler=told)
        attempts.append(1)
        if len(attempts) == 1:
            raise RuntimeError("again")

    await around()
    assert told.seen == ["call", "function_tool_call", "function_tool_result", "done"]


async def test_streamed_runs_tell_once() -> None:
    """`run_stream` of an agent with a handler tells it each event once, in a flow and outside."""
    told = Told()

    async def stream(messages: list[ModelMessage], info: AgentInfo) -> AsyncIterator[str]:
        yield "Hello"

    agent = PrefectAgent(Agent(FunctionModel(stream_function=stream), name="s"), event_stream_handler=told)

    async def read() -> str:
        async with agent.run_stream("go") as result:
            return await result.get_output()

    assert await read() == "Hello"
    assert told.seen == ["Hello"]
    assert await flow(read)() == "Hello"
    assert told.seen == ["Hello", "Hello"]
