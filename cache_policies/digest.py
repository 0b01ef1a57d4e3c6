"""One digest for equal values: in any process, under any hash seed, whatever the order of dicts and sets.

Every value is written in a canonical form, each part behind a tag of its type and its length, so that no two different
values share a form: `1`, `1.0`, `True` and `"1"` differ, and so do `0.0` and `-0.0`, a list and a tuple, and equal
instants in different time zones. NaN equals NaN; a numpy scalar equals the Python number of the same value.

Classes count by their qualified name without the module: the same script is `__main__` when run and a module when
resumed, and a key that knew the difference would pay for everything again.
"""

import contextlib
import dataclasses
import datetime as dt
import decimal
import enum
import functools
import hashlib
import inspect
import math
import re
import sys
import textwrap
import types
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any, cast
from uuid import UUID
from weakref import WeakKeyDictionary

from pydantic import BaseModel

Fallback = Callable[[object], str]
"""Names a value that has no digest of its own, or raises."""

Projection = Callable[[object], Mapping[str, object] | None]
"""Gives the fields of a value that count, or `None` for a value that counts as it is."""

Write = Callable[[bytes], object]

_PLAIN: tuple[type[Any], ...] = (int, float, str, bytes)


class UnkeyableError(TypeError):
    """A value has no content that could tell it apart in another process: a connection, a lock, a generator."""


def refuse(value: object) -> str:
    """Raise `UnkeyableError`: the fallback for keys that must never be shared by mistake."""
    raise UnkeyableError(
        f"A {type(value).__qualname__} has no content to make a cache key of; give it a `__cache_key__` method that "
        "returns what tells it apart, or leave it out of the inputs."
    )


def name_type(value: object) -> str:
    """Return the type's name for a value without content: the fallback within a run, where occurrence tells apart."""
    return f"<{type(value).__qualname__}>"


def _as_it_is(_: object) -> None:
    return None


def digest(value: object, *, fallback: Fallback = refuse, project: Projection = _as_it_is) -> str:
    """Return 32 hex digits that are equal for equal values and differ for different ones.

    Args:
        value: Numbers, text, bytes, dates, enums, containers, dataclasses, Pydantic models, numpy and pandas objects,
            classes, functions (by their source), and objects with a `__cache_key__()` method, nested to any depth.
        fallback: What to do with anything else; the default raises.
        project: Picks the fields that count, for types some of whose fields say nothing about what they mean.

    Raises:
        UnkeyableError: The value, or something in it, has no content to digest.
    """
    hasher = hashlib.blake2b(digest_size=16)
    _Encoder(fallback, project).encode(value, hasher.update)
    return hasher.hexdigest()


def digest_with_gaps(value: object, *, project: Projection = _as_it_is) -> tuple[str, tuple[str, ...]]:
    """Return a digest, and the names of the types in `value` that have no content and count by their name alone."""
    gaps: dict[str, None] = {}

    def note(gap: object) -> str:
        gaps[type(gap).__qualname__] = None
        return name_type(gap)

    return digest(value, fallback=note, project=project), tuple(gaps)


def chain(*digests: str) -> str:
    """Return one digest of several, in order."""
    hasher = hashlib.blake2b(digest_size=16)
    for part in digests:
        hasher.update(f"{len(part)}:".encode())
        hasher.update(part.encode())
    return hasher.hexdigest()


class _Encoder:
    def __init__(self, fallback: Fallback, project: Projection) -> None:
        self._fallback = fallback
        self._project = project
        self._open: set[int] = set()  # containers being written, to notice one that holds itself

    def _write(self, write: Write, tag: str, payload: bytes) -> None:
        write(f"{tag}{len(payload)}:".encode())
        write(payload)

    def _nested(self, value: object) -> bytes:
        hasher = hashlib.blake2b(digest_size=16)
        self.encode(value, hasher.update)
        return hasher.digest()

    def _items(self, write: Write, tag: str, pairs: list[tuple[bytes, bytes]]) -> None:
        self._write(write, tag, b"".join(key + value for key, value in pairs))

    def encode(self, value: object, write: Write) -> None:
        if self._scalar(value, write):
            return
        if id(value) in self._open:
            self._write(write, "cycle", self._fallback(value).encode())
            return
        self._open.add(id(value))
        try:
            self._composite(value, write)
        finally:
            self._open.discard(id(value))

    def _scalar(self, value: object, write: Write) -> bool:
        kind = type(value)
        if value is None or value is Ellipsis or value is NotImplemented:
            self._write(write, "constant", repr(value).encode())
        elif kind is bool:
            self._write(write, "bool", b"1" if value else b"0")
        elif kind is int:
            self._write(write, "int", str(value).encode())
        elif kind is float:
            self._write(write, "float", b"nan" if math.isnan(cast(float, value)) else repr(value).encode())
        elif kind is str:
            self._write(write, "str", cast(str, value).encode("utf-8", "surrogatepass"))
        elif kind in (bytes, bytearray):
            self._write(write, "bytes", bytes(cast(bytes, value)))
        elif isinstance(value, enum.Enum):
            self._write(write, "enum", f"{type(value).__qualname__}.{value.name}".encode())
        elif isinstance(value, decimal.Decimal):
            self._write(write, "decimal", b"nan" if value.is_nan() else str(value).encode())
        elif isinstance(value, dt.datetime | dt.date | dt.time) and kind.__module__ == "datetime":
            zone = getattr(value, "tzinfo", None)
            self._write(write, kind.__name__, f"{value.isoformat()}|{zone if zone is not None else ''}".encode())
        elif isinstance(value, dt.timedelta | uuid.UUID | PurePath | complex | range | re.Pattern):
            name = "Path" if isinstance(value, PurePath) else kind.__qualname__
            self._write(write, name, (str(value) if isinstance(value, PurePath) else repr(value)).encode())
        elif isinstance(value, type):
            self._write(write, "type", value.__qualname__.encode())
        else:
            return False
        return True

    def _composite(self, value: object, write: Write) -> None:
        kind = type(value)
        projected = self._project(value)
        if projected is not None:
            self._write(write, f"projected {kind.__qualname__}", self._nested(projected))
            return
        key_method = getattr(kind, "__cache_key__", None)
        if key_method is not None:
            self._write(write, f"keyed {kind.__qualname__}", self._nested(key_method(value)))
        elif isinstance(value, Mapping):
            pairs = sorted((self._nested(k), self._nested(v)) for k, v in cast(Mapping[Any, Any], value).items())
            self._items(write, "mapping", pairs)
        elif isinstance(value, list | tuple):
            name = kind.__qualname__ if hasattr(value, "_fields") else ("list" if isinstance(value, list) else "tuple")
            write(f"{name}{len(cast(list[Any], value))}:".encode())
            for item in cast(list[Any], value):
                self.encode(item, write)
        elif isinstance(value, set | frozenset):
            self._write(write, "set", b"".join(sorted(self._nested(item) for item in cast(set[Any], value))))
        elif isinstance(value, BaseModel):
            fields = {name: getattr(value, name) for name in type(value).model_fields} | (value.model_extra or {})
            self._write(write, f"model {kind.__qualname__}", self._nested(fields))
        elif dataclasses.is_dataclass(value):
            fields = {field.name: getattr(value, field.name, None) for field in dataclasses.fields(value)}
            self._write(write, f"dataclass {kind.__qualname__}", self._nested(fields))
        elif isinstance(value, functools.partial):
            self._write(write, "partial", self._nested([value.func, value.args, value.keywords]))
        elif isinstance(value, types.MethodType):
            self._write(write, "method", self._nested([value.__func__, value.__self__]))
        elif isinstance(value, types.FunctionType | types.BuiltinFunctionType):
            self._write(write, "function", source_of(value).encode())
        elif isinstance(value, _PLAIN) and not kind.__module__.startswith("numpy"):
            # A subclass such as IntEnum's base or a str subclass of a framework: its plain value and its name.
            plain: type[Any] = next(base for base in _PLAIN if isinstance(value, base))
            self._write(write, f"sub {kind.__qualname__}", self._nested(plain(value)))
        elif not self._numpy_or_pandas(value, write):
            self._write(write, "fallback", self._fallback(value).encode())

    def _numpy_or_pandas(self, value: object, write: Write) -> bool:
        """Write numpy and pandas objects. A value of theirs cannot exist before they are imported, so nothing is."""
        numpy: Any = sys.modules.get("numpy")
        pandas: Any = sys.modules.get("pandas")
        if pandas is not None and isinstance(value, pandas.DataFrame | pandas.Series | pandas.Index):
            from cache_policies.frames import fingerprint_once

            table: Any = value
            try:
                fingerprint = fingerprint_once(
                    table.to_frame(index=False) if isinstance(table, pandas.Index) else table
                )
            except (TypeError, AttributeError):  # cells that are live objects
                fingerprint = self._fallback(value)
            self._write(write, type(value).__name__, fingerprint.encode())
        elif pandas is not None and (value is pandas.NaT or value is pandas.NA):
            self._write(write, "constant", repr(value).encode())
        elif pandas is not None and isinstance(value, pandas.Timestamp | pandas.Timedelta | pandas.Period):
            zone = getattr(value, "tzinfo", None)
            self._write(write, type(value).__name__, f"{value}|{zone if zone is not None else ''}".encode())
        elif numpy is not None and isinstance(value, numpy.generic):
            scalar: Any = value
            plain = scalar.item()
            if isinstance(plain, numpy.generic):  # long double and the like have no Python number
                self._write(write, str(scalar.dtype), repr(scalar).encode())
            else:
                self.encode(plain, write)
        elif numpy is not None and isinstance(value, numpy.ndarray):
            array: Any = value
            if array.dtype.hasobject:
                self._write(write, "array", self._nested([array.shape, array.tolist()]))
            else:
                header = f"{array.dtype.str}{array.shape}".encode()
                self._write(write, "array", header + numpy.ascontiguousarray(array).tobytes())
        else:
            return False
        return True


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
