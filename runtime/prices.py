"""Prices of model requests."""

import os
from typing import Any

from genai_prices.types import AbstractUsage


def price_usd(model_name: str, usage: AbstractUsage) -> float | None:
    """Return the price of `usage` at the model's list price, by the tables of genai-prices.

    Args:
        model_name: A name with its provider, such as `openai:gpt-5-mini`. `offline` costs nothing: no model is called.
        usage: Token counts, such as an agent run's usage.

    Returns:
        US dollars, or None when the price is not known, as for models on one's own machine.
    """
    from genai_prices import calc_price

    if model_name == "offline":
        return 0.0
    provider, _, name = model_name.partition(":")
    if not name:
        return None
    base_url = os.environ.get("OPENAI_BASE_URL")
    try:
        if base_url and provider in {"openai", "openai-chat", "openai-responses"}:
            # Another server may serve a model under a name of OpenAI's, so its price is looked up by its address.
            return float(calc_price(usage, name, provider_api_url=base_url).total_price)
        return float(calc_price(usage, name, provider_id=provider.removesuffix("-responses")).total_price)
    except LookupError:
        return None


def spent_on(response: object) -> tuple[int | None, float | None]:
    """Return the tokens and the price of one model request.

    Args:
        response: The model's response, with `usage`, `model_name` and `provider_name`. Anything else took nothing that
            is known.

    Returns:
        Input and output tokens together, and the price in US dollars; `None` for what is not known.
    """
    usage: Any = getattr(response, "usage", None)
    tokens: Any = getattr(usage, "total_tokens", None)
    if not isinstance(tokens, int):
        return None, None
    model, provider = getattr(response, "model_name", None), getattr(response, "provider_name", None)
    return tokens, price_usd(f"{provider}:{model}" if provider and model != "offline" else str(model), usage)
