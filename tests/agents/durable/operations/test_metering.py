"""Budgets of runs: what a model request may cost is there before it is made, in each attempt and each agent."""

import asyncio
import builtins
import socket
from typing import Any

import httpx
import httpx2
import pytest
from prefect import flow, task
from pydantic_ai import Agent
from pydantic_ai.exceptions import ModelAPIError, ModelHTTPError
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from agents import PrefectAgent
from agents.durable.operations import metering
from agents.durable.steps.task_options import TaskConfig
from deployments import resume
from runtime.budget import BudgetError, BudgetExceeded
from runtime.ledger.room import UnpricedModelError
from runtime.runs.enclosing import outermost_flow_run
from runtime.runs.listing import find_run
from runtime.runs.record import record_run
from runtime.runs.spent import spent_by_run
from runtime.settings import get_settings
from tests.model_server import Reply, ToolCall, by_turn, calls, fails, model_server, says
from tests.thinned import thinned

__all__ = ["model_server"]

pytestmark = pytest.mark.usefixtures("prefect_server")

PRICE = "openai:priced=1/10"
"""A dollar for a million tokens in, ten for a million out."""


@pytest.fixture(autouse=True)
def priced(monkeypatch):
    """A price for the model of these tests."""
    monkeypatch.setenv("ANALYST_PRICES", PRICE)
    monkeypatch.setenv("ANALYST_MODEL_RETRY_DELAY", "0")
    get_settings.cache_clear()
    yield
    monkeypatch.undo()
    get_settings.cache_clear()


def an_agent(server: Any, name: str = "clerk", **options: Any) -> Agent[None, str]:
    provider = OpenAIProvider(base_url=server.base_url, api_key="test")
    agent = Agent(OpenAIChatModel("priced", provider=provider), name=name, **options)

    @agent.tool_plain
    def look(at: int) -> int:
        return at

    return agent


async def run_id_here() -> str:
    context = outermost_flow_run()
    assert context is not None
    assert context.flow_run is not None
    return str(context.flow_run.id)


THREE_TURNS = by_turn([calls("look", at=1), calls("look", at=2), says("done")])


async def test_a_request_that_does_not_fit_is_not_made(model_server):
    """The request whose worst case does not fit is not made; the run says what is used, and its state says why."""
    look = Reply(tools=[ToolCall(name="look", arguments={"at": 1})], output_tokens=900)
    server, seen = model_server(by_turn([look, says("done")])), []

    @flow
    async def job() -> None:
        seen.append(await run_id_here())
        await record_run(budget="usd=0.0150")
        await PrefectAgent(an_agent(server, model_settings={"max_tokens": 1_000})).run("go")

    with pytest.raises(BudgetExceeded, match=r"\$0.0090 of \$0.0150 is used, and the next request may cost \$0.01"):
        await job()
    run = find_run(seen[0])
    assert server.count == 1
    assert (run.state, run.budget) == ("budget exceeded", "usd=0.0150")
    assert run.usd == pytest.approx(10e-6 + 900e-5)


@pytest.mark.parametrize(("limit", "sent"), thinned([(None, 2_000), (500, 500)], 1))
async def test_the_worst_case_bounds_the_answer(model_server, monkeypatch, limit, sent):
    """The server is told the length that was reserved: the agent's own limit, else that of the settings."""
    monkeypatch.setenv("ANALYST_OUTPUT_TOKENS", "2000")
    get_settings.cache_clear()
    server = model_server([says("done")])

    @flow
    async def job() -> str:
        await record_run(budget=1)
        settings = {} if limit is None else {"max_tokens": limit}
        return (await PrefectAgent(an_agent(server)).run("go", model_settings=settings)).output

    assert await job() == "done"
    assert server.requests[0].body["max_completion_tokens"] == sent


async def test_without_a_budget_requests_are_as_they_were(model_server):
    """A run without a ceiling sends no limit, and what it used is booked all the same."""
    server, seen = model_server(THREE_TURNS), []

    @flow
    async def job() -> None:
        seen.append(await run_id_here())
        await PrefectAgent(an_agent(server)).run("go")

    await job()
    spent = spent_by_run(seen[0])
    assert not [request for request in server.requests if "max_completion_tokens" in request.body]
    assert (spent.requests, spent.tokens, spent.micros, spent.reserved_requests) == (3, 45, 180, 0)


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


@pytest.mark.parametrize(("status", "reserved"), [(400, 0), (504, 1)])
async def test_what_was_refused_cost_nothing(model_server, monkeypatch, status, reserved):
    """A request that the server refused costs nothing; one that it may have answered counts with its worst case."""
    monkeypatch.setenv("ANALYST_MODEL_RETRIES", "0")
    get_settings.cache_clear()
    server, seen = model_server([fails(status)]), []

    @flow
    async def job() -> None:
        seen.append(await run_id_here())
        await record_run(budget=1)
        await PrefectAgent(an_agent(server)).run("go")

    with pytest.raises(Exception, match="scripted failure"):
        await job()
    spent = spent_by_run(seen[0])
    assert (spent.requests, spent.reserved_requests, spent.micros == spent.reserved_micros) == (1, reserved, True)
    assert (spent.micros > 0) == bool(reserved)


@pytest.mark.filterwarnings("ignore:`httpx.AsyncClient` support")
@pytest.mark.parametrize("library", thinned([httpx, httpx2], 1))
async def test_what_was_never_sent_cost_nothing(monkeypatch, library):
    """A server that takes no connection gets no money, whichever HTTP client the provider has."""
    monkeypatch.setenv("ANALYST_MODEL_RETRIES", "0")
    get_settings.cache_clear()
    seen = []
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound, but not listening
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"

        @flow
        async def job() -> None:
            seen.append(await run_id_here())
            await record_run(budget=1)
            async with library.AsyncClient() as client:
                provider = OpenAIProvider(base_url=address, api_key="test", http_client=client)
                agent: Agent[None, str] = Agent(OpenAIChatModel("priced", provider=provider), name="clerk")
                await PrefectAgent(agent).run("go")

        with pytest.raises(ModelAPIError, match="Connection error"):
            await job()
    spent = spent_by_run(seen[0])
    assert (spent.requests, spent.reserved_requests, spent.micros) == (1, 0, 0)


@pytest.mark.parametrize("library", [httpx, httpx2])
@pytest.mark.parametrize(
    ("last", "before", "costs_nothing"),
    [("ConnectError", "KeyError", True), ("ReadTimeout", "ConnectError", False), ("PoolTimeout", "OSError", True)],
)
def test_the_last_error_of_a_request_decides(library, last, before, costs_nothing):
    """A request that was sent in the end may be paid, although an attempt before it could not connect."""
    first = getattr(library, before, None) or getattr(builtins, before)
    error = getattr(library, last)("x")
    error.__context__ = first("x")  # as where a transport sends a request again
    assert metering._cost_nothing(error) is costs_nothing
    group = ExceptionGroup("all models failed", [error, ModelHTTPError(400, "m")])
    assert metering._cost_nothing(group) is costs_nothing


async def test_each_attempt_at_a_request_is_paid(model_server):
    """A request that is tried again counts each time."""
    server, seen = model_server([fails(503), fails(503), says("done")]), []

    @flow
    async def job() -> None:
        seen.append(await run_id_here())
        await record_run(budget="requests=5")
        await PrefectAgent(an_agent(server)).run("go")

    await job()
    assert spent_by_run(seen[0]).requests == 3


async def test_an_answer_that_the_budget_cut_off_is_no_answer(model_server):
    """An answer that was cut off because the budget had no room for more ends the run as out of budget."""
    server = model_server([says("half an ans", finish="length")])

    @flow
    async def job() -> None:
        await record_run(budget="0.05")
        await PrefectAgent(an_agent(server)).run("go")

    with pytest.raises(BudgetExceeded, match="the answer was longer"):
        await job()


async def test_a_request_is_cut_off_when_the_seconds_are_over(model_server):
    """A request that takes longer than the run's seconds is cut off, and counts with its worst case."""
    server, seen = model_server([says("late", delay=60)]), []

    @flow
    async def job() -> None:
        seen.append(await run_id_here())
        await record_run(budget="seconds=2")
        await PrefectAgent(an_agent(server)).run("go")

    with pytest.raises(BudgetExceeded, match="worked on for 2 seconds"):
        await job()
    assert spent_by_run(seen[0]).reserved_requests == 1


async def test_a_model_without_a_price_is_refused_before_it_is_asked(model_server, monkeypatch):
    """Under a budget in money a model without a price is not asked, and the error says how to give one."""
    monkeypatch.delenv("ANALYST_PRICES")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:1/v1")
    get_settings.cache_clear()
    server = model_server([says("done")])

    @flow
    async def job() -> None:
        await record_run(budget=1)
        await PrefectAgent(an_agent(server)).run("go")

    with pytest.raises(UnpricedModelError, match="ANALYST_PRICES=openai:priced"):
        await job()
    assert server.count == 0


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


async def test_a_file_by_its_address_has_no_known_size(model_server):
    """A request that names a file for the provider to fetch is refused under a budget."""
    from pydantic_ai import ImageUrl

    server = model_server([says("done")])

    @flow
    async def job() -> None:
        await record_run(budget=1)
        await PrefectAgent(an_agent(server)).run(["look", ImageUrl(url="https://example.org/a.png")])

    with pytest.raises(BudgetError, match="BinaryContent"):
        await job()


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
