"""Which kinds of values can be stored, and how they are named there; for writing and reading alike."""

import datetime as dt
import decimal
import enum
import fractions
import ipaddress
import pathlib
import re
import uuid
import zoneinfo
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

TYPE = "$type"
"""Key of an object that stands for a value JSON does not have; under it stands which kind."""


class NotStorableError(TypeError):
    """A value cannot be stored and read back as what it was. The message says which, and what to return instead."""


BY_TEXT: dict[type[Any], Callable[[str], Any]] = {
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
TEXT_NAMES = {kind.__name__: read for kind, read in BY_TEXT.items()}
"""What reads a text, by the name of its type."""

SEQUENCES: dict[type[Any], Callable[[list[Any]], Any]] = {
    tuple: tuple,
    set: set,
    frozenset: frozenset,
    deque: deque,
}
"""Collections whose items say all, with what makes one of a list."""
SEQUENCE_NAMES = {kind.__name__: build for kind, build in SEQUENCES.items()}
"""What makes a collection of a list, by the name of its type."""
MAPPINGS: dict[str, Callable[[list[tuple[Any, Any]]], Any]] = {
    "dict": dict,
    "OrderedDict": OrderedDict,
    "Counter": lambda pairs: Counter(dict(pairs)),
}
"""What makes a mapping of pairs, by the name of its type."""
BASES: tuple[type[Any], ...] = (bool, int, float, str, bytes, list, tuple, set, frozenset, dict)
"""Types whose subclasses are stored as what they extend."""
STORABLE: tuple[type[Any], ...] = (
    *BY_TEXT,
    *SEQUENCES,
    *BASES,
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
