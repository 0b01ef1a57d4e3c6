"""Calls that look alike: none is given an answer that was made for other inputs, in a retry or by another run."""

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from prefect import flow
from pydantic_ai import Agent, RunContext
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.usage import UsageLimits

from agents import PrefectAgent
from cache_policies import ACROSS_RUNS, DURABLE, NEVER
from cache_policies.call_path import LookAlikeError

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


def agent_of(tool: Callable[[RunContext[Any]], str], policy: Any, **options: Any) -> PrefectAgent[Any, str]:
    agent: Agent[Any, str] = Agent(FunctionModel(answer, model_name="tenants"), name="tenants", deps_type=object)
    agent.tool(tool, name="who")
    return PrefectAgent(agent, cache_policy=policy, **options)


DIFFERENT: dict[str, Callable[[str], dict[str, Any]]] = {
    "metadata": lambda tenant: {"metadata": {"tenant": tenant}},
    "conversation": lambda tenant: {"conversation_id": f"c-{tenant}"},
    "settings": lambda tenant: {"model_settings": {"seed": len(tenant)}},
    "prompt": lambda tenant: {"user_prompt": f"who is {tenant}?"},
    "dependencies": lambda tenant: {"deps": Tenant(tenant)},
}


@pytest.mark.parametrize("tool", [everything, one_by_one])
@pytest.mark.parametrize("different", [name for name in DIFFERENT if name != "dependencies"])
async def test_across_runs_nothing_is_mistaken(different: str, tool: Any) -> None:
    """A run with another input that a tool can read calls the tool; one with the same is given the stored answer."""
    agent = agent_of(tool, ACROSS_RUNS())
    outputs = [
        (await agent.run(**{"user_prompt": "who?", **DIFFERENT[different](tenant)})).output
        for tenant in ("acme", "evil!", "acme")
    ]
    if tool is everything or different == "conversation":
        assert outputs[0] == outputs[2]
    assert outputs[0] != outputs[1]


@pytest.mark.parametrize("different", DIFFERENT)
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
