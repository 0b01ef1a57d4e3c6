"""Choice of a model, and its connection to its server."""

import asyncio

import pytest
from pydantic_ai import Agent
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel

from agents.models import DEFAULT_MODEL, ModelConfigurationError, choose_model, resolve_model_name
from agents.offline.analyst import OfflineAnalyst
from tests.servers.model_server import by_turn, fails, model_server, says

__all__ = ["model_server"]  # pytest finds fixtures by name


class Chosen:
    model: str | None = None
    models: tuple[str, ...] = ()


@pytest.fixture(autouse=True)
def settings(monkeypatch):
    for variable in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OLLAMA_BASE_URL", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(variable, raising=False)
    chosen = Chosen()
    monkeypatch.setattr("runtime.settings.get_settings", lambda: chosen)
    return chosen


def test_order_of_choice(settings, monkeypatch):
    """The given name goes first, then the setting, then OpenAI if there is a key, then offline."""
    assert resolve_model_name() == "offline"
    assert isinstance(choose_model(), OfflineAnalyst)
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    assert resolve_model_name() == DEFAULT_MODEL
    settings.model = "ollama:qwen3:4b"
    assert resolve_model_name() == "ollama:qwen3:4b"
    assert resolve_model_name("offline") == "offline"


def test_openai_means_responses_only_at_openai(monkeypatch):
    """`openai:` speaks the Responses API at OpenAI, and chat completions at any other server."""
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    assert isinstance(choose_model("openai:gpt-5-mini"), OpenAIResponsesModel)
    monkeypatch.setenv("OPENAI_BASE_URL", "https://api.openai.com/v1")
    assert isinstance(choose_model("openai:gpt-5-mini"), OpenAIResponsesModel)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:8000/v1")
    model = choose_model("openai:gpt-5-mini")
    assert isinstance(model, OpenAIChatModel)
    assert model.base_url == "http://localhost:8000/v1/"
    assert isinstance(choose_model("openai-responses:gpt-5-mini"), OpenAIResponsesModel)


@pytest.mark.parametrize("name", ["openai:a", "openai-responses:a", "ollama:qwen3:4b", "openai-chat:a"])
async def test_the_client_does_not_retry(name, model_server, monkeypatch):
    """A failed request is made once: retries belong to the durable step."""
    server = model_server([fails(503), fails(503)])
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    monkeypatch.setenv("OLLAMA_BASE_URL", server.base_url)
    with pytest.raises(ModelHTTPError):
        await Agent().run("Hello", model=choose_model(name))
    assert server.count == 1


def test_a_server_of_ones_own_needs_no_key(model_server, monkeypatch):
    """Without a key, a placeholder is sent to a compatible server, and each event loop can use its own model."""
    server = model_server(by_turn([says("Hi.")]))
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    for _ in range(2):
        assert asyncio.run(Agent().run("Hello", model=choose_model("openai:small"))).output == "Hi."
    assert server.requests[0].headers["authorization"] == "Bearer not-needed"


def test_an_empty_key_is_no_key(monkeypatch):
    """`OPENAI_API_KEY=` in the environment counts as not set."""
    monkeypatch.setenv("OPENAI_API_KEY", "")
    assert resolve_model_name() == "offline"
    with pytest.raises(ModelConfigurationError, match="OPENAI_API_KEY"):
        choose_model("openai:gpt-5-mini")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gpt-5", "no provider"),
        ("openai:", "no provider"),
        ("openia:gpt-5", "Unknown model"),
        ("openai:gpt-5-mini", "OPENAI_API_KEY"),
        ("anthropic:claude-sonnet-4-5", "cannot be used"),
    ],
)
def test_a_model_that_cannot_be_used_says_what_to_do(name, words):
    """An unknown name, a missing key or a missing package is one plain sentence that names offline as a way out."""
    with pytest.raises(ModelConfigurationError, match=words) as caught:
        choose_model(name)
    assert "offline" in str(caught.value)
    assert "\n" not in str(caught.value)
