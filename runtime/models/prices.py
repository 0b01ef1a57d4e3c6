"""Prices of model requests, by the tables of genai-prices or by `ANALYST_PRICES`."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from genai_prices.types import AbstractUsage

from runtime.budget import MICROS
from runtime.models.names import plain_name
from runtime.settings import get_settings

_MILLION = 1_000_000
_DATED = re.compile(r"[-@:](\d{4}-?\d{2}-?\d{2}|latest)$")
"""End of a model's name that says which version of it answered, such as `-2025-08-07`."""


def price_usd(model_name: str, usage: AbstractUsage) -> float | None:
    """Price of `usage` at the model's price of `ANALYST_PRICES`, else at its list price.

    Args:
        model_name: A name with its provider, such as `openai:gpt-5-mini`. `offline` costs nothing: no model is called.
        usage: Token counts, such as an agent run's usage.

    Returns:
        US dollars, or None when the price is not known, as for models on one's own machine.
    """
    price = _price(model_name, usage)
    return None if price is None else float(price)


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
    return (tokens, price_usd(name_of(response), usage)) if isinstance(tokens, int) else (None, None)


def name_of(response: object) -> str:
    """Name of the model that answered, with its provider."""
    model, provider = getattr(response, "model_name", None), getattr(response, "provider_name", None)
    return f"{provider}:{model}" if provider and model != "offline" else str(model)


def micros_spent_on(response: Any, asked: Sequence[str]) -> int | None:
    """Price of one model request in millionths of a US dollar, rounded up.

    Args:
        response: The model's response, with `usage`, `model_name` and `provider_name`.
        asked: Names of the models that may have answered. Where the server calls its model otherwise, the price is that
            of the dearest of them.

    Returns:
        `None` when the price or the usage is not known.
    """
    if not response.usage.total_tokens:
        return None  # a server that does not count
    price = _price(name_of(response), response.usage)
    if price is None:
        prices = [_price(name, response.usage) for name in asked]
        known = [one for one in prices if one is not None]
        price = max(known) if known and len(known) == len(prices) else None
    return None if price is None else _micros(price)


@dataclass(frozen=True)
class WorstPrice:
    """Most that a request can cost.

    Attributes:
        input: Price of its input in US dollars.
        output: Price of one token of the answer in US dollars.
    """

    input: Decimal
    output: Decimal

    def micros(self, output_tokens: int) -> int:
        """Millionths of a US dollar for an answer of so many tokens, rounded up."""
        return _micros(self.input + self.output * output_tokens)

    def output_for(self, micros: int) -> int | None:
        """Most tokens that the answer may have for so many millionths; negative if not even the input may be sent.

        Returns:
            `None` when the answer costs nothing.
        """
        left = Decimal(micros) / MICROS - self.input
        if left < 0:
            return -1
        return int(left / self.output) if self.output else None


def worst_price(models: Sequence[str], input_tokens: int) -> WorstPrice | None:
    """Most that a request can cost, whichever of `models` answers; `None` if the price of one is not known.

    Args:
        models: Names with their providers; several for models that stand in for each other.
        input_tokens: Most tokens of the input.
    """
    from genai_prices import Usage

    found: list[WorstPrice] = []
    for model in models:
        plain = _price(model, Usage(input_tokens=input_tokens, output_tokens=0))
        answer = _price(model, Usage(input_tokens=input_tokens, output_tokens=_MILLION))
        # With some providers, input that is kept for the next request costs more.
        kept = _price(model, Usage(input_tokens=input_tokens, cache_write_tokens=input_tokens, output_tokens=0))
        if plain is None or answer is None:
            return None
        found.append(WorstPrice(max(plain, kept or plain), (answer - plain) / _MILLION))
    return WorstPrice(max(one.input for one in found), max(one.output for one in found)) if found else None


def _micros(usd: Decimal) -> int:
    return int((usd * MICROS).to_integral_value(ROUND_CEILING))


def _price(model_name: str, usage: AbstractUsage) -> Decimal | None:
    if model_name == "offline":
        return Decimal(0)
    provider, _, name = model_name.partition(":")
    if not name:
        return None
    if (own := _own_price(provider, name)) is not None:
        tokens: Any = usage
        return (own[0] * tokens.input_tokens + own[1] * tokens.output_tokens) / _MILLION
    from genai_prices import calc_price

    base_url = os.environ.get("OPENAI_BASE_URL")
    try:
        if base_url and provider in {"openai", "openai-chat", "openai-responses"}:
            # Another server may have a model under a name of OpenAI's; what it asks for it goes by its address.
            return calc_price(usage, name, provider_api_url=base_url).total_price
        return calc_price(usage, name, provider_id=provider.removesuffix("-responses")).total_price
    except LookupError:
        return None


def _own_price(provider: str, name: str) -> tuple[Decimal, Decimal] | None:
    """The price of `ANALYST_PRICES`, also for a version of the model, and by whichever API it was asked."""
    prices = get_settings().prices
    if not prices:
        return None
    named = {plain_name(key): price for key, price in prices.items()}
    return named.get(plain_name(f"{provider}:{name}")) or named.get(canonical_name(f"{provider}:{name}"))


def canonical_name(model: str) -> str:
    """Return a model's name with its provider as it is for all interfaces of the provider and versions of the model."""
    return plain_name(_DATED.sub("", model))
