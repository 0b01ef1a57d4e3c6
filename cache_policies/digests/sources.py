"""The source text of functions, and the values that a function was given besides its arguments."""

import contextlib
import dis
import functools
import hashlib
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any, cast
from weakref import WeakKeyDictionary

_texts: "WeakKeyDictionary[Any, str]" = WeakKeyDictionary()
_changed: "WeakKeyDictionary[Any, frozenset[str]]" = WeakKeyDictionary()


def text_of(function: Callable[..., Any]) -> str:
    """Return a digest of a function's name and source text; indentation does not count.

    The byte code stands in where there is no source: for built-ins and in an interactive shell. What the function
    calls is not followed.

    Args:
        function: A function, method, partial, class or callable object.
    """
    plain = unwrapped(function)
    with contextlib.suppress(KeyError, TypeError):
        return _texts[plain]
    target = plain if inspect.isroutine(plain) or inspect.isclass(plain) else type(plain)
    name = getattr(target, "__qualname__", repr(target))
    text = hashlib.blake2b(f"{name}\0{_body(target, name)}".encode(), digest_size=16).hexdigest()
    with contextlib.suppress(TypeError):  # built-ins take no weak references, and naming them again is quick
        _texts[plain] = text
    return text


def _body(target: Any, name: str) -> str:
    code = getattr(target, "__code__", None)
    # From Python 3.13 on, `inspect` takes the command after `python -c` for the source of all that is in "<string>".
    if code is None or code.co_filename != "<string>":
        with contextlib.suppress(OSError, TypeError):
            return textwrap.dedent(inspect.getsource(target))
    if code is None:
        return name
    constants = [constant for constant in code.co_consts if not hasattr(constant, "co_code")]
    return repr((code.co_code, code.co_names, constants))


def unwrapped(function: Any) -> Any:
    """Return the function itself, without the partials, methods and decorators around it."""
    while True:
        if isinstance(function, functools.partial):
            function = cast(Any, function).func
        elif inspect.ismethod(function):
            function = function.__func__
        elif hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        else:
            return function


def given_to(function: Any) -> Iterator[Any]:
    """Yield what a function holds besides its arguments: bound values, defaults, and values it closes over."""
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
    changed = _changed_by(function)
    names = getattr(getattr(function, "__code__", None), "co_freevars", ())
    for name, cell in zip(names, getattr(function, "__closure__", None) or (), strict=False):
        with contextlib.suppress(ValueError):  # not filled yet
            yield ChangingVariable() if name in changed else cell.cell_contents
    if not inspect.isroutine(function):
        yield function  # a callable object, which may hold anything


class ChangingVariable:
    """Stands for a variable that a function sets outside of itself, such as a count of its calls: no constant."""


def _changed_by(function: Any) -> frozenset[str]:
    """Names that a function declares `nonlocal` and sets."""
    code = getattr(function, "__code__", None)
    if code is None or not code.co_freevars:
        return frozenset()
    if code not in _changed:
        set_here = (
            step.argval for step in dis.get_instructions(code) if step.opname in ("STORE_DEREF", "DELETE_DEREF")
        )
        _changed[code] = frozenset(set_here).intersection(code.co_freevars)
    return _changed[code]
