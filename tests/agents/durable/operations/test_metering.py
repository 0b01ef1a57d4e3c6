"""Budgets of runs: what a model request may cost is there before it is made, in each attempt and each agent."""

import builtins
import socket

import httpx
import httpx2
import pytest
from prefect import flow
from pydantic_ai import Agent
from pydantic_ai.exceptions import ModelAPIError, ModelHTTPError
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from agents import PrefectAgent
from agents.durable.operations import metering
from runtime.budget import BudgetError, BudgetExceeded
from runtime.ledger.room import UnpricedModelError
from runtime.runs.listing import find_run
from runtime.runs.record import record_run
from runtime.runs.spent import spent_by_run
from runtime.settings import get_settings
from tests.agents.durable.operations.priced import THREE_TURNS, an_agent, priced, run_id_here
from tests.servers.model_server import Reply, ToolCall, by_turn, fails, model_server, says
from tests.thinned import thinned

__all__ = ["model_server", "priced"]  # pytest finds fixtures by name

pytestmark = pytest.mark.usefixtures("prefect_server")


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
