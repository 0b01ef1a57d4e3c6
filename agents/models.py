"""Choice of the model: from a name, the settings, or the environment."""

import os
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from pydantic_ai.exceptions import UserError
from pydantic_ai.models import Model, infer_model
from pydantic_ai.usage import RunUsage

from agents.durable.keys.models import models_in
from agents.outputs import ModelUsage
from runtime.models.prices import price_usd

DEFAULT_MODEL = "openai:gpt-5-mini"
"""Used when nothing is chosen and an OpenAI key is set."""

_OLLAMA_URL = "http://localhost:11434/v1"


class ModelConfigurationError(Exception):
    """A model that cannot be used as it is configured; the message says what to do about it."""


def resolve_model_name(name: str | None = None) -> str:
    """The full name of the model to use, or of several that stand in for each other, with commas between.

    Args:
        name: A name given for this run. Without one: the setting `ANALYST_MODELS`, then `ANALYST_MODEL`, then
            `openai:gpt-5-mini` if `OPENAI_API_KEY` is set, then `offline`.

    Returns:
        `offline` or a name with its provider, for each. `openai:` becomes `openai-chat:` when `OPENAI_BASE_URL` leads
        elsewhere than to OpenAI, because compatible servers rarely have the Responses API that `openai:` speaks.
    """
    from runtime.settings import get_settings

    settings = get_settings()
    chosen = name or ",".join(settings.models or ()) or settings.model
    chosen = chosen or (DEFAULT_MODEL if os.environ.get("OPENAI_API_KEY") else "offline")
    return ",".join(_full_name(one.strip()) for one in chosen.split(","))


def choose_model(name: str | None = None, *, offline: Callable[[], Model] | None = None) -> Model:
    """A new model, ready to be asked.

    Build one for every run rather than sharing it: flows run in event loops of their own, and a connection that was
    opened in one loop cannot be used from another.

    Args:
        name: As for `resolve_model_name`. Of several models, each answers where those before it fail for good.
        offline: Makes the rule-based model that `offline` means for the agent at hand; by default the data analyst's.

    Raises:
        ModelConfigurationError: A name is unknown, or a key or package that it needs is missing.
    """
    names = resolve_model_name(name).split(",")
    if len(names) == 1:
        return _one_model(names[0], offline)
    if not all(names) or len(set(names)) < len(names) or "offline" in names[:-1]:
        raise ModelConfigurationError(
            f"The models {','.join(names)!r} cannot follow each other: name each once, with commas between, and "
            "offline last, since it always answers."
        )
    from agents.recovery.passing_on import ModelChain

    return ModelChain([_one_model(one, offline) for one in names])


def _one_model(full_name: str, offline: Callable[[], Model] | None) -> Model:
    if full_name == "offline":
        from agents.offline.analyst import OfflineAnalyst

        return (offline or OfflineAnalyst)()
    provider, separator, rest = full_name.partition(":")
    if not separator or not rest:
        raise ModelConfigurationError(
            f"Model {full_name!r} has no provider. Write it as PROVIDER:MODEL, such as openai:gpt-5-mini or "
            "ollama:qwen3:4b; a run with --model offline needs no model."
        )
    try:
        model = _openai_compatible(provider, rest) or infer_model(full_name)
    except (UserError, ImportError) as error:
        reason = " ".join(str(error).split())
        raise ModelConfigurationError(
            f"Model {full_name!r} cannot be used: {reason} A run with --model offline needs no model."
        ) from error
    stop_client_retries(model)
    return model


def build_model(name: str) -> Model:
    """A new model of the name that an agent or a run was given, without a look at the settings.

    Args:
        name: A name with its provider, and several with commas between, go the way of `choose_model`; another, such as
            `test`, is Pydantic AI's.

    Raises:
        ModelConfigurationError: A key or package that the model needs is missing.
    """
    return choose_model(name) if ":" in name or "," in name or name == "offline" else infer_model(name)


def usage_of(model: str, usage: RunUsage) -> ModelUsage:
    """Return the usage of a run, with its price.

    Args:
        model: Full name of the model.
        usage: Usage of the run as Pydantic AI counts it.
    """
    return ModelUsage(
        requests=usage.requests,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        usd=price_usd(model, usage),
    )


def stop_client_retries(model: object) -> None:
    """Turn off the retries of a model's HTTP client, also inside wrappers and fallbacks.

    They belong to the durable step around the request, which waits, counts and reports them. The client's own would
    multiply with those and hide rate limits from them.
    """
    for inner in models_in(model):
        stop_client_retries(inner)
    client: Any = getattr(model, "client", None)
    if hasattr(client, "max_retries"):
        client.max_retries = 0


def _full_name(name: str) -> str:
    provider, separator, rest = name.partition(":")
    return f"openai-chat:{rest}" if provider == "openai" and separator and _is_compatible_server() else name


def _is_compatible_server() -> bool:
    base_url = os.environ.get("OPENAI_BASE_URL")
    return bool(base_url) and urlsplit(base_url).hostname != "api.openai.com"


def _openai_compatible(provider: str, name: str) -> Model | None:
    """A model behind somebody's own server, for which Pydantic AI would guess OpenAI's abilities; None for others."""
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.ollama import OllamaProvider
    from pydantic_ai.providers.openai import OpenAIProvider

    if provider == "ollama":
        from pydantic_ai.models.ollama import OllamaModel

        base_url = os.environ.get("OLLAMA_BASE_URL") or _OLLAMA_URL
        return OllamaModel(name, provider=OllamaProvider(base_url=base_url))
    if not _is_compatible_server():
        if provider in {"openai", "openai-chat", "openai-responses"} and not os.environ.get("OPENAI_API_KEY"):
            raise UserError("Set OPENAI_API_KEY to a key, or OPENAI_BASE_URL to a server of your own.")
        return None
    if provider != "openai-chat":
        return None
    # Ollama's profile fits most of them: no strict schemas, which many servers do not know and small models follow
    # badly, and what the family of an open model (Llama, Qwen and so on) is known to need.
    profile = OllamaProvider.model_profile(name)
    # An empty key in the environment would be an error of the client's; servers of one's own need none.
    key = os.environ.get("OPENAI_API_KEY") or "not-needed"
    return OpenAIChatModel(
        name, provider=OpenAIProvider(base_url=os.environ["OPENAI_BASE_URL"], api_key=key), profile=profile
    )
