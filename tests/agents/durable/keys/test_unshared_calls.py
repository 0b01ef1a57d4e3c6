"""Calls that are not shared: what no key can hold, and what belongs to one run."""

import asyncio
import sqlite3
from collections.abc import AsyncIterable
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import pytest
from prefect import flow
from prefect.cache_policies import INPUTS
from pydantic_ai import Agent, RunContext
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.models.test import TestModel
from pydantic_ai.toolsets import FunctionToolset

from agents import PrefectAgent
from cache_policies import ACROSS_RUNS, DURABLE, NEVER
from cache_policies.call_path import LookAlikeError
from tests.agents.durable.keys.asking import agent_of, everything, limits, told
from tests.thinned import thinned

pytestmark = pytest.mark.usefixtures("own_home", "prefect_server")


def by_agent(ctx: RunContext[Any]) -> str:
    return f"{ctx.agent and ctx.agent.description}"


def by_manager(ctx: RunContext[Any]) -> str:
    return f"{ctx.tool_manager and ctx.tool_manager.root_capability}"


def by_messages(ctx: RunContext[Any]) -> str:
    return f"{ctx.messages[0].run_id}"


def by_capabilities(ctx: RunContext[Any]) -> str:
    return f"{list(ctx.capabilities.values())}"


def by_root(ctx: RunContext[Any]) -> str:
    return f"{ctx.root_capability}"


def by_a_helper(ctx: RunContext[Any]) -> str:
    return f"{id_of(ctx)}"


def id_of(ctx: RunContext[Any]) -> str | None:
    return ctx.run_id


def by_vars(ctx: RunContext[Any]) -> str:
    return "{run_id}".format(**vars(ctx))


def by_a_copy(ctx: RunContext[Any]) -> str:
    return f"{replace(ctx, retry=2).conversation_id}"


def by_a_variable(ctx: RunContext[Any]) -> str:
    return "".join(f"{getattr(ctx, name)}" for name in ("run_id", "tool_call_id"))


LIVE = [by_agent, by_manager, by_messages, by_capabilities, by_root]
HANDED_ON = [by_a_helper, by_vars, by_a_copy, by_a_variable]


@pytest.mark.parametrize(
    ("tools", "policy"),
    thinned([((*LIVE, *HANDED_ON), ACROSS_RUNS()), ((by_agent, by_vars), INPUTS)], 1),
    ids=["across runs", "inputs"],
)
async def test_what_no_key_can_hold_is_not_shared(tools: Any, policy: Any) -> None:
    """No run is given what a tool of another agent or run has read of live objects or ids, under any policy."""
    one, two = [await told(tools, policy, text) for text in ("one", "two")]
    assert len(one) == len(tools)
    assert [tool for tool in one if one[tool] == two[tool]] == []


async def test_events_are_told_to_each_run() -> None:
    """Under `ACROSS_RUNS`, too, each run's handler is told its events, although the answers are shared."""
    told: list[int] = []

    async def handler(ctx: RunContext[Any], events: AsyncIterable[Any]) -> None:
        told[-1] += len([event async for event in events])

    agent = PrefectAgent(Agent(TestModel(), name="told", tools=[limits]), cache_policy=ACROSS_RUNS())
    for _ in range(2):
        told.append(0)
        await agent.run("who?", event_stream_handler=handler)
    assert told[1] > 0


async def test_toolsets_made_for_a_run_are_its_own() -> None:
    """Tools that a function chooses by the run's context are chosen anew for each run."""

    def one() -> str:
        return "one"

    def two() -> str:
        return "two"

    agent: Agent[None, str] = Agent(TestModel(), name="chooser")

    @agent.toolset(id="chosen")
    def choose(ctx: RunContext[None]) -> FunctionToolset[None]:
        return FunctionToolset([one if (ctx.metadata or {})["tenant"] == 1 else two], id="made")

    durable = PrefectAgent(agent, cache_policy=ACROSS_RUNS())
    outputs = [(await durable.run("go", metadata={"tenant": tenant})).output for tenant in (1, 2)]
    assert outputs == ['{"one":"one"}', '{"two":"two"}']


requests_made: list[int] = []


def reply(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    requests_made.append(len(messages))
    return ModelResponse(parts=[TextPart("yes")])


@pytest.mark.parametrize(
    ("of_run", "of_model", "made"),
    thinned(
        [
            (None, None, 1),
            (None, {"openai_conversation_id": "auto"}, 2),
            ({"openai_previous_response_id": "auto"}, None, 2),
        ],
        1,
    ),
)
async def test_turns_that_a_provider_keeps_are_not_shared(of_run: Any, of_model: Any, made: int) -> None:
    """Under `ACROSS_RUNS`, each run makes its own requests in a conversation that the provider keeps."""
    requests_made.clear()
    agent = PrefectAgent(Agent(FunctionModel(reply, settings=of_model), name="turns"), cache_policy=ACROSS_RUNS())
    for _ in range(2):
        await agent.run("Hello", model_settings=of_run)
    assert len(requests_made) == made


async def test_live_objects_in_metadata_are_not_shared() -> None:
    """Two runs with other connections in their metadata do not share what a tool asked of them."""

    def ask(ctx: RunContext[Any]) -> str:
        return str((ctx.metadata or {})["connection"].execute("select name from tenant").fetchone()[0])

    outputs: list[str] = []
    for name in ("acme", "evil"):
        with sqlite3.connect(":memory:", check_same_thread=False) as connection:
            connection.execute("create table tenant as select ? as name", [name])
            run = agent_of(ask, ACROSS_RUNS()).run("who?", metadata={"connection": connection})
            outputs.append((await run).output)
    assert outputs == ["acme", "evil"]


async def test_calls_that_nothing_tells_apart_are_refused() -> None:
    """Two runs of one flow with connections of their own, and all else equal, are refused with what to do."""

    @flow
    async def parent(policy: Any) -> list[str]:
        agent = agent_of(everything, policy)
        with sqlite3.connect(":memory:") as one, sqlite3.connect(":memory:") as other:
            runs = [agent.run("who?", deps=deps) for deps in (one, one, other)]
            return [result.output for result in await asyncio.gather(*runs)]

    with pytest.raises(LookAlikeError, match="objects of type Connection"):
        await parent(DURABLE)
    assert await parent(NEVER) == ["who?"] * 3


@pytest.mark.parametrize("given", thinned(["to the run", "to the agent", "by override"], 1))
async def test_live_objects_in_metadata_tell_runs_apart_or_are_refused(given: str) -> None:
    """Runs whose metadata holds connections of their own are refused, wherever it is given; with one for both, not."""

    async def ask(connection: object) -> None:
        metadata = {"connection": connection}
        agent = agent_of(everything, DURABLE, metadata=metadata if given == "to the agent" else None)
        with agent.override(metadata=metadata) if given == "by override" else nullcontext():
            await agent.run("who?", metadata=metadata if given == "to the run" else None)

    @flow
    async def parent() -> None:
        with sqlite3.connect(":memory:") as one, sqlite3.connect(":memory:") as other:
            await ask(one)
            await ask(one)
            with pytest.raises(LookAlikeError, match="objects of type Connection"):
                await ask(other)

    await parent()
