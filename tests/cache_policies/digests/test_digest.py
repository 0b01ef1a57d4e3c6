"""The digest: equal for equal values in any process, different for different ones."""

import argparse
import dataclasses
import datetime as dt
import enum
import json
import math
import os
import subprocess
import sys
import zoneinfo
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable
from decimal import Decimal
from functools import cached_property, partial
from pathlib import Path, PosixPath
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from cache_policies.digests.digest import chain, digest, name_type
from tests.cache_policies.datasets.test_fingerprints import VARIANTS
from tests.cache_policies.digests.values import Plain, Secret, closing_over, marked

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


def datetime_in(fold: int) -> dt.datetime:
    return dt.datetime(2026, 10, 25, 2, 30, fold=fold)  # noqa: DTZ001 - naive on purpose


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


class Slotted:
    __slots__ = ("tenant",)

    def __init__(self, tenant: object) -> None:
        self.tenant = tenant


class SubDict(dict[str, Any]): ...


class SubList(list[Any]): ...


class SubText(str): ...


class SubSet(set[Any]): ...


class SubPath(PosixPath): ...


def counting(value: object) -> Any:
    def count(number: int) -> object:
        return count(number - 1) if number else value

    return count


READABLE: dict[str, Callable[[str], object]] = {
    "private attribute of a model": lambda tenant: marked(Secret(), tenant),
    "attribute set on a dataclass": lambda tenant: marked(Record(1), tenant),
    "attribute of a dict": lambda tenant: marked(SubDict(a=1), tenant),
    "attribute of a list": lambda tenant: marked(SubList([1]), tenant),
    "attribute of a text": lambda tenant: marked(SubText("a"), tenant),
    "attribute of a set": lambda tenant: marked(SubSet([1]), tenant),
    "attribute of a path": lambda tenant: marked(SubPath("a"), tenant),
    "attribute of a function": lambda tenant: marked(closing_over(1), tenant),
    "attribute of a plain object": Plain,
    "slot of a plain object": Slotted,
    "text of a plain object's class": lambda tenant: type("Config", (), {"tenant": tenant})(),
    "text of a class": lambda tenant: type("Config", (), {"tenant": tenant}),
    "object inside objects": lambda tenant: Plain([Plain({"a": Slotted(tenant)})]),
    "closure": lambda tenant: closing_over([tenant]),
    "closure that calls itself": counting,
    "default": lambda tenant: eval(f"lambda value={[tenant]!r}: value"),
    "bound method": lambda tenant: Plain(tenant).look,
    "bound method of a built-in type": lambda tenant: {tenant: 1}.get,
    "partial": lambda tenant: partial(Plain, tenant),
    "library's plain object": lambda tenant: argparse.Namespace(tenant=tenant),
    "keys behind a default dict": lambda tenant: defaultdict(closing_over(tenant)),
    "enum of one name": lambda tenant: enum.Enum("Kind", {"A": tenant}).A,
    "generic alias": lambda tenant: dict[str, int] if tenant == "acme" else dict[str, str],
    "attrs of a frame": lambda tenant: _with_attrs(tenant),
    "mask": lambda tenant: np.ma.MaskedArray([1, 2], [tenant == "acme", False]),
    "unit of a time": lambda tenant: np.datetime64(1, "s" if tenant == "acme" else "ns"),
    "type of a structured field": lambda tenant: np.zeros(1, [("a", "i4" if tenant == "acme" else "f4")]),
}


def _with_attrs(tenant: str) -> pd.DataFrame:
    frame = pd.DataFrame({"a": [1]})
    frame.attrs["tenant"] = tenant
    return frame


@pytest.mark.parametrize("readable", READABLE)
def test_everything_that_can_be_read_counts(readable: str) -> None:
    """Two values differ by anything that code can read of them, and agree where that is equal."""
    make = READABLE[readable]
    assert digest(make("acme")) != digest(make("evil"))
    assert digest(make("acme")) == digest(make("acme"))


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
    (OrderedDict(a=1, b=2), OrderedDict(b=2, a=1)),
    (OrderedDict(a=1), {"a": 1}),
    (SubDict(a=1), {"a": 1}),
    (SubText("a"), "a"),
    (Counter(a=1), {"a": 1}),
    (datetime_in(0), datetime_in(1)),
    (1 << 20000, 1 << 20001),
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


@pytest.mark.parametrize(("left", "right"), DIFFERENT, ids=lambda value: type(value).__qualname__)
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


@pytest.mark.parametrize(("left", "right"), EQUAL, ids=lambda value: type(value).__qualname__)
def test_equals_agree(left: object, right: object) -> None:
    """Equal values agree, whatever order or memory layout they were made in."""
    assert digest(left) == digest(right)


EVERYTHING = [*(one for pair in DIFFERENT for one in pair), *VARIANTS]
"""Values and frames of every kind."""


def test_agrees_across_processes_and_hash_seeds() -> None:
    """Another process under another hash seed gives the same digests."""
    program = (
        "import json; from tests.cache_policies.digests.test_digest import EVERYTHING, digest;"
        "print(json.dumps([digest(one) for one in EVERYTHING]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": "1"},  # this process has one by chance
        check=True,
        capture_output=True,
        text=True,
    )
    assert json.loads(done.stdout) == [digest(one) for one in EVERYTHING]


def test_cached_properties_do_not_count() -> None:
    """A value that follows from the others, and was kept, makes no other object."""

    class Basket:
        def __init__(self) -> None:
            self.prices = [1, 2]

        @cached_property
        def total(self) -> int:
            return sum(self.prices)

    seen, fresh = Basket(), Basket()
    assert seen.total == 3
    assert digest(seen) == digest(fresh)


def test_objects_that_know_each_other() -> None:
    """A graph of objects is read once for each object, in time that does not grow with the ways through it."""
    before = [Plain("end")]
    for _ in range(200):
        before = [Plain(before), Plain(before)]
    assert digest(before, fallback=name_type) == digest(before, fallback=name_type)


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
