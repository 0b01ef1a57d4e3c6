"""A replay restores a call's side effects once; results that hold for one moment only are never shared."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from prefect import flow
from pydantic_ai import Agent, ModelRetry, RunContext
from pydantic_ai.exceptions import ApprovalRequired, CallDeferred, ToolFailed
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.models.test import TestModel
from pydantic_ai.tools import DeferredToolRequests
from pydantic_ai.usage import RequestUsage, RunUsage

from agents import PrefectAgent
from agents.durable.operations.outcomes import is_lasting
from cache_policies import ACROSS_RUNS
from tests.thinned import thinned

pytestmark = pytest.mark.usefixtures("prefect_server")

MADE: list[int] = []
"""Calls of the tool at hand. Outside of the tests, since what a tool closes over is part of its key."""

HAPPENS: list[Any] = []


def calls_once(tool: str, **arguments: Any) -> FunctionModel:
    """A model that calls a tool until it has asked three times at most, then stops; each request uses ten tokens."""

    def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        used = RequestUsage(input_tokens=10)
        asked = sum(isinstance(message, ModelResponse) for message in messages)
        returned = any(part.part_kind == "tool-return" for message in messages for part in message.parts)
        if returned or asked == 3:
            return ModelResponse(parts=[TextPart("done")], usage=used)
        return ModelResponse(parts=[ToolCallPart(tool, arguments)], usage=used)

    return FunctionModel(answer)


@pytest.mark.parametrize("inner", thinned(["plain", "durable"], 1))
async def test_usage_of_runs_inside_tools(inner: str) -> None:
    """The usage of an agent that a tool runs counts once, in the attempt that made the call and in a replay."""
    helper: Any = Agent(TestModel(), name="helper")
    helper = PrefectAgent(helper) if inner == "durable" else helper
    agent = Agent(calls_once("delegate"), name="delegating")

    @agent.tool
    async def delegate(ctx: RunContext[None]) -> str:
        before = ctx.usage.requests
        await helper.run("help", usage=ctx.usage)
        assert ctx.usage.requests == before + 1
        return "helped"

    durable, usages = PrefectAgent(agent), list[RunUsage]()

    @flow(retries=1)
    async def around() -> None:
        usages.append((await durable.run("go")).usage)
        if len(usages) == 1:
            raise RuntimeError("again")

    await around()
    assert usages[0].requests == 3
    assert usages[0] == usages[1]


async def test_usage_of_siblings() -> None:
    """Agents that run in tools beside each other share one usage, in which each counts once."""
    helper = Agent(TestModel(), name="helper")

    def twice(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        if len(messages) == 1:
            return ModelResponse(parts=[ToolCallPart("delegate", {"n": n}) for n in (1, 2, 3)])
        return ModelResponse(parts=[TextPart("done")])

    agent = Agent(FunctionModel(twice), name="siblings")

    @agent.tool
    async def delegate(ctx: RunContext[None], n: int) -> int:
        await helper.run(f"help {n}", usage=ctx.usage)
        return n

    assert (await PrefectAgent(agent).run("go")).usage.requests == 5


@pytest.mark.parametrize(
    "moment",
    thinned([ModelRetry("not now"), CallDeferred(), ApprovalRequired(), ToolFailed("server error"), "time-out"], 1),
)
async def test_moments_are_not_shared(moment: Any) -> None:
    """A request to try again, a deferred call, a missing approval, a failure and a time-out stay in their run."""
    MADE.clear()
    agent = Agent(
        calls_once("look", key=uuid4().hex), name="looker", output_type=[str, DeferredToolRequests], retries=5
    )

    @agent.tool_plain(timeout=0.05 if moment == "time-out" else None)
    async def look(key: str) -> str:
        MADE.append(1)
        if len(MADE) == 1:
            await _happen()
        return "found"

    durable = PrefectAgent(agent, cache_policy=ACROSS_RUNS(expires=timedelta(minutes=1)))
    HAPPENS.append(moment)
    for _ in range(3):
        await durable.run("go")
    assert len(MADE) == 2, "asked again after the moment, and not after the value"


async def test_a_retry_finds_its_own_moment() -> None:
    """Under `ACROSS_RUNS`, too, a retry of the run is told what its first attempt was told."""
    MADE.clear()
    agent = Agent(calls_once("look", key=uuid4().hex), name="looker", output_type=[str, DeferredToolRequests])

    @agent.tool_plain
    def look(key: str) -> str:
        MADE.append(1)
        raise CallDeferred(metadata={"job": len(MADE)})

    durable, jobs = PrefectAgent(agent, cache_policy=ACROSS_RUNS()), list[Any]()

    @flow(retries=1)
    async def around() -> None:
        output: Any = (await durable.run("go")).output
        jobs.extend(output.metadata.values())
        if len(jobs) == 1:
            raise RuntimeError("again")

    await around()
    assert jobs == [{"job": 1}, {"job": 1}]


def test_unfinished_answers_do_not_last() -> None:
    """An answer that is suspended, broken off or an error of the server is no value for other runs."""
    whole = ModelResponse(parts=[TextPart("yes")], finish_reason="stop")
    assert is_lasting(whole)
    assert not is_lasting(ModelResponse(parts=[], finish_reason="error"))
    assert not is_lasting(ModelResponse(parts=[], state="suspended"))
    assert not is_lasting(ModelResponse(parts=[], state="interrupted"))


async def _happen() -> None:
    moment = HAPPENS.pop()
    if isinstance(moment, Exception):
        raise moment
    await asyncio.Event().wait()
