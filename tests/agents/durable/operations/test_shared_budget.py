"""One budget for all that a run does: agents in tools, side by side, tasks, attempts."""

import asyncio
from typing import Any

import pytest
from prefect import flow, task
from pydantic_ai import Agent
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from agents import PrefectAgent
from agents.durable.operations import metering
from agents.durable.steps.task_options import TaskConfig
from deployments import resume
from runtime.budget import BudgetExceeded
from runtime.runs.record import record_run
from runtime.runs.spent import spent_by_run
from runtime.settings import get_settings
from tests.agents.durable.operations.priced import PRICE, THREE_TURNS, an_agent, priced, run_id_here
from tests.servers.model_server import by_turn, model_server, says

__all__ = ["model_server", "priced"]  # pytest finds fixtures by name

pytestmark = pytest.mark.usefixtures("prefect_server")


async def test_a_budget_covers_agents_in_tools_and_attempts(model_server):
    """Agents inside tools count to the outermost run, and so does what its earlier attempts have used."""
    server, seen = model_server(lambda request: says("inner")), []
    inner = PrefectAgent(an_agent(server))

    def answer(messages: list[ModelMessage], _: AgentInfo) -> ModelResponse:
        step = sum(isinstance(message, ModelResponse) for message in messages)
        return ModelResponse(parts=[ToolCallPart("ask", {"number": step}) if step < 2 else TextPart("done")])

    around: Agent[None, str] = Agent(FunctionModel(answer, model_name="free"), name="around")

    @around.tool_plain
    async def ask(number: int) -> str:
        return (await inner.run(f"number {number}")).output

    @flow(retries=1)
    async def job() -> None:
        seen.append(await run_id_here())
        await record_run(budget="requests=6")
        await PrefectAgent(around).run("go")
        if len(seen) == 1:
            raise RuntimeError("again")
        await inner.run("one more")
        await inner.run("one too many")

    with pytest.raises(BudgetExceeded, match="6 of 6 requests are made"):
        await job()
    assert server.count == 3
    assert spent_by_run(seen[0]).requests == 6


async def test_an_agent_in_a_tool_is_not_tried_again_without_money(model_server):
    """A tool whose agent ran out of budget is not retried, and the error reaches the flow as it is."""
    server, tried = model_server([says("inner")]), []
    inner = PrefectAgent(an_agent(server, name="inner"))

    def answer(messages: list[ModelMessage], _: AgentInfo) -> ModelResponse:
        done = len(messages) > 1
        return ModelResponse(parts=[TextPart("done") if done else ToolCallPart("ask", {})])

    outer: Agent[None, str] = Agent(FunctionModel(answer), name="outer")

    @outer.tool_plain
    async def ask() -> str:
        tried.append(1)
        return (await inner.run("go")).output

    @flow
    async def job() -> None:
        await record_run(budget="requests=1")
        config = TaskConfig(retries=3)
        await PrefectAgent(outer, tool_task_config=config).run("go")

    with pytest.raises(BudgetExceeded):
        await job()
    assert (tried, server.count) == ([1], 0)


async def test_parallel_agents_share_a_budget(model_server):
    """Agents side by side never reserve more than the budget together, and wait for each other rather than fail."""
    server, seen = model_server(lambda request: says("done", delay=0.05)), []

    @flow
    async def job() -> list[str]:
        seen.append(await run_id_here())
        await record_run(budget="0.04")  # room for the worst case of two at once, and for all in the end
        agent = PrefectAgent(an_agent(server, model_settings={"max_tokens": 1_500}))
        return [result.output for result in await asyncio.gather(*(agent.run(f"number {n}") for n in range(6)))]

    assert await job() == ["done"] * 6
    assert spent_by_run(seen[0]).micros == 6 * 60


async def test_a_ceiling_of_the_day_holds_without_a_budget(model_server, monkeypatch):
    """A run without a budget of its own stops at the ceiling of the store."""
    monkeypatch.setenv("ANALYST_DAILY_USD", "0")
    get_settings.cache_clear()
    server = model_server([says("done")])

    @flow
    async def job() -> None:
        await PrefectAgent(an_agent(server)).run("go")

    with pytest.raises(BudgetExceeded, match="ANALYST_DAILY_USD is spent") as caught:
        await job()
    assert (server.count, caught.value.of_run) == (0, False)


@pytest.mark.scale
async def test_tasks_of_a_run_share_its_budget(model_server):
    """An agent in a Prefect task, which may run in another thread, counts to the same budget."""
    server, seen = model_server(by_turn([says("done")])), []
    agent = PrefectAgent(an_agent(server))

    @task
    def one(number: int) -> str:
        return agent.run_sync(f"number {number}").output

    @flow
    async def job() -> list[Any]:
        seen.append(await run_id_here())
        await record_run(budget="requests=2")
        return [state.is_failed() for state in [one(n, return_state=True) for n in range(3)]]

    assert await job() == [False, False, True]
    assert server.count == 2


def test_a_stored_answer_settles_what_a_kill_left(model_server, monkeypatch):
    """A killed attempt's reservation is settled by its stored answer when a resumed attempt replays it."""
    server, attempts = model_server(THREE_TURNS), []

    @flow
    async def job() -> None:
        attempts.append(await run_id_here())
        await record_run(budget=1)
        await PrefectAgent(an_agent(server)).run("go")
        if len(attempts) == 1:
            raise RuntimeError("as if it were killed")

    monkeypatch.setattr(metering, "settle", lambda *_, **__: None)
    with pytest.raises(RuntimeError, match="killed"):
        asyncio.run(job())
    before = spent_by_run(attempts[0])
    monkeypatch.undo()
    monkeypatch.setenv("ANALYST_PRICES", PRICE)
    get_settings.cache_clear()
    resume(attempts[0], flow=job)
    after = spent_by_run(attempts[0])
    assert (before.reserved_requests, after.reserved_requests, after.requests) == (3, 0, 3)
    assert (before.micros > 100_000, after.micros, server.count) == (True, 180, 3)
