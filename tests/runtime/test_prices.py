"""Prices of model requests."""

import pytest
from pydantic_ai.messages import ModelResponse
from pydantic_ai.usage import RequestUsage, RunUsage

from runtime.prices import price_usd, spent_on

USAGE = RunUsage(requests=2, input_tokens=1_000_000, output_tokens=1_000_000)


@pytest.fixture(autouse=True)
def at_openai(monkeypatch):
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)


@pytest.mark.parametrize("api", ["openai", "openai-chat", "openai-responses", "azure-responses"])
def test_known_models_have_a_price(api):
    """A listed model has its provider's price by whichever API it was asked."""
    listed = {"openai": 0.75, "azure": 0.75}
    assert price_usd(f"{api}:gpt-4o-mini", USAGE) == pytest.approx(listed[api.partition("-")[0]])


def test_price_goes_by_the_server(monkeypatch):
    """A model on one's own server has no known price, even under a name of OpenAI's."""
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:8000/v1")
    assert price_usd("openai-chat:gpt-4o-mini", USAGE) is None
    monkeypatch.setenv("OPENAI_BASE_URL", "https://api.openai.com/v1")
    assert price_usd("openai-chat:gpt-4o-mini", USAGE) == pytest.approx(0.75)


@pytest.mark.parametrize("name", ["openai:not-a-model", "ollama:qwen3:4b", "nobody:x", "x"])
def test_unknown_prices_are_none(name):
    """A price that is not known is None, not 0."""
    assert price_usd(name, USAGE) is None


def test_offline_is_free():
    """The offline model costs nothing, because no model is called."""
    assert price_usd("offline", USAGE) == 0.0


def test_one_response():
    """A stored response says what it took; anything else took nothing that is known."""
    response = ModelResponse(
        parts=[],
        usage=RequestUsage(input_tokens=1_000_000, output_tokens=1_000_000),
        model_name="gpt-4o-mini",
        provider_name="openai",
    )
    assert spent_on(response) == (2_000_000, pytest.approx(0.75))
    assert spent_on("text") == (None, None)
