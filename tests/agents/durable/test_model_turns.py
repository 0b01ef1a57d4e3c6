"""Each try of a model request waits for its turn, and its tokens count as what it used."""

import pytest
from pydantic_ai import Agent
from sqlalchemy import select, update

from agents import PrefectAgent, TaskConfig
from agents.models import build_model
from runtime.models import rates as model_rates
from runtime.models.rates import Used, set_limit, used
from runtime.runs.listing import recent_runs
from runtime.store.database import get_store
from runtime.store.tables import ModelUseRow
from tests.servers.model_server import ModelServer, calls, fails, says

pytestmark = pytest.mark.usefixtures("prefect_server")

MODEL = "openai:gpt-5-mini"


@pytest.fixture
def server(monkeypatch, prefect_server, own_store):
    """A model's server beside a store of the test's own."""
    with ModelServer([]) as server:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        yield server


def look(place: str) -> str:
    """Look somewhere."""
    return f"{place} is fine"


async def test_each_try_waits_for_room_and_counts(server, monkeypatch):
    """When a try would be one too many, it is not sent before another has left the minute; all are counted."""
    set_limit(MODEL, requests=2, tokens=100_000)
    waited: list[int] = []
    take = model_rates.take_turn

    def taking(models, tokens):
        found = take(models, tokens)
        if isinstance(found, float):
            waited.append(len(server.requests))
            with get_store().writing() as connection:  # a minute later
                connection.execute(update(ModelUseRow).values(at=ModelUseRow.at - 60))
            return 0.001
        return found

    monkeypatch.setattr("agents.durable.model_turns.take_turn", taking)
    replies = [fails(503, "overloaded"), calls("look", place="Oslo"), says("Fine.")]
    server.script = lambda _: replies.pop(0)
    quick = TaskConfig(retries=1, retry_delay_seconds=0)
    agent = PrefectAgent(Agent(build_model(MODEL), name="clerk", tools=[look]), model_task_config=quick)
    assert (await agent.run("where?")).output == "Fine."
    assert waited == [2]
    with get_store().reading() as connection:
        tokens = connection.execute(select(ModelUseRow.tokens)).scalars().all()
    assert tokens == [15]  # of the last request, as its answer says
    assert used([MODEL]) == {MODEL: Used(1, 15)}
    assert recent_runs(1)[0].state == "completed"
