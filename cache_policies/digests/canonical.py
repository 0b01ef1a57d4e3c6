"""Canonical form of values: equal for equal values in any process, under any hash seed, in any order of dicts and sets.

Each part of a value is written behind a tag of its type and its length, so that no two different values share a form:
`1`, `1.0`, `True` and `"1"` differ, and so do `0.0` and `-0.0`, a list and a tuple, and equal times in different time
zones. NaN equals NaN; a numpy scalar equals the Python number of the same value.

All that code can read of a value counts: private attributes of models, attributes added to dataclasses and to
subclasses of built-in types, the order of an `OrderedDict`, what a function closes over, and the attributes of plain
objects. A value that also holds something else, such as a connection, has no content: see `Fallback`.

Classes count by their qualified name without the module: the same script is `__main__` when run and a module when
resumed, and a key with the module in it would make every call again.
"""

import collections
import dataclasses
import datetime as dt
import decimal
import enum
import functools
import hashlib
import math
import re
import sys
import types
import typing
import uuid
from collections.abc import Callable, Mapping
from itertools import chain
from pathlib import PurePath
from typing import Any, cast

from pydantic import BaseModel

from cache_policies.digests.attributes import attributes_of, class_text, is_library, own_attributes
from cache_policies.digests.sources import given_to, text_of
from cache_policies.digests.texts import digest_of_text, form_of_text
from cache_policies.digests.unkeyable import UnkeyableError, refuse

Fallback = Callable[[object], str]
"""Returns a name for a value without content, or raises."""

Projection = Callable[[object], Mapping[str, object] | None]
"""Returns the fields of a value that count, or `None` for a value that counts as it is."""

Write = Callable[[bytes], object]

_MOST_OBJECTS = 10_000
"""Most plain objects in one value: about 0.1 s of reading. A value with more is taken for one without content."""

_SMALL = 1 << 32
"""Numbers from here on are not kept with their digests."""

_BUILT_IN = (int, float, str, bytes, dict, list, tuple, set, frozenset, collections.OrderedDict, types.MappingProxyType)


class Encoder:
    """Writes one value in its canonical form."""

    def __init__(self, fallback: Fallback, project: Projection) -> None:
        self._fallback = fallback
        self._project = project
        self._open: set[int] = set()  # values being written, to notice one that holds itself
        self._objects: dict[int, int] = {}  # plain objects by the order of their first visit, each written once
        self._without_content: set[int] = set()  # objects of libraries that were found to hold more than attributes

    def _write(self, write: Write, tag: str, payload: bytes) -> None:
        write(f"{tag}{len(payload)}:".encode())
        write(payload)

    def _nested(self, value: Any) -> bytes:
        kind: type = type(value)
        if kind is str:  # most values: the same bytes as below, without four calls for them
            return digest_of_text(value)
        if value is None or kind is bool or (kind is int and -_SMALL < value < _SMALL):
            return _digest_of_constant(value)
        hasher = hashlib.blake2b(digest_size=16)
        self.encode(value, hasher.update)
        return hasher.digest()

    def encode(self, value: object, write: Write) -> None:
        """Hand the canonical form of a value to `write`, piece by piece."""
        if type(value) is str:
            write(form_of_text(value))
            return
        if type(value) not in (dict, list, tuple) and self._scalar(value, write):
            return
        if id(value) in self._open:
            named = isinstance(value, types.FunctionType)  # a function that calls itself by name closes over itself
            self._write(write, "cycle", value.__qualname__.encode() if named else self._fallback(value).encode())
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
            self._write(write, "int", hex(cast(int, value)).encode())  # `str` refuses numbers of over 4300 digits
        elif kind is float:
            self._write(write, "float", b"nan" if math.isnan(cast(float, value)) else repr(value).encode())
        elif kind in (bytes, bytearray):
            self._write(write, "bytes", bytes(cast(bytes, value)))
        elif kind is decimal.Decimal:
            plain = cast(decimal.Decimal, value)
            self._write(write, "decimal", b"nan" if plain.is_nan() else str(plain).encode())
        elif isinstance(value, dt.datetime | dt.date | dt.time) and kind.__module__ == "datetime":
            zone = getattr(value, "tzinfo", None)
            fold = getattr(value, "fold", 0)  # which of two equal clock times, as summer time ends
            self._write(write, kind.__name__, f"{value.isoformat()}|{zone if zone is not None else ''}|{fold}".encode())
        elif kind in (dt.timedelta, uuid.UUID, complex, range, re.Pattern):
            self._write(write, kind.__qualname__, repr(value).encode())
        elif isinstance(value, PurePath):
            self._write(write, "Path", str(value).encode("utf-8", "surrogatepass"))
            if not is_library(kind):
                self._write(write, f"sub {kind.__qualname__}", self._nested(getattr(value, "__dict__", {})))
        else:
            return False
        return True

    def _composite(self, value: object, write: Write) -> None:
        kind = type(value)
        if kind in _BUILT_IN:
            self._container(value, write)
            return
        projected = self._project(value)
        if projected is not None:
            self._write(write, f"projected {kind.__qualname__}", self._nested(projected))
            return
        key_method = getattr(kind, "__cache_key__", None)
        if isinstance(value, type):
            self._write(write, "type", value.__qualname__.encode())
            text = {} if is_library(value) else class_text(value)
            if text:
                self._write(write, "text", self._nested(text))
        elif key_method is not None:
            self._write(write, f"keyed {kind.__qualname__}", self._nested(key_method(value)))
        elif isinstance(value, enum.Enum):
            self._write(write, f"enum {kind.__qualname__}.{value.name}", self._nested(value.value))
        elif self._function(value, write) or self._numpy_or_pandas(value, write):
            pass
        elif self._container(value, write):
            attributes = {**own_attributes(value), "default": getattr(value, "default_factory", None)}
            self._write(write, f"sub {kind.__qualname__}", self._nested(attributes))
        elif isinstance(value, BaseModel):
            # Private attributes and values beside the fields. Neither holds data of Pydantic's own.
            private = getattr(value, "__pydantic_private__", None) or {}
            fields = {name: getattr(value, name) for name in type(value).model_fields} | (value.model_extra or {})
            self._write(
                write, f"model {kind.__qualname__}", self._nested([fields, private, self._beside(value, fields)])
            )
        elif dataclasses.is_dataclass(value):
            fields = {field.name: getattr(value, field.name, None) for field in dataclasses.fields(value)}
            self._write(write, f"dataclass {kind.__qualname__}", self._nested([fields, self._beside(value, fields)]))
        elif (alias := typing.get_origin(value)) is not None:
            self._write(write, "alias", self._nested([alias, *typing.get_args(value)]))
        else:
            self._object(value, write)

    def _beside(self, value: object, fields: Mapping[str, object]) -> dict[str, object]:
        """Attributes of a model or dataclass that are no fields of it."""
        return {name: held for name, held in own_attributes(value).items() if name not in fields}

    def _container(self, value: object, write: Write) -> bool:
        """Write the items of a container, or the plain value of a subclass of a number or of text."""
        kind = type(value)
        if kind is dict or (kind is not list and kind is not tuple and isinstance(value, Mapping)):
            pairs = [
                (digest_of_text(k) if type(k) is str else self._nested(k), self._nested(v))
                for k, v in cast(Mapping[Any, Any], value).items()
            ]
            ordered = isinstance(value, collections.OrderedDict)
            joined = b"".join(chain.from_iterable(pairs if ordered else sorted(pairs)))
            self._write(write, "ordered mapping" if ordered else "mapping", joined)
        elif isinstance(value, list | tuple):
            items = cast("list[Any]", value)
            name = type(value).__qualname__ if hasattr(value, "_fields") else "tuple"
            write(f"{'list' if isinstance(value, list) else name}{len(items)}:".encode())
            for item in items:
                self.encode(item, write)
        elif isinstance(value, set | frozenset):
            self._write(write, "set", b"".join(sorted(self._nested(item) for item in cast(set[Any], value))))
        elif isinstance(value, int | float | str | bytes):
            plain: Any = next(base for base in (int, float, str, bytes) if base in type(value).__mro__)
            self._write(write, "plain", self._nested(plain.__new__(plain, value)))
        else:
            return False
        return True

    def _function(self, value: object, write: Write) -> bool:
        """Write a function, bound method or partial: its source, and everything it was given."""
        if isinstance(value, functools.partial):
            self._write(write, "partial", self._nested([value.func, value.args, value.keywords]))
        elif isinstance(value, types.MethodType):
            self._write(write, "method", self._nested([value.__func__, value.__self__]))
        elif isinstance(value, types.BuiltinFunctionType):
            owner = value.__self__
            bound = None if owner is None or isinstance(owner, types.ModuleType) else owner
            self._write(write, "function", self._nested([value.__qualname__, bound]))
        elif isinstance(value, types.FunctionType):
            attributes = {name: held for name, held in vars(value).items() if name != "__wrapped__"}
            self._write(write, "function", self._nested([text_of(value), list(given_to(value)), attributes]))
        else:
            return False
        return True

    def _object(self, value: object, write: Write) -> None:
        """Write an object by its attributes, or by the fallback if it holds anything else.

        An object of a library's class that holds anything without content, such as a client with its connections, is
        one without content as a whole: its other attributes are its state of the moment, not its meaning.
        """
        kind = type(value)
        if id(value) in self._objects:
            self._write(write, "again", str(self._objects[id(value)]).encode())
            return
        seen = len(self._objects)
        attributes = attributes_of(value) if seen < _MOST_OBJECTS and id(value) not in self._without_content else None
        if attributes is None:
            self._write(write, "fallback", self._fallback(value).encode())
            return
        self._objects[id(value)] = seen
        if not is_library(kind):
            self._write(write, f"object {kind.__qualname__}", self._nested(attributes))
            return
        fallback, self._fallback = self._fallback, refuse
        try:
            content = self._nested(attributes)
        except (UnkeyableError, RecursionError):
            while len(self._objects) > seen:
                self._objects.popitem()
            self._without_content.add(id(value))
            self._write(write, "fallback", fallback(value).encode())
        else:
            self._write(write, f"object {kind.__qualname__}", content)
        finally:
            self._fallback = fallback

    def _numpy_or_pandas(self, value: object, write: Write) -> bool:
        """Write numpy and pandas objects. Nothing is imported: such values exist only where the libraries are."""
        numpy: Any = sys.modules.get("numpy")
        pandas: Any = sys.modules.get("pandas")
        if pandas is not None and isinstance(value, pandas.DataFrame | pandas.Series | pandas.Index):
            self._frame(value, pandas.Index, write)
        elif pandas is not None and (value is pandas.NaT or value is pandas.NA):
            self._write(write, "constant", repr(value).encode())
        elif pandas is not None and isinstance(value, pandas.Timestamp | pandas.Timedelta | pandas.Period):
            zone = getattr(value, "tzinfo", None)
            self._write(write, type(value).__name__, f"{value}|{zone if zone is not None else ''}".encode())
        elif numpy is not None and isinstance(value, numpy.generic):
            scalar: Any = value
            plain = scalar.item()
            # Long double and the like have no Python number, and times lose their unit.
            if isinstance(plain, numpy.generic) or scalar.dtype.kind in "mM":
                self._write(write, str(scalar.dtype), repr(scalar).encode())
            else:
                self.encode(plain, write)
        elif numpy is not None and isinstance(value, numpy.ma.MaskedArray):
            masked: Any = value
            self._write(write, "masked", self._nested([masked.filled(), numpy.ma.getmaskarray(masked)]))
        elif numpy is not None and type(value) is numpy.ndarray:
            array: Any = value
            if array.dtype.hasobject:
                self._write(write, "array", self._nested([array.shape, array.tolist()]))
            else:
                kind = array.dtype.descr if array.dtype.names else array.dtype.str
                header = f"{kind}{array.shape}".encode()
                self._write(write, "array", header + numpy.ascontiguousarray(array).tobytes())
        else:
            return False
        return True

    def _frame(self, value: Any, index: type[Any], write: Write) -> None:
        """Write a frame, series or index: its fingerprint, its `attrs`, and the attributes that a subclass declares."""
        from cache_policies.datasets.frames import fingerprint_once
        from runtime.private_members.pandas import attributes_beside

        try:
            fingerprint = fingerprint_once(value.to_frame(index=False) if isinstance(value, index) else value)
        except (TypeError, AttributeError):  # cells that are live objects
            fingerprint = self._fallback(value)
        self._write(write, type(value).__name__, fingerprint.encode())
        attrs, beside = getattr(value, "attrs", {}), attributes_beside(value)
        if beside or attrs:
            self._write(write, "beside", self._nested([attrs, beside]))


@functools.lru_cache(2048, typed=True)
def _digest_of_constant(value: int | None) -> bytes:
    """Return the digest of `None`, a bool or a number within another value; most are in many values."""
    hasher = hashlib.blake2b(digest_size=16)
    Encoder(refuse, lambda _: None).encode(value, hasher.update)
    return hasher.digest()
