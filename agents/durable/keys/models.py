"""Identities of models: two that may answer differently never share an answer."""

from collections.abc import Iterator
from inspect import isroutine
from types import FunctionType, MethodType
from typing import Any, cast
from weakref import ref

from pydantic_ai.models import AbstractModel, Model
from pydantic_ai.models.function import FunctionModel
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.providers import Provider

from cache_policies.digests.attributes import is_library, own_attributes
from cache_policies.digests.digest import digest, digest_with_gaps, live_values_of, name_type, source_of
from cache_policies.digests.sources import text_of

_NOT_THE_MODEL = frozenset(
    {"wrapped", "models", "client", "_client"}
    | {"last_model_request_parameters", "profile", "_entered_count", "_enter_lock", "_exit_stack"}
)
"""Attributes of Pydantic AI's models that are models themselves or connections, or that say what was done with one."""

_NOT_THE_ACCOUNT = frozenset({"_version", "_platform"})
"""Attributes of providers' clients that say which client it is, not whom it speaks for."""

_first_seen: dict[int, tuple[ref[Any], dict[str, str]]] = {}


def models_in(model: object) -> Iterator[AbstractModel]:
    """The models that a model hands requests on to."""
    for inner in (getattr(model, "wrapped", None), *getattr(model, "models", ())):
        if isinstance(inner, AbstractModel):
            yield inner


def what_answers(model: object) -> object:
    """Return what tells a model from others, to be digested: the same in each attempt at a run.

    It is made of the model's class, API, name, server address and settings, the source of a user's own class, the
    other attributes, and the models inside it. A wrapper of Pydantic AI's own only looks on, or waits, and is what it
    wraps.

    Text, types and functions count as they are now. Numbers, lists and objects count as they were when the model was
    first seen: they may be counters, which a retry finds further on. Keys count in `account_of` alone.

    Args:
        model: A model, or the name of one.
    """
    if not isinstance(model, Model):
        return model.model_id if isinstance(model, AbstractModel) else model
    kind, inner = type(model), [what_answers(one) for one in models_in(model)]
    if isinstance(model, WrapperModel) and is_library(kind):
        return inner[0]
    attributes = {
        name: _attribute(model, name, value) for name, value in vars(model).items() if name not in _NOT_THE_MODEL
    }
    named = (kind.__qualname__, model.system, model.model_name, model.base_url, model.settings)
    return (*named, "" if is_library(kind) else text_of(kind), attributes, inner)


def account_of(model: object) -> object:
    """Return for whom a model's clients speak: keys, organisation and headers. Another account may get other answers.

    It does not count for a run's own retry, which may have been given a new key because the old one was refused.
    """
    providers = [value for value in getattr(model, "__dict__", {}).values() if isinstance(value, Provider)]
    client: dict[str, object] = getattr(providers[0].client, "__dict__", {}) if providers else {}
    named = {name: value for name, value in client.items() if name not in _NOT_THE_ACCOUNT and _is_text(value)}
    return [digest(named), [account_of(one) for one in models_in(model)]]


def live_in(model: object) -> list[object]:
    """Return what a user's own model or a function of theirs holds and no key can hold, for which nobody shares it."""
    found = [live for one in models_in(model) for live in live_in(one)]
    if isinstance(model, FunctionModel):
        for function in (model.function, model.stream_function):
            found += live_values_of(function) if function is not None else ()
    elif is_own_kind(model):
        attributes = {name: value for name, value in own_attributes(model).items() if name not in _NOT_THE_MODEL}
        found += digest_with_gaps(attributes)[1]
    return found


def state_of(model: object) -> list[str]:
    """Return digests of what users' own models inside a model hold now, counters included.

    They do not count for a run's own retry, which may find the counters further on.
    """
    own = own_attributes(model) if is_own_kind(model) else {}
    held = {name: value for name, value in own.items() if name not in _NOT_THE_MODEL}
    return [digest(held, fallback=name_type), *(state for one in models_in(model) for state in state_of(one))]


def code_in(model: object) -> Iterator[Any]:
    """Yield the functions of users by which a model answers, those of models inside it included."""
    if isinstance(model, FunctionModel):
        yield from (function for function in (model.function, model.stream_function) if function is not None)
    elif is_own_kind(model):
        for base in type(model).__mro__:
            if not is_library(base):
                yield from filter(isroutine, vars(base).values())
    for inner in models_in(model):
        yield from code_in(inner)


def is_own_kind(model: object) -> bool:
    """Tell whether a model is of a user's own class, which may look at the run's context, or hold anything."""
    return isinstance(model, AbstractModel) and not is_library(type(model))


def _attribute(model: Model, name: str, value: object) -> object:
    if isinstance(value, Provider):
        return type(value).__qualname__, value.name
    if isinstance(value, FunctionType | MethodType):
        return source_of(value)
    if value is None or isinstance(value, str | bytes | type):
        return value
    known = _first_seen.get(id(model))
    if known is None or known[0]() is not model:
        key = id(model)
        known = _first_seen[key] = (ref(model, lambda _: _first_seen.pop(key, None)), {})
    if name not in known[1]:
        known[1][name] = digest(value, fallback=name_type, project=_by_source)
    return known[1][name]


def _by_source(value: object) -> dict[str, object] | None:
    return {"source": source_of(value)} if isinstance(value, FunctionType | MethodType) else None


def _is_text(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(part, str) for part in cast("dict[object, object]", value).values())
    return isinstance(value, str)
