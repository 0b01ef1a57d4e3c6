"""What a function does, as far as it can be read: its source, its defaults and what it closes over."""

import contextlib
import functools
import hashlib
import inspect
import textwrap
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

_known: "WeakKeyDictionary[Any, str]" = WeakKeyDictionary()


def source_of(function: Callable[..., Any]) -> str:
    """Return a digest of a function's source text, so that an edited function is another function.

    Indentation does not count. Without source (a built-in, an interactive shell) the byte code stands in. What the
    function calls is not followed: an edited helper is noticed only where the helper's own result is keyed.

    Args:
        function: A function, method, partial or callable object.
    """
    while isinstance(function, functools.partial):
        function = function.func
    function = inspect.unwrap(getattr(function, "__func__", function))
    try:
        return _known[function]
    except (KeyError, TypeError):
        pass
    result = _digest(function)
    with contextlib.suppress(TypeError):  # built-ins take no weak references; they are quick to name again
        _known[function] = result
    return result


def _digest(function: Callable[..., Any]) -> str:
    target = function if hasattr(function, "__code__") or inspect.isbuiltin(function) else type(function)
    name = getattr(target, "__qualname__", repr(target))
    try:
        body = textwrap.dedent(inspect.getsource(target))
    except (OSError, TypeError):
        code = getattr(target, "__code__", None)
        constants = [constant for constant in code.co_consts if not hasattr(constant, "co_code")] if code else []
        body = repr((code.co_code, code.co_names, constants)) if code else name
    parts = [name, body, *_captured(function)]
    return hashlib.blake2b("\x00".join(parts).encode(), digest_size=16).hexdigest()


def _captured(function: Callable[..., Any]) -> list[str]:
    """Defaults and closed-over values: two tools made by one factory differ only in these."""
    from cache_policies.digest import digest, name_type

    defaults = getattr(function, "__defaults__", None) or ()
    keywords = getattr(function, "__kwdefaults__", None) or {}
    cells: list[Any] = []
    for cell in getattr(function, "__closure__", None) or ():
        try:
            cells.append(cell.cell_contents)
        except ValueError:  # not filled yet
            continue
    # Functions in a closure count by name only, or two functions that close over each other would never end.
    cells = [getattr(cell, "__qualname__", "") if callable(cell) else cell for cell in cells]
    return [digest(part, fallback=name_type) for part in (list(defaults), dict(keywords), cells)]
