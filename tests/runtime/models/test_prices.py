"""Prices of model requests."""

import pytest
from pydantic_ai.messages import ModelResponse
from pydantic_ai.usage import RequestUsage, RunUsage

from runtime.models.prices import micros_spent_on, price_usd, spent_on, worst_price
from runtime.settings import get_settings

USAGE = RunUsage(requests=2, input_tokens=1_000_000, output_tokens=1_000_000)


@pytest.fixture(autouse=True)
def at_openai(monkeypatch):
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    yield
    monkeypatch.undo()
    get_settings.cache_clear()


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


@pytest.mark.parametrize(
    ("model", "usd"),
    [
        ("openai-chat:own", 3.0),
        ("openai:own-2025-08-07", 3.0),
        ("openai:own-mini", None),
        ("ollama:qwen3:4b", 0.0),
        ("openai:gpt-4o-mini", 0.3),
    ],
)
def test_prices_of_ones_own(monkeypatch, model, usd):
    """A price of one's own holds for the model, by each API, and its versions; it goes before the list price."""
    monkeypatch.setenv("ANALYST_PRICES", "openai:own=1/2 ollama:qwen3:4b=0 openai:gpt-4o-mini=0.1/0.2")
    get_settings.cache_clear()
    assert price_usd(model, USAGE) == (None if usd is None else pytest.approx(usd))


def test_the_worst_case_of_several_models():
    """The worst case is that of the dearest model, its input at the price of input that is kept for later."""
    small, both = worst_price(["openai:gpt-5-mini"], 1_000_000), ["openai:gpt-5-mini", "anthropic:claude-sonnet-4-5"]
    assert small.micros(1000) == 252_000
    assert small.output_for(252_001) == 1000
    assert small.output_for(249_999) < 0
    assert worst_price(both, 100_000).micros(1000) == 375_000 + 15_000
    assert worst_price([*both, "ollama:qwen3"], 100_000) is None


def test_a_request_costs_whole_millionths():
    """A request is rounded up to a millionth; without token counts, or without any price, its cost is not known."""
    one = ModelResponse(
        parts=[], usage=RequestUsage(input_tokens=1), model_name="gpt-5-mini-2025-08-07", provider_name="openai"
    )
    assert micros_spent_on(one, []) == 1
    one.model_name = "model.gguf"
    assert micros_spent_on(one, ["openai:gpt-5-mini"]) == 1
    assert micros_spent_on(one, ["ollama:qwen3"]) is None
    one.usage = RequestUsage()
    assert micros_spent_on(one, ["openai:gpt-5-mini"]) is None
