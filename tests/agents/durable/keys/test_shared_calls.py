"""Calls that look alike: none is given an answer that was made for other inputs, in a retry or by another run.

Several parts of a key tell such calls apart, so that one may fail unseen here. Each has direct tests in `keys/`.
"""

from collections.abc import Callable
from typing import Any

import pytest
from prefect import flow
from pydantic_ai import Agent, RunContext
from pydantic_ai.messages import ModelMessage, ModelResponse, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.tools import Tool
from pydantic_ai.usage import UsageLimits

from agents import PrefectAgent
from cache_policies import ACROSS_RUNS, DURABLE
from tests.agents.durable.keys.asking import agent_of, answer, everything, limits, said, told
from tests.thinned import thinned

pytestmark = pytest.mark.usefixtures("own_home", "prefect_server")


class Tenant:
    """Dependencies of a plain class."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.connection = object()


def one_by_one(ctx: RunContext[Any]) -> str:
    """Say the same, field by field."""
    return f"{ctx.deps and ctx.deps.name}{ctx.metadata}{ctx.model_settings}{ctx.prompt}{ctx.conversation_id}"


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
