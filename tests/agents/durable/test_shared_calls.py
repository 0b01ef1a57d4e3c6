"""Calls that look alike: none is given an answer that was made for other inputs, in a retry or by another run.

Several parts of a key tell such calls apart, so that one may fail unseen here. Each has direct tests in `keys/`.
"""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterable, Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any

import pytest
from prefect import flow
from prefect.cache_policies import INPUTS
from pydantic_ai import Agent, RunContext
from pydantic_ai.capabilities import AbstractCapability
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.models.test import TestModel
from pydantic_ai.tools import Tool
from pydantic_ai.toolsets import FunctionToolset
from pydantic_ai.usage import UsageLimits

from agents import PrefectAgent
from cache_policies import ACROSS_RUNS, DURABLE, NEVER
from cache_policies.call_path import LookAlikeError
from tests.thinned import thinned

pytestmark = pytest.mark.usefixtures("own_home", "prefect_server")


def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    """Call `who` once, then tell what it returned."""
    seen = [part.content for message in messages for part in message.parts if isinstance(part, ToolReturnPart)]
    return ModelResponse(parts=[TextPart(str(seen[0])) if seen else ToolCallPart("who", {})])


class Tenant:
    """Dependencies of a plain class."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.connection = object()


def everything(ctx: RunContext[Any]) -> str:
    """Say all that tells tenants apart, by a helper that is given the whole context."""
    return said(ctx)


def said(ctx: RunContext[Any]) -> str:
    settings: Any = ctx.model_settings or {}
    name = getattr(ctx.deps, "name", "")
    return f"{name}{(ctx.metadata or {}).get('tenant', '')}{settings.get('seed', '')}{ctx.prompt}{given_id(ctx)}"


def given_id(ctx: RunContext[Any]) -> str:
    return str(ctx.conversation_id) if str(ctx.conversation_id).startswith("c-") else ""


def one_by_one(ctx: RunContext[Any]) -> str:
    """Say the same, field by field."""
    return f"{ctx.deps and ctx.deps.name}{ctx.metadata}{ctx.model_settings}{ctx.prompt}{ctx.conversation_id}"


def limits(ctx: RunContext[Any]) -> str:
    return f"{ctx.usage_limits and ctx.usage_limits.request_limit}"


@dataclass
class Tagged(AbstractCapability[Any]):
    """A capability that tools can read."""

    tag: str


def agent_of(
    tool: Callable[[RunContext[Any]], Any], policy: Any, text: str = "", metadata: dict[str, Any] | None = None
) -> PrefectAgent[Any, str]:
    """An agent that calls a tool once. `text` is in whatever of the agent has no key."""
    agent: Agent[Any, str] = Agent(
        FunctionModel(answer, model_name="tenants"),
        name="tenants",
        deps_type=object,
        description=text or None,
        capabilities=[Tagged(text)],
        metadata=metadata,
    )
    agent.tool(tool, name="who")
    return PrefectAgent(agent, cache_policy=policy)


def answer_all(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    """Call each tool once, then tell what each returned."""
    parts = [part for message in messages for part in message.parts if isinstance(part, ToolReturnPart)]
    seen = {part.tool_name: part.content for part in parts}
    if seen:
        return ModelResponse(parts=[TextPart(json.dumps(seen))])
    return ModelResponse(parts=[ToolCallPart(tool.name, {}) for tool in info.function_tools])


async def told(
    tools: Sequence[Callable[[RunContext[Any]], Any]], policy: Any, text: str = "", **options: Any
) -> dict[str, str]:
    """Return what each tool says in a run of an agent as `agent_of` makes it."""
    agent: Agent[Any, str] = Agent(
        FunctionModel(answer_all, model_name="tenants"),
        name="tenants",
        deps_type=object,
        description=text or None,
        capabilities=[Tagged(text)],
        tools=tools,
    )
    return json.loads((await PrefectAgent(agent, cache_policy=policy).run(**{"user_prompt": "who?", **options})).output)


DIFFERENT: dict[str, Callable[[str], dict[str, Any]]] = {
    "metadata": lambda tenant: {"metadata": {"tenant": tenant}},
    "conversation": lambda tenant: {"conversation_id": f"c-{tenant}"},
    "settings": lambda tenant: {"model_settings": {"seed": len(tenant)}},
    "prompt": lambda tenant: {"user_prompt": f"who is {tenant}?"},
    "dependencies": lambda tenant: {"deps": Tenant(tenant)},
}


@pytest.mark.parametrize("different", thinned([name for name in DIFFERENT if name != "dependencies"], 1))
async def test_across_runs_nothing_is_mistaken(different: str) -> None:
    """A run with another input that a tool can read calls the tool; one with the same is given the stored answer."""
    one, other, again = [
        await told([everything, one_by_one], ACROSS_RUNS(), **DIFFERENT[different](tenant))
        for tenant in ("acme", "evil!", "acme")
    ]
    assert one["everything"] == again["everything"]
    if different == "conversation":
        assert one["one_by_one"] == again["one_by_one"]
    assert [tool for tool in one if one[tool] == other[tool]] == []


@pytest.mark.parametrize(
    "different",
    thinned(["metadata", "dependencies", "conversation", "settings", "prompt"], 1),
)
async def test_in_another_order_nothing_is_mistaken(different: str) -> None:
    """A retry that makes its runs in another order gives each the answer it had, and calls no tool again."""
    called: list[str] = []

    def who(ctx: RunContext[Any]) -> str:
        """Return the name of the asker."""
        called.append(said(ctx))
        return called[-1]

    attempts: list[dict[str, str]] = []

    @flow(retries=1)
    async def parent() -> None:
        agent = agent_of(who, DURABLE)
        tenants = ["acme", "evil!"] if not attempts else ["evil!", "acme"]
        attempts.append(
            {
                tenant: (await agent.run(**{"user_prompt": "who?", **DIFFERENT[different](tenant)})).output
                for tenant in tenants
            }
        )
        if len(attempts) == 1:
            raise RuntimeError("again")

    await parent()
    assert attempts[0] == attempts[1]
    assert attempts[0]["acme"] != attempts[0]["evil!"]
    assert len(called) == 2


async def test_a_limit_counts_for_a_tool_that_reads_it() -> None:
    """Runs that differ in a limit only are told apart for a tool that reads the limit, also in another order."""
    attempts: list[dict[int, str]] = []

    @flow(retries=1)
    async def parent() -> None:
        agent, found = agent_of(limits, DURABLE), dict[int, str]()
        for limit in (7, 8) if not attempts else (8, 7):
            found[limit] = (await agent.run("who?", usage_limits=UsageLimits(request_limit=limit))).output
        attempts.append(found)
        if len(attempts) == 1:
            raise RuntimeError("again")

    await parent()
    assert attempts == [{7: "7", 8: "8"}] * 2


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


async def test_what_a_tool_made_of_the_dependencies_counts() -> None:
    """Under `ACROSS_RUNS`, a tool's key holds the dependencies as an earlier tool of the same run has left them."""

    def who(ctx: RunContext[dict[str, int]]) -> str:
        return str(ctx.deps["seen"])

    def begin(ctx: RunContext[dict[str, int]]) -> None:
        ctx.deps["seen"] += (ctx.metadata or {})["step"]

    def answers(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        return ModelResponse(parts=[ToolCallPart("begin", {})]) if len(messages) == 1 else answer(messages[3:], info)

    outputs: list[str] = []
    for step in (1, 2):
        tools = [Tool(begin, metadata={"prefect": False}), who]
        agent: Agent[Any, str] = Agent(FunctionModel(answers), name="tenants", deps_type=dict, tools=tools)
        durable = PrefectAgent(agent, cache_policy=DURABLE, tool_task_config={"cache_policy": ACROSS_RUNS()})
        outputs.append((await durable.run("who?", deps={"seen": 0}, metadata={"step": step})).output)
    assert outputs == ["1", "2"]


async def test_overridden_metadata_counts() -> None:
    """Runs under different settings of `override` do not share results."""
    agent = agent_of(everything, ACROSS_RUNS())
    outputs: list[str] = []
    for tenant in ("acme", "evil"):
        with agent.override(metadata={"tenant": tenant}):
            outputs.append((await agent.run("who?")).output)
    assert outputs == ["acmewho?", "evilwho?"]


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
