"""The identity of a model: what answers a request, with everything that may change the answer."""

from types import FunctionType, MethodType
from typing import Any, cast
from weakref import ref

from pydantic_ai.models import Model
from pydantic_ai.providers import Provider

from cache_policies.attributes import is_library
from cache_policies.digest import digest, name_type, source_of
from cache_policies.sources import text_of

_OBSERVED = frozenset({"last_model_request_parameters", "_entered_count", "_enter_lock", "_exit_stack", "profile"})
"""Attributes of Pydantic AI's models that say what happened to one, or are worked out from the others."""

_NOT_OF_THE_ACCOUNT = frozenset({"_version", "_platform"})
"""Attributes of providers' clients that say which client it is, not whom it speaks for."""

_first_seen: dict[int, tuple[ref[Any], dict[str, str]]] = {}


def model_identity(model: object) -> object:
    """Return what tells a model from others: its class, API, name, server address, and the models inside it.

    Of its other attributes, text, types and functions count as they are now. Numbers, lists and objects count as they
    were when the model was first seen: they may be counters, which a retry finds further on.

    Args:
        model: A model, or the name of one.
    """
    if not isinstance(model, Model):
        return model
    kind = type(model)
    return {
        "class": kind.__qualname__,
        "source": "" if is_library(kind) else text_of(kind),
        "name": (model.system, model.model_name, model.base_url),
        "attributes": {name: _part(model, name, value) for name, value in vars(model).items() if name not in _OBSERVED},
    }


def account_of(model: object) -> object:
    """Return for whom a model's client speaks: keys, organisation and headers. Another account may get other answers.

    It does not count for the run's own retry, which may have been given a new key because the old one was refused.
    """
    if not isinstance(model, Model):
        return None
    inner = [account_of(part) for value in vars(model).values() for part in _models_in(value)]
    provider = next((value for value in vars(model).values() if isinstance(value, Provider)), None)
    client = getattr(provider, "client", None)
    named = {
        name: value
        for name, value in getattr(client, "__dict__", {}).items()
        if name not in _NOT_OF_THE_ACCOUNT and (isinstance(value, str) or _is_text_by_name(value))
    }
    return [digest(named), inner]


def is_own_kind(model: object) -> bool:
    """Tell whether a model, or one inside it, is of a user's own class, which may look at the run's context."""
    return isinstance(model, Model) and (
        not is_library(type(model))
        or any(is_own_kind(part) for value in vars(model).values() for part in _models_in(value))
    )


def _part(model: Model, name: str, value: object) -> object:
    if isinstance(value, Provider):
        return type(value).__qualname__, value.name, value.base_url
    inner = _models_in(value)
    if inner:
        return [model_identity(part) for part in inner]
    if isinstance(value, FunctionType | MethodType):
        return source_of(value)
    if value is None or isinstance(value, str | bytes | type):
        return value
    return _as_first_seen(model, name, value)


def _models_in(value: object) -> list[Model]:
    if isinstance(value, Model):
        return [value]
    if isinstance(value, list | tuple):
        return [part for part in cast("list[object]", value) if isinstance(part, Model)]
    return []


def _is_text_by_name(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(part, str) for part in cast("dict[object, object]", value).values()
    )


def _as_first_seen(model: Model, name: str, value: object) -> str:
    known = _first_seen.get(id(model))
    if known is None or known[0]() is not model:
        key = id(model)
        known = _first_seen[key] = (ref(model, lambda _: _first_seen.pop(key, None)), {})
    if name not in known[1]:
        known[1][name] = digest(value, fallback=name_type, project=_by_source)
    return known[1][name]


def _by_source(value: object) -> dict[str, object] | None:
    return {"source": source_of(value)} if isinstance(value, FunctionType | MethodType) else None
