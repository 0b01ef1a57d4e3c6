"""What tells one model from another: two that may answer differently never share an answer.

A model that looks at its answers or changes them is another one than the model inside it. Keys and certificates do not
count: they are changed without another model answering. Two accounts of one provider that answer differently need
models of two names, or an address each.
"""

from collections.abc import Iterator
from typing import Any

from pydantic_ai.models import AbstractModel, Model
from pydantic_ai.models.function import FunctionModel
from pydantic_ai.models.test import TestModel
from pydantic_ai.models.wrapper import WrapperModel

from cache_policies.attributes import class_text, is_library, own_attributes
from cache_policies.digest import digest_with_gaps, live_values_of, source_of
from cache_policies.sources import text_of

_LIVE = frozenset({"wrapped", "models", "client", "_client", "_provider", "last_model_request_parameters"})
"""Attributes that are models themselves, connections, or what a model was last asked."""


def models_in(model: object) -> Iterator[AbstractModel]:
    """The models that a model hands requests on to."""
    for inner in (getattr(model, "wrapped", None), *getattr(model, "models", ())):
        if isinstance(inner, AbstractModel):
            yield inner


def what_answers(model: object) -> object:
    """Return what tells a model from others, to be digested: the same in each attempt at a run.

    It is made of the model's class, provider, name, address and settings, of the functions and the source of a user's
    own model, and of the models inside it. Numbers that a user's own model holds are left out: they are often counters.
    """
    if not isinstance(model, Model):
        return model.model_id if isinstance(model, AbstractModel) else model
    kind, inner = type(model), [what_answers(one) for one in models_in(model)]
    if isinstance(model, WrapperModel) and is_library(kind):
        return inner  # those only look on, or wait
    named = (kind.__qualname__, model.system, model.model_name, model.base_url, model.settings)
    if isinstance(model, TestModel):
        named += (model.custom_output_text, model.custom_output_args, model.seed, model.call_tools)
    own = None if is_library(kind) else (text_of(kind), class_text(kind), _texts(model))
    return (*named, own, [source_of(function) for function in _functions(model)], inner)


def what_it_holds(model: object) -> tuple[str, tuple[str, ...]]:
    """Return a digest of all that a model holds, for answers that other runs find, and the types that have no digest.

    Unlike `what_answers` it counts what a user's own model has changed in itself.
    """
    held: list[object] = []
    gaps: dict[str, None] = {}
    models = [model]
    while models:
        one = models.pop()
        models += models_in(one)
        if isinstance(one, AbstractModel) and not is_library(type(one)):
            held.append({name: value for name, value in own_attributes(one).items() if name not in _LIVE})
        for function in _functions(one):
            gaps.update((type(value).__qualname__, None) for value in live_values_of(function))
    digest, without = digest_with_gaps(held)
    gaps.update((type(value).__qualname__, None) for value in without)
    return digest, tuple(gaps)


def _texts(model: object) -> dict[str, Any]:
    return {
        name: value
        for name, value in own_attributes(model).items()
        if name not in _LIVE and isinstance(value, str | bytes)
    }


def _functions(model: object) -> list[Any]:
    if not isinstance(model, FunctionModel):
        return []
    return [function for function in (model.function, model.stream_function) if function is not None]
