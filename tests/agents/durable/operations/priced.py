"""A model with a price, and an agent that asks it."""

from typing import Any

import pytest
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from runtime.runs.enclosing import outermost_flow_run
from runtime.settings import get_settings
from tests.servers.model_server import by_turn, calls, says

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
