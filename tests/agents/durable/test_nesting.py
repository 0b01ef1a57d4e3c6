"""Agents in everything that Prefect and Pydantic AI can nest, counted where the money is spent."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from prefect import flow, task
from pydantic_ai import Agent, RunContext

from agents import PrefectAgent
from tests.servers.model_server import ChatRequest, Reply, calls, model_server, says

__all__ = ["model_server"]  # pytest finds fixtures by name

pytestmark = pytest.mark.usefixtures("prefect_server")


def answer(request: ChatRequest) -> Reply:
    """Call the one tool that is offered, then repeat what was asked and what the tool said."""
    if request.turn == 0:
        return calls(request.tool_names[0])
    return says(f"{request.messages[0]['content']}: {request.last['content']}")


@pytest.mark.scale
async def test_every_level_at_once(model_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a failure above subflows, mapped tasks, agents side by side and agents in tools, no call is made again."""
    server = model_server(answer)
    for name, value in server.environment().items():
        monkeypatch.setenv(name, value)
    called, attempts = Counter[str](), list[list[str]]()
    inner = Agent("openai-chat:m", name="inner", deps_type=str)
    outer = Agent("openai-chat:m", name="outer", deps_type=str)

    @inner.tool
    def look(ctx: RunContext[str]) -> str:
        called[f"look {ctx.deps}"] += 1
        return f"{ctx.deps} {called.total()}"  # another answer whenever it is called

    @outer.tool
    async def ask(ctx: RunContext[str]) -> str:
        called[f"ask {ctx.deps}"] += 1
        return (await PrefectAgent(inner).run("ask", deps=ctx.deps)).output

    @task
    async def in_a_task(place: str) -> str:
        return (await PrefectAgent(outer).run("in a task", deps=place)).output

    @flow
    async def in_a_subflow(place: str) -> list[str]:
        mapped = in_a_task.map([f"{place} mapped {number}" for number in range(2)])
        gathered = await asyncio.gather(
            *(PrefectAgent(outer).run("gathered", deps=f"{place} gathered {number}") for number in range(2)),
            PrefectAgent(inner).run("equal", deps=place),
            PrefectAgent(inner).run("equal", deps=place),
        )
        return [await asyncio.to_thread(future.result) for future in mapped] + [run.output for run in gathered]

    @flow(retries=1)
    async def parent() -> None:
        attempts.append(await in_a_subflow("shop"))
        if len(attempts) == 1:
            raise RuntimeError("again")

    await parent()
    assert attempts[1] == attempts[0]
    assert len(set(attempts[0])) == 6
    # Four runs of the outer agent, each with one of the inner in its tool, and two of the inner alone.
    assert server.count == 4 * 4 + 2 * 2
    assert called.total() == 4 * 2 + 2
    assert {name for name, count in called.items() if count > 1} == {"look shop"}
