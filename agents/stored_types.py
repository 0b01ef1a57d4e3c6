"""Values as JSON and back as the types they were: what a tool may return so that its result can be stored.

JSON's own types stay as they are, so that a stored result can be read by people. Everything else becomes an object with
its type beside its content. Classes are looked up by name: first among those that the tool's return annotation
mentions, so that a script that is `__main__` when run and a module when resumed finds its own, then by import. Objects
are filled with the fields they had, without running their constructors again; nothing is ever pickled.
"""

import base64
import dataclasses
import datetime as dt
import decimal
import enum
import fractions
import importlib
import io
import ipaddress
import pathlib
import re
import sys
import typing
import uuid
import zoneinfo
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, cast

from pydantic import BaseModel, TypeAdapter

from agents.stored_frames import frame_to_parquet, is_frame, parquet_to_frame

TYPE = "$type"
"""Key of an object that stands for a value JSON does not have; the part before the first colon says which kind."""


class NotStorableError(TypeError):
    """A value cannot be stored and read back as what it was. The message says which, and what to return instead."""


_BY_TEXT: dict[type[Any], Callable[[str], Any]] = {
    decimal.Decimal: decimal.Decimal,
    fractions.Fraction: fractions.Fraction,
    uuid.UUID: uuid.UUID,
    complex: complex,
    zoneinfo.ZoneInfo: zoneinfo.ZoneInfo,
    ipaddress.IPv4Address: ipaddress.IPv4Address,
    ipaddress.IPv6Address: ipaddress.IPv6Address,
    ipaddress.IPv4Network: ipaddress.IPv4Network,
    ipaddress.IPv6Network: ipaddress.IPv6Network,
    pathlib.PosixPath: pathlib.Path,
    pathlib.PurePosixPath: pathlib.PurePosixPath,
    pathlib.WindowsPath: pathlib.Path,
    pathlib.PureWindowsPath: pathlib.PureWindowsPath,
}
"""Types whose `str()` says all, with what reads it."""
_BY_NAME = {kind.__name__: read for kind, read in _BY_TEXT.items()}

_SEQUENCES: dict[type[Any], Callable[[list[Any]], Any]] = {
    tuple: tuple,
    set: set,
    frozenset: frozenset,
    deque: deque,
}
_SEQUENCE_NAMES = {kind.__name__: build for kind, build in _SEQUENCES.items()}
_MAPPINGS: dict[str, Callable[[list[tuple[Any, Any]]], Any]] = {
    "dict": dict,
    "OrderedDict": OrderedDict,
    "Counter": lambda pairs: Counter(dict(pairs)),
}
_BASES: tuple[type[Any], ...] = (bool, int, float, str, bytes, list, tuple, set, frozenset, dict)
STORABLE: tuple[type[Any], ...] = (
    *_BY_TEXT,
    *_SEQUENCES,
    *_BASES,
    type(None),
    bytearray,
    OrderedDict,
    Counter,
    defaultdict,
    dt.date,
    dt.time,
    dt.timedelta,
    dt.timezone,
    enum.Enum,
    BaseModel,
    pathlib.PurePath,
    range,
    re.Pattern,
)
"""Classes whose instances can be stored, besides dataclasses, numpy's and pandas' and what Pydantic reads back."""


@dataclasses.dataclass
class Stored:
    """A value as JSON, and the files that it refers to.

    Attributes:
        json: What JSON holds.
        files: Content of each side file by its digest.
    """

    json: object
    files: dict[str, bytes]


def store(value: object) -> Stored:
    """Turn a value into JSON and side files.

    Raises:
        NotStorableError: Something in it cannot be stored.
    """
    writer = _Writer()
    try:
        return Stored(writer.write(value), writer.files)
    except RecursionError:
        raise NotStorableError("a value that is nested too deeply or contains itself") from None


def restore(stored: Stored, classes: Iterable[type[Any]] = ()) -> Any:
    """Return the value that `store` was given.

    Args:
        stored: What `store` returned, with all files that `json` refers to.
        classes: Classes to prefer over those found by import.

    Raises:
        Exception: It is not what `store` returned, or the classes have changed since.
    """
    return _Reader(stored.files, _by_name(classes)).read(stored.json)


def files_of(json: object) -> Iterable[str]:
    """Digests of the side files that stored JSON refers to."""
    if isinstance(json, dict):
        content = cast(dict[str, Any], json)
        if content.get(TYPE) == "frame":
            yield content["file"]
        for part in content.values():
            yield from files_of(part)
    elif isinstance(json, list):
        for part in cast(list[Any], json):
            yield from files_of(part)


class _Writer:
    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def write(self, value: Any) -> Any:
        kind: type[Any] = type(value)
        if value is None or kind is bool or kind is int or kind is float:
            return value
        if kind is str:
            return value if value.isascii() else _text(value)
        if kind is list:
            return [self.write(item) for item in value]
        if kind is dict and TYPE not in value and all(type(key) is str and key.isprintable() for key in value):
            return {key: self.write(item) for key, item in value.items()}
        if kind in _BY_TEXT:
            return {TYPE: kind.__name__, "value": str(value)}
        if kind in _SEQUENCES:
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
        for base in _BASES:
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
        if not same or vars(value) if hasattr(value, "__dict__") else not same:
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
                raise NotStorableError(
                    f"a {kind.__name__} that Parquet cannot hold ({str(error).splitlines()[0][:120]})"
                ) from error
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
            return {TYPE: kind.__name__, "value": int(value._value), "unit": value.unit, "zone": self.write(zone)}
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


class _Reader:
    def __init__(self, files: Mapping[str, bytes], classes: Mapping[str, type[Any]]) -> None:
        self._files = files
        self._classes = classes

    def read(self, json: Any) -> Any:
        kind = type(json)
        if kind is list:
            return [self.read(item) for item in json]
        if kind is not dict:
            return json
        if TYPE not in json:
            return {key: self.read(item) for key, item in json.items()}
        name = json[TYPE]
        if name in _BY_NAME:
            return _BY_NAME[name](json["value"])
        if name in _SEQUENCE_NAMES:
            items = [self.read(item) for item in json["value"]]
            return deque(items, json["maxlen"]) if name == "deque" else _SEQUENCE_NAMES[name](items)
        if name in _MAPPINGS:
            return _MAPPINGS[name](self._pairs(json))
        return getattr(self, f"_read_{name}")(json)

    def _pairs(self, json: Any) -> list[tuple[Any, Any]]:
        return [(self.read(key), self.read(item)) for key, item in json["value"]]

    def _read_text(self, json: Any) -> str:
        return base64.b64decode(json["value"]).decode("utf-8", "surrogatepass")

    def _read_bytes(self, json: Any) -> bytes:
        return base64.b64decode(json["value"])

    def _read_bytearray(self, json: Any) -> bytearray:
        return bytearray(base64.b64decode(json["value"]))

    def _read_enum(self, json: Any) -> Any:
        return self._class(json["class"])(self.read(json["value"]))

    def _read_datetime(self, json: Any) -> dt.datetime:
        value = dt.datetime.fromisoformat(json["value"])
        return value.replace(tzinfo=self.read(json["zone"]), fold=json["fold"])

    def _read_date(self, json: Any) -> dt.date:
        return dt.date.fromisoformat(json["value"])

    def _read_time(self, json: Any) -> dt.time:
        return dt.time.fromisoformat(json["value"]).replace(tzinfo=self.read(json["zone"]), fold=json["fold"])

    def _read_timedelta(self, json: Any) -> dt.timedelta:
        return dt.timedelta(*json["value"])

    def _read_timezone(self, json: Any) -> dt.timezone:
        offset = self.read(json["value"])
        if dt.timezone(offset).tzname(None) == json["name"]:
            return dt.timezone(offset) if offset else dt.UTC
        return dt.timezone(offset, json["name"])

    def _read_range(self, json: Any) -> range:
        return range(*json["value"])

    def _read_pattern(self, json: Any) -> re.Pattern[Any]:
        pattern = self.read(json["value"])
        # The flag for text is set by itself and may not be given with a pattern of bytes.
        return re.compile(pattern, json["flags"] & ~re.UNICODE if isinstance(pattern, bytes) else json["flags"])

    def _read_defaultdict(self, json: Any) -> defaultdict[Any, Any]:
        factory = None if json["class"] is None else self._class(json["class"])
        return defaultdict(factory, self._pairs(json))

    def _read_model(self, json: Any) -> Any:
        cls, state = self._class(json["class"]), json["value"]
        if not issubclass(cls, BaseModel) or set(state["fields"]) != set(cls.model_fields):
            raise ValueError(f"{cls.__qualname__} has other fields than when the result was stored")
        value = cls.__new__(cls)
        value.__setstate__(
            {
                "__dict__": {name: self.read(item) for name, item in state["fields"].items()},
                "__pydantic_fields_set__": set(state["set"]),
                "__pydantic_extra__": self.read(state["extra"]),
                "__pydantic_private__": self.read(state["private"]),
            }
        )
        return value

    def _read_dataclass(self, json: Any) -> Any:
        cls, content = self._class(json["class"]), json["value"]
        names: set[str] = set(getattr(cls, "__dataclass_fields__", {"not a dataclass": None}))
        if not names <= set(content):
            raise ValueError(f"{cls.__qualname__} has other fields than when the result was stored")
        value = object.__new__(cls)
        for name, item in content.items():
            object.__setattr__(value, name, self.read(item))  # also where it is frozen
        return value

    def _read_named(self, json: Any) -> Any:
        return self._class(json["class"])(*self.read(json["value"]))

    def _read_sub(self, json: Any) -> Any:
        return self._class(json["class"])(self.read(json["value"]))

    def _read_pydantic(self, json: Any) -> Any:
        return TypeAdapter(self._class(json["class"])).validate_python(self.read(json["value"]))

    def _read_frame(self, json: Any) -> Any:
        return parquet_to_frame(self._files[json["file"]], self.read(json["about"]))

    def _read_objects(self, json: Any) -> Any:
        import numpy as np

        array = np.empty(len(json["value"]), dtype=object)
        for position, item in enumerate(json["value"]):
            array[position] = self.read(item)
        return array.reshape(json["shape"])

    def _read_array(self, json: Any) -> Any:
        import numpy as np

        return np.load(io.BytesIO(base64.b64decode(json["value"])), allow_pickle=False)

    def _read_scalar(self, json: Any) -> Any:
        return self._read_array(json)[()]

    def _read_missing(self, json: Any) -> Any:
        import pandas as pd

        return pd.NaT if json["value"] == "NaT" else pd.NA

    def _read_Timestamp(self, json: Any) -> Any:  # noqa: N802 - named like the type
        import pandas as pd

        zone = self.read(json["zone"])
        instant = pd.Timestamp(json["value"], unit=json["unit"]).as_unit(json["unit"])
        return instant if zone is None else instant.tz_localize("UTC").tz_convert(zone)

    def _read_Timedelta(self, json: Any) -> Any:  # noqa: N802 - named like the type
        import pandas as pd

        return pd.Timedelta(json["value"], unit=json["unit"]).as_unit(json["unit"])

    def _read_Period(self, json: Any) -> Any:  # noqa: N802 - named like the type
        import pandas as pd

        return pd.Period(ordinal=json["value"], freq=json["freq"])

    def _read_index(self, json: Any) -> Any:
        import pandas as pd

        frame, names = self.read(json["value"]), self.read(json["names"])
        return (
            pd.MultiIndex.from_frame(frame, names=names)
            if len(names) > 1
            else pd.Index(frame.iloc[:, 0]).rename(names[0])
        )

    def _class(self, name: Any) -> Any:
        if isinstance(name, list):
            parts: list[Any] = name
            known = self._classes.get(parts[0])
            return known or self._class(parts[1])[tuple(self._class(part) for part in parts[2:])]
        module, _, path = str(name).partition(":")
        known = self._classes.get(name) or self._classes.get(path)
        return known or find_class(module, path)


def find_class(module: str, path: str) -> Any:
    """Return a class by the module and the qualified name it had when it was stored.

    Raises:
        LookupError: There is none.
    """
    loaded = sys.modules.get(module) or importlib.import_module(module)
    found: Any = loaded
    for part in path.split("."):
        found = getattr(found, part, None)
    if not isinstance(found, type):
        raise LookupError(f"There is no class {path} in {module}")  # noqa: TRY004 - the name is wrong, not its type
    return cast(Any, found)


def _by_name(classes: Iterable[type[Any]]) -> dict[str, type[Any]]:
    """Classes by their name, and by it with the module, which tells two of one name apart."""
    known: dict[str, type[Any]] = {}
    for cls in classes:
        known[cls.__qualname__] = known[f"{cls.__module__}:{cls.__qualname__}"] = cls
    return known


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


__all__ = ["STORABLE", "TYPE", "NotStorableError", "Stored", "files_of", "find_class", "restore", "store"]
