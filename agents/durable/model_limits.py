"""Limits on the requests that a model is sent at once, by all runs on one Prefect server together.

Providers limit what an account may ask at once. Each run knows only of its own requests, so the server counts them: a
global concurrency limit for each model of `ANALYST_MODEL_LIMITS`. A slot is held for one attempt at a request; that of
a killed process is free again when its lease of a minute has run out and the server has noticed.
"""

from pydantic_ai.models import AbstractModel

from agents.durable.keys.models import models_in
from runtime.models.names import plain_name
from runtime.settings import get_settings


def limit_name(model: str) -> str:
    """Name of a model's limit on the Prefect server.

    Args:
        model: Provider and name, such as `openai:gpt-5-mini`; OpenAI's two interfaces to a model share its limit.
    """
    # Prefect takes no slashes, percent signs and the like in names.
    return "model " + "".join("." if character in "/%&<>" else character for character in plain_name(model))


def limits_of(model: AbstractModel) -> list[str]:
    """Return the names of the limits that hold for a request: for models with fallbacks, the limits of all of them."""
    limited = {limit_name(name) for name in get_settings().model_limits or ()}
    return [name for name in map(limit_name, ids_of(model)) if name in limited] if limited else []


def ids_of(model: AbstractModel) -> list[str]:
    """Return the names, with providers, of the models that may answer a request: several if there are fallbacks.

    Args:
        model: The model that is asked.
    """
    found = [one for part in models_in(model) for one in ids_of(part)]
    return list(dict.fromkeys(found)) or [model.model_id]
