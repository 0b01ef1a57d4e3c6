"""What a function does, as far as it can be read: its source, and what it was given when it was made.

What it was given are its defaults, the values it closes over, the arguments of a partial and the object of a bound
method. Of these only values that cannot change count by their content, and objects with a `__cache_key__`. Anything
else counts by its type: a log or a counter that a tool closes over differs from one attempt to the next, and must not
make it another tool. Where results are shared across runs that is not enough, and `unkeyable_in` names such values.
"""

import contextlib
import datetime as dt
import functools
import hashlib
import inspect
import textwrap
import types
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any, cast
from uuid import UUID
from weakref import WeakKeyDictionary

_CONSTANTS = (bool, int, float, complex, str, bytes, Decimal, Enum, UUID, PurePath, dt.date, dt.time, dt.timedelta)
_NAMED = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.MethodType)
"""Counted by name: their own source would be followed for ever where two functions close over each other."""

_known: "WeakKeyDictionary[Any, str]" = WeakKeyDictionary()


def source_of(function: Callable[..., Any]) -> str:
    """Return a digest of a function's source text, so that an edited function is another function.

    Indentation does not count. Without source (a built-in, an interactive shell) the byte code stands in. What the
    function calls is not followed: an edited helper is noticed only where the helper's own result is keyed.

    Args:
        function: A function, method, partial or callable object.
    """
    from cache_policies.digest import chain

    parts = [_text(_plain(function)), *(_content(value) for value in _given(function))]
    return chain(*parts)


def unkeyable_in(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the types of values that a function was given and that have no content to key, such as connections."""
    return tuple(
        dict.fromkeys(
            type(value).__qualname__
            for value in _given(function)
            if not (_is_constant(value) or isinstance(value, _NAMED) or hasattr(type(value), "__cache_key__"))
        )
    )


def _plain(function: Any) -> Any:
    """The function itself, without what binds or wraps it."""
    while True:
        if isinstance(function, functools.partial):
            function = cast(Any, function).func
        elif inspect.ismethod(function):
            function = function.__func__
        elif hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        else:
            return function


def _given(function: Any) -> Iterator[Any]:
    while True:
        if isinstance(function, functools.partial):
            partial: Any = function
            yield from partial.args
            yield from (value for _, value in sorted(partial.keywords.items()))
            function = partial.func
        elif inspect.ismethod(function):
            yield function.__self__
            function = function.__func__
        else:
            break
    yield from getattr(function, "__defaults__", None) or ()
    yield from (getattr(function, "__kwdefaults__", None) or {}).values()
    for cell in getattr(function, "__closure__", None) or ():
        with contextlib.suppress(ValueError):  # not filled yet
            yield cell.cell_contents
    if not inspect.isroutine(function):
        yield function  # a callable object, which may hold anything


def _is_constant(value: object) -> bool:
    if isinstance(value, tuple | frozenset):
        return all(_is_constant(item) for item in cast(Iterable[object], value))
    return value is None or isinstance(value, _CONSTANTS)


def _content(value: Any) -> str:
    from cache_policies.digest import digest

    if _is_constant(value) or hasattr(type(value), "__cache_key__"):
        return digest(value)
    return f"<{getattr(value, '__qualname__', type(value).__qualname__)}>"


def _text(function: Any) -> str:
    with contextlib.suppress(KeyError, TypeError):
        return _known[function]
    target = function if inspect.isroutine(function) else type(function)
    name = getattr(target, "__qualname__", repr(target))
    try:
        body = textwrap.dedent(inspect.getsource(target))
    except (OSError, TypeError):
        code = getattr(target, "__code__", None)
        constants = [constant for constant in code.co_consts if not hasattr(constant, "co_code")] if code else []
        body = repr((code.co_code, code.co_names, constants)) if code else name
    text = hashlib.blake2b(f"{name}\0{body}".encode(), digest_size=16).hexdigest()
    with contextlib.suppress(TypeError):  # built-ins take no weak references; they are quick to name again
        _known[function] = text
    return text
