"""The digest: equal for equal values in any process, different for different ones."""

import dataclasses
import datetime as dt
import enum
import json
import math
import os
import subprocess
import sys
import threading
import zoneinfo
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from cache_policies.digest import UnkeyableError, chain, digest, name_type

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.decimals(allow_nan=False)
    | st.just(Decimal("NaN"))
    | st.datetimes(timezones=st.none() | st.timezones())
    | st.dates()
    | st.timedeltas()
    | st.uuids()
)
hashable = scalars.filter(lambda value: value == value)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(hashable, inner, max_size=4)
        | st.frozensets(hashable, max_size=4)
    ),
    max_leaves=12,
)


@given(values)
def test_equal_values_agree(value: object) -> None:
    """A value rebuilt from its own source text has the same digest."""
    assert digest(value) == digest(_rebuilt(value))


def _rebuilt(value: Any) -> Any:
    """An equal value of other objects, with dicts and sets filled in the opposite order."""
    if isinstance(value, list):
        return [_rebuilt(item) for item in value]
    if isinstance(value, tuple):
        return tuple(_rebuilt(item) for item in value)
    if isinstance(value, dict):
        return {key: _rebuilt(item) for key, item in reversed(list(value.items()))}
    if isinstance(value, frozenset):
        return frozenset(reversed(list(value)))
    return value


@given(st.lists(st.integers() | st.text() | st.booleans() | st.none(), max_size=5, unique_by=repr))
def test_different_values_differ(items: list[object]) -> None:
    """Leaving out, doubling or moving one item of a list gives another digest."""
    base = digest(items)
    for position in range(len(items)):
        assert digest(items[:position] + items[position + 1 :]) != base
        assert digest([*items, items[position]]) != base
    if len(items) > 1:
        assert digest(items[::-1]) != base or items == items[::-1]


BERLIN, PARIS = zoneinfo.ZoneInfo("Europe/Berlin"), zoneinfo.ZoneInfo("Europe/Paris")
NOON = dt.datetime(2026, 1, 1, 12)  # noqa: DTZ001 - naive on purpose


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Point(NamedTuple):
    x: int
    y: int


class Model(BaseModel):
    x: int
    y: Any = None


@dataclasses.dataclass
class Record:
    x: int
    y: Any = None


DIFFERENT: list[tuple[object, object]] = [
    (1, 1.0),
    (1, True),
    (0, False),
    (1, "1"),
    (b"a", "a"),
    (0.0, -0.0),
    (None, "None"),
    ([1, 2], (1, 2)),
    ([1, [2]], [[1], 2]),
    (["ab"], ["a", "b"]),
    ({"a": 1}, {"a": 2}),
    ({1: "a"}, {"1": "a"}),
    ({1, 2}, {1, 3}),
    ([1, 2], {1, 2}),
    (Decimal("1.0"), Decimal("1.00")),
    (Decimal(1), 1),
    (NOON, NOON.replace(tzinfo=dt.UTC)),
    (NOON.replace(tzinfo=BERLIN), NOON.replace(tzinfo=PARIS)),
    (NOON, NOON.date()),
    (Colour.RED, Colour.BLUE),
    (Colour.RED, 1),
    (Point(1, 2), (1, 2)),
    (Model(x=1), Model(x=2)),
    (Model(x=1), Record(x=1)),
    (Record(x=1), Record(x=1, y=0)),
    (np.float32(0.1), np.float64(0.1)),
    (np.array([1, 2]), np.array([1.0, 2.0])),
    (np.zeros((2, 3)), np.zeros((3, 2))),
    (int, float),
    (partial(math.pow, 2), partial(math.pow, 3)),
    (pd.NaT, None),
    (pd.Timestamp("2026-01-01"), pd.Timestamp("2026-01-01", tz="UTC")),
    (pd.Series([1, 2]), pd.Series([2, 1])),
    (pd.DataFrame({"a": [1], "b": [2]}), pd.DataFrame({"b": [2], "a": [1]})),
    (pd.DataFrame({"a": [1, 2]}), pd.DataFrame({"a": [1, 2]}, index=[1, 0])),
    (pd.DataFrame({"a": pd.Categorical(["x", "y"])}), pd.DataFrame({"a": ["x", "y"]})),
]


@pytest.mark.parametrize(("left", "right"), DIFFERENT, ids=lambda value: repr(value)[:30])
def test_look_alikes_differ(left: object, right: object) -> None:
    """Values that print, compare or hash alike but mean different things have different digests."""
    assert digest(left) != digest(right)


EQUAL: list[tuple[object, object]] = [
    (float("nan"), -float("nan")),
    (np.int64(3), 3),
    (np.float64(1.5), 1.5),
    (np.bool_(True), True),
    (np.str_("a"), "a"),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ({3, 1, 2}, frozenset([1, 2, 3])),
    (Path("a/b"), Path("a") / "b"),
    (Model(x=1, y={"b": 1, "a": 2}), Model(x=1, y={"a": 2, "b": 1})),
    (np.arange(6).reshape(2, 3)[:, ::2], np.array([[0, 2], [3, 5]])),
    (pd.DataFrame({"a": [1.0, np.nan]}), pd.DataFrame({"a": [1.0, np.nan]}).copy()),
]


@pytest.mark.parametrize(("left", "right"), EQUAL, ids=lambda value: repr(value)[:30])
def test_equals_agree(left: object, right: object) -> None:
    """Equal values agree, whatever order or memory layout they were made in."""
    assert digest(left) == digest(right)


def test_agrees_across_processes_and_hash_seeds() -> None:
    """Another process under another hash seed gives the same digests."""
    program = (
        "import json; from tests.cache_policies.test_digest import DIFFERENT; from cache_policies.digest import digest;"
        "print(json.dumps([[digest(a), digest(b)] for a, b in DIFFERENT]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": "1"},  # this process has one by chance
        check=True,
        capture_output=True,
        text=True,
    )
    assert json.loads(done.stdout) == [[digest(left), digest(right)] for left, right in DIFFERENT]


def test_no_content_is_refused_or_named() -> None:
    """A live object raises where it must not be shared, and counts by its type where the run tells it apart."""
    lock = threading.Lock()
    with pytest.raises(UnkeyableError, match="no content"):
        digest([1, lock])
    assert digest([1, lock], fallback=name_type) == digest([1, threading.Lock()], fallback=name_type)
    assert digest([1, lock], fallback=name_type) != digest([2, lock], fallback=name_type)


def test_own_key() -> None:
    """An object that says what tells it apart is digested by that."""

    class Keyed:
        def __init__(self, key: str) -> None:
            self.key = key
            self.connection = threading.Lock()

        def __cache_key__(self) -> str:
            return self.key

    assert digest(Keyed("a")) == digest(Keyed("a"))
    assert digest(Keyed("a")) != digest(Keyed("b"))


def test_cycles_are_refused() -> None:
    """A container that holds itself is refused rather than followed for ever."""
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(UnkeyableError, match="no content"):
        digest(loop)
    assert digest(loop, fallback=name_type) == digest(loop, fallback=name_type)


def test_functions_count_by_source_and_closure() -> None:
    """Functions with another body, default or closed-over value are other functions; a copy of one is the same."""

    def make(amount: int, body: int) -> Any:
        if body == 1:
            return lambda number: number + amount
        return lambda number: number - amount

    assert digest(make(1, 1)) == digest(make(1, 1))
    assert len({digest(make(1, 1)), digest(make(2, 1)), digest(make(1, 2))}) == 3


def test_chain_keeps_parts_apart() -> None:
    """A chain knows where one part ends and the next begins."""
    assert chain("ab", "c") != chain("a", "bc")
    assert chain("a", "b") != chain("b", "a")
    assert digest(UUID(int=1)) != digest(UUID(int=2))
