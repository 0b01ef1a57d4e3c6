"""Digests of values and functions: equal values and functions have equal digests in any process.

The form of values that is digested is that of `cache_policies.digests.canonical`.
"""

import datetime as dt
import decimal
import enum
import functools
import hashlib
import types
import uuid
from collections.abc import Callable, Iterable
from pathlib import PurePath
from typing import Any, cast

from cache_policies.digests.canonical import Encoder, Fallback, Projection
from cache_policies.digests.sources import given_to, text_of
from cache_policies.digests.unkeyable import refuse

_CONSTANTS = (
    *(bool, int, float, complex, str, bytes, decimal.Decimal, enum.Enum, uuid.UUID, PurePath),
    *(dt.date, dt.time, dt.timedelta),
)
"""Types whose values cannot change."""
_NAMED = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.MethodType)
"""Types whose values are known by their names."""


def name_type(value: object) -> str:
    """Return the type's name. It stands for a value without content in keys of one run, whose calls are numbered."""
    return f"<{type(value).__qualname__}>"


def _as_it_is(_: object) -> None:
    return None


def digest(value: object, *, fallback: Fallback = refuse, project: Projection = _as_it_is) -> str:
    """Return 32 hex digits that are equal for equal values and differ for different ones.

    Args:
        value: Numbers, text, bytes, dates, enums, containers, dataclasses, Pydantic models, numpy and pandas objects,
            classes, functions, plain objects, and objects with a `__cache_key__()` method, nested to any depth.
        fallback: Returns a name for anything else; the default raises.
        project: Returns the fields that count, for types with fields that do not change their meaning.

    Raises:
        UnkeyableError: The value, or something in it, has no content to digest.
    """
    hasher = hashlib.blake2b(digest_size=16)
    try:
        Encoder(fallback, project).encode(value, hasher.update)
    except RecursionError:  # nested deeper than Python can follow
        return chain("too deep", fallback(value))
    return hasher.hexdigest()


def digest_with_gaps(value: object, *, project: Projection = _as_it_is) -> tuple[str, tuple[object, ...]]:
    """Return a digest, and the objects in `value` that have no content and count by their type alone."""
    gaps: dict[int, object] = {}

    def note(gap: object) -> str:
        gaps[id(gap)] = gap
        return name_type(gap)

    return digest(value, fallback=note, project=project), tuple(gaps.values())


def chain(*digests: str) -> str:
    """Return one digest of several, in order."""
    hasher = hashlib.blake2b(digest_size=16)
    for part in digests:
        hasher.update(f"{len(part)}:".encode())
        hasher.update(part.encode())
    return hasher.hexdigest()


def source_of(function: Callable[..., Any]) -> str:
    """Return a digest of a function: of its source text and the constants in its closure.

    Of the values that it closes over or is bound to, only constants count by content. Other values, such as a list that
    may grow, count by name: see `live_values_of`.

    Args:
        function: A function, method, partial or callable object.
    """
    return chain(text_of(function), *(_constant_or_name(value) for value in given_to(function)))


def live_values_of(function: Callable[..., Any]) -> tuple[object, ...]:
    """Return the values that a function closes over, or is bound to, and that `source_of` counts by name only."""
    return tuple(
        value
        for value in given_to(function)
        if not (_is_constant(value) or isinstance(value, _NAMED) or hasattr(type(value), "__cache_key__"))
    )


def _is_constant(value: object) -> bool:
    if isinstance(value, tuple | frozenset):
        return all(_is_constant(item) for item in cast(Iterable[object], value))
    return value is None or isinstance(value, (*_CONSTANTS, type))


def _constant_or_name(value: Any) -> str:
    if value is None or type(value) in (bool, int):
        return _digest_of_constant(value)
    if _is_constant(value) or hasattr(type(value), "__cache_key__"):
        return digest(value, fallback=name_type)
    return f"<{getattr(value, '__qualname__', type(value).__qualname__)}>"


_digest_of_constant = functools.lru_cache(1024, typed=True)(digest)
"""Digests of `None`, bools and numbers, which functions close over and are read at each call."""
