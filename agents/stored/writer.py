"""Values on their way to storage: what becomes of each kind in JSON, and what goes into a file beside it."""

import base64
import dataclasses
import datetime as dt
import enum
import io
import re
import typing
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from pydantic import BaseModel, TypeAdapter

from agents.stored.frames import frame_to_parquet, is_frame
from agents.stored.kinds import BASES, BY_TEXT, SEQUENCES, TYPE, NotStorableError


class Writer:
    """Writes one value.

    Attributes:
        files: Content of each side file so far, by its digest.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def write(self, value: Any) -> Any:
        """Return a value, or a part of it, as JSON.

        Raises:
            NotStorableError: Something in it cannot be stored.
            RecursionError: It is nested too deeply or contains itself.
        """
        kind: type[Any] = type(value)
        if value is None or kind is bool or kind is int or kind is float:
            return value
        if kind is str:
            return value if value.isascii() else _text(value)
        if kind is list:
            return [self.write(item) for item in value]
        if kind is dict and TYPE not in value and all(type(key) is str and key.isprintable() for key in value):
            return {key: self.write(item) for key, item in value.items()}
        if kind in BY_TEXT:
            return {TYPE: kind.__name__, "value": str(value)}
        if kind in SEQUENCES:
            return {TYPE: kind.__name__, "value": [self.write(item) for item in value]} | (
                {"maxlen": value.maxlen} if kind is deque else {}
            )
        if kind in (dict, OrderedDict, Counter):
            return {TYPE: kind.__name__, "value": self._pairs(value)}
        return self._tagged(value, kind)

    def _pairs(self, value: Mapping[Any, Any]) -> list[Any]:
        return [[self.write(key), self.write(item)] for key, item in value.items()]

    def _tagged(self, value: Any, kind: type[Any]) -> dict[str, Any]:
        if kind in (bytes, bytearray):
            return {TYPE: kind.__name__, "value": base64.b64encode(value).decode()}
        if isinstance(value, enum.Enum):
            return {TYPE: "enum", "class": self._class(kind), "value": self.write(value.value)}
        if kind in (dt.datetime, dt.date, dt.time):
            zone: Any = getattr(value, "tzinfo", None)
            plain = value if zone is None else value.replace(tzinfo=None)
            return {TYPE: kind.__name__, "value": plain.isoformat(), "zone": self.write(zone), "fold": _fold(value)}
        if kind is dt.timedelta:
            return {TYPE: "timedelta", "value": [value.days, value.seconds, value.microseconds]}
        if kind is dt.timezone:
            return {TYPE: "timezone", "value": self.write(value.utcoffset(None)), "name": value.tzname(None)}
        if kind is range:
            return {TYPE: "range", "value": [value.start, value.stop, value.step]}
        if kind is re.Pattern:
            return {TYPE: "pattern", "value": self.write(value.pattern), "flags": value.flags}
        if kind is defaultdict:
            factory = value.default_factory
            name = None if factory is None else self._class(factory)
            return {TYPE: "defaultdict", "class": name, "value": self._pairs(value)}
        if isinstance(value, BaseModel):
            return {TYPE: "model", "class": self._class(kind), "value": self._model(value)}
        if dataclasses.is_dataclass(value):
            return {TYPE: "dataclass", "class": self._class(kind), "value": self._dataclass(value)}
        if kind.__module__.partition(".")[0] in ("numpy", "pandas"):
            return self._numpy_or_pandas(value, kind)
        for base in BASES:
            if isinstance(value, base):
                return self._subclass(value, kind, base)
        return self._by_pydantic(value, kind)

    def _model(self, value: BaseModel) -> dict[str, Any]:
        state: dict[str, Any] = value.__getstate__()
        cached = {name for name in state["__dict__"] if isinstance(getattr(type(value), name, None), cached_property)}
        return {
            "fields": {name: self.write(item) for name, item in state["__dict__"].items() if name not in cached},
            "set": sorted(state["__pydantic_fields_set__"]),
            "extra": self.write(state.get("__pydantic_extra__")),
            "private": self.write(state.get("__pydantic_private__")),
        }

    def _dataclass(self, value: Any) -> dict[str, Any]:
        names = [field.name for field in dataclasses.fields(value) if hasattr(value, field.name)]
        others = [
            name
            for name in getattr(value, "__dict__", {})
            if name not in names and not isinstance(getattr(type(value), name, None), cached_property)
        ]
        return {name: self.write(getattr(value, name)) for name in [*names, *others]}

    def _subclass(self, value: Any, kind: type[Any], base: type[Any]) -> dict[str, Any]:
        if hasattr(value, "_fields"):  # a named tuple
            return {TYPE: "named", "class": self._class(kind), "value": [self.write(item) for item in value]}
        stored = {TYPE: "sub", "class": self._class(kind), "value": self.write(base(value))}
        try:
            same = kind(base(value)) == value
        except Exception:  # noqa: BLE001 - a user's constructor may raise anything
            same = False
        if not same or getattr(value, "__dict__", None):
            raise _refusal(kind)
        return stored

    def _by_pydantic(self, value: Any, kind: type[Any]) -> dict[str, Any]:
        """What has a schema of its own, such as Pydantic's URLs, if it really comes back from JSON."""
        try:
            adapter: TypeAdapter[Any] = TypeAdapter(kind)
            content = adapter.dump_python(value, mode="json")
            same = adapter.validate_python(content) == value
        except Exception as error:
            raise _refusal(kind) from error
        if not same:
            raise _refusal(kind)
        return {TYPE: "pydantic", "class": self._class(kind), "value": self.write(content)}

    def _numpy_or_pandas(self, value: Any, kind: type[Any]) -> dict[str, Any]:
        if is_frame(value):
            try:
                digest, content, about = frame_to_parquet(value)
            except Exception as error:
                reason = str(error).partition("\n")[0][:120]
                raise NotStorableError(f"a {kind.__name__} that Parquet cannot hold ({reason})") from error
            self.files[digest] = content
            return {TYPE: "frame", "file": digest, "about": self.write(about)}
        import numpy as np

        if isinstance(value, np.ndarray) and value.dtype == object:
            return {TYPE: "objects", "shape": list(value.shape), "value": [self.write(item) for item in value.ravel()]}
        if isinstance(value, np.generic) or kind is np.ndarray:
            buffer = io.BytesIO()
            try:
                np.save(buffer, np.asarray(value), allow_pickle=False)
            except ValueError:
                raise _refusal(kind) from None
            name = "array" if kind is np.ndarray else "scalar"
            return {TYPE: name, "value": base64.b64encode(buffer.getvalue()).decode()}
        import pandas as pd

        if value is pd.NaT or value is pd.NA:
            return {TYPE: "missing", "value": "NaT" if value is pd.NaT else "NA"}
        if isinstance(value, pd.Timestamp | pd.Timedelta):
            zone = getattr(value, "tz", None)
            return {
                TYPE: kind.__name__,
                "value": int(value.asm8.astype("int64")),
                "unit": value.unit,
                "zone": self.write(zone),
            }
        if isinstance(value, pd.Period):
            return {TYPE: "Period", "value": int(value.ordinal), "freq": value.freqstr}
        if isinstance(value, pd.Index):
            return {
                TYPE: "index",
                "value": self.write(value.to_frame(index=False)),
                "names": self.write(list(value.names)),
            }
        raise _refusal(kind)

    def _class(self, cls: type[Any]) -> str | list[Any]:
        generic: Any = getattr(cls, "__pydantic_generic_metadata__", None)
        if generic and generic["origin"] is not None:
            return [
                cls.__qualname__,
                self._class(generic["origin"]),
                *(self._argument(part) for part in generic["args"]),
            ]
        return f"{cls.__module__}:{cls.__qualname__}"

    def _argument(self, part: Any) -> Any:
        origin = typing.get_origin(part)
        if isinstance(part, type) and origin is None:
            return self._class(part)
        if isinstance(origin, type) and (arguments := typing.get_args(part)):
            return [str(part), self._class(origin), *(self._argument(argument) for argument in arguments)]
        raise NotStorableError(f"a generic model with the parameter {part}; make a subclass of it")


def _text(value: str) -> Any:
    try:
        value.encode()
    except UnicodeEncodeError:  # a lone surrogate, which JSON as UTF-8 cannot hold
        return {TYPE: "text", "value": base64.b64encode(value.encode("utf-8", "surrogatepass")).decode()}
    return value


def _fold(value: Any) -> int:
    return getattr(value, "fold", 0)


def _refusal(kind: type[Any]) -> NotStorableError:
    return NotStorableError(f"a {kind.__module__}.{kind.__qualname__}")
