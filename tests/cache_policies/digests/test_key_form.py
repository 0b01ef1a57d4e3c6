"""The form of keys is fixed: results that were paid for are found by them, also by the next version of the program.

Whoever changes the form on purpose raises `KEY_FORMAT` in `cache_policies/policies.py` and writes the new digests here.
"""

import collections
import dataclasses
import datetime as dt
import enum
import functools
import re
import threading
import types
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
import pytest
from pydantic import BaseModel, PrivateAttr

from cache_policies.digests.digest import chain, digest, name_type, source_of


class Text(str):
    pass


class Number(int):
    pass


class Folder(PurePosixPath):
    pass


class Color(enum.Enum):
    RED = 1


class Size(enum.IntEnum):
    BIG = 2


class Labelled:
    label = "a"
    count = 1


class Plain:
    def __init__(self, value: object) -> None:
        self.value = value

    def method(self) -> None: ...


class Slots:
    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value


class Keyed:
    def __cache_key__(self) -> object:
        return {"key": 1}


class Model(BaseModel, extra="allow"):
    number: int = 1
    _private: int = PrivateAttr(default=2)


@dataclasses.dataclass
class Point:
    x: int
    y: object = None


Pair = collections.namedtuple("Pair", ["left", "right"])


def scaled(number: int, by: int = 2, *, plus: int = 3) -> int:
    return number * by + plus


def closing_over(value: object) -> Any:
    def inner() -> object:
        return value

    return inner


def with_attribute(value: object, name: str, attribute: object) -> Any:
    object.__setattr__(value, name, attribute)
    return value


def holding_itself() -> list[Any]:
    loop: list[Any] = []
    loop.append(loop)
    return loop


shared = Plain(1)
zone = dt.timezone(dt.timedelta(hours=2))
moment = dt.datetime.fromisoformat("2024-10-27T02:30:05.000007")

VALUES: dict[str, tuple[object, str]] = {
    "None": (None, "331181d3f00c5a3ae36ee27cc8d9192a"),
    "...": (..., "3f460ee89721b9ea70b02c36b24f8cbe"),
    "NotImplemented": (NotImplemented, "f27e19ce6d0e61ceb72d3728da763f78"),
    "True": (True, "5ad4810e8f920adfe42da0811f124d2d"),
    "False": (False, "03f1a19a7e6a618339651ceaefa558df"),
    "0": (0, "1c10a7dd353615f0f8ee0e4dc7dac153"),
    "-1": (-1, "95585b913b586d930b2eb1b30a21d613"),
    "10**30": (10**30, "8f84cd38647bca4abf45f44b14206a01"),
    "1.5": (1.5, "f7059c494d8fcb3b27ea2231b55d35c3"),
    'float("nan")': (float("nan"), "2bd812ce0de42afedc7df041b1ea13ef"),
    '"a\\u00e4\\ud800"': ("a\u00e4\ud800", "c3ff361edba7ce06ac1a50c972ef6e8e"),
    'b"x"': (b"x", "c739b7d302d3bc7d3d234858934c738e"),
    'bytearray(b"x")': (bytearray(b"x"), "c739b7d302d3bc7d3d234858934c738e"),
    'Decimal("1.50")': (Decimal("1.50"), "a206937d330307de6b26a8b2cc68d14b"),
    'Decimal("NaN")': (Decimal("NaN"), "4c9d077e8d410ef0240d8923ddb93cf8"),
    "moment": (moment, "78e62d7b27d79ba8d24c000dffddcfd4"),
    "moment.replace(fold=1)": (moment.replace(fold=1), "40461a11f1b8168200021ae58fe4d07c"),
    "moment.replace(tzinfo=zone)": (moment.replace(tzinfo=zone), "d0cc14eba024e16cd9c94b200c841ed2"),
    "moment.date()": (moment.date(), "0b927f302bd4760cb26af48b69a533c1"),
    "moment.time()": (moment.time(), "b6c7cd84ba716f4109b33d757c36c4d1"),
    "dt.timedelta(days=1)": (dt.timedelta(days=1), "68197de47004ab7e2cb4db40e88e4061"),
    "UUID(int=1)": (UUID(int=1), "0a9e74cb194670c141a70c490f633da3"),
    "1 + 2j": (1 + 2j, "97df6b1dece749826c3f9bcc30673639"),
    "range(3)": (range(3), "b1f27c2df53fb2eda10fa2433eb2b4d0"),
    're.compile("a", re.IGNORECASE)': (re.compile("a", re.IGNORECASE), "937b0c6efc07e06aaf97fa5793528a95"),
    'PurePosixPath("a/b")': (PurePosixPath("a/b"), "6d9a8133f53105d1ca84372ec649a00d"),
    'with_attribute(Folder("a"), "extra", 1)': (
        with_attribute(Folder("a"), "extra", 1),
        "6ea3eaef26360bd75b61fd1f5b5926c4",
    ),
    '[1, "a", [2]]': ([1, "a", [2]], "f779fd2e9e9660ed9585b3dd610e450f"),
    '(1, "a")': ((1, "a"), "9f1e801b30ef99d4ddfebda8c2df1689"),
    "Pair(1, 2)": (Pair(1, 2), "85235566f878150a59336345c428505e"),
    '{"b": 1, "a": [2]}': ({"b": 1, "a": [2]}, "3dc9aad2ac2f4ca9cf3d184ccd4a17fa"),
    "collections.OrderedDict(b=1, a=2)": (collections.OrderedDict(b=1, a=2), "206e660318ab5739e1a987d4a9e5005d"),
    'types.MappingProxyType({"a": 1})': (types.MappingProxyType({"a": 1}), "22f1e26f72d69012582ffde252e692f7"),
    "collections.defaultdict(list, a=1)": (collections.defaultdict(list, a=1), "85bebeaf0f08d246a1134acbff8f887e"),
    "{3, 1, 2}": ({3, 1, 2}, "2f628bd9f877a0d4f79f4db807b193ea"),
    'frozenset({"a"})': (frozenset({"a"}), "32ffe109a354e117515b43ab47003ba2"),
    'Text("a")': (Text("a"), "e37fea1ec781f4260657cbdfa319636d"),
    'with_attribute(Number(7), "unit", "km")': (
        with_attribute(Number(7), "unit", "km"),
        "f71a83e4fdc05ce314d95123d2ac9e80",
    ),
    "Color.RED": (Color.RED, "7cb9c8f70a5bceca346f4220a7cd51d7"),
    "Size.BIG": (Size.BIG, "b8df8045e9d7e46d3e6f32de80053505"),
    "int": (int, "02604b98e54dae4f28ea290dbf8cacf9"),
    "Labelled": (Labelled, "8ecde443e054d7c819d7f6dc004c12e9"),
    "Keyed()": (Keyed(), "64d7b61bc70b156ca6de8db7ebb79802"),
    "Model(number=3, more=4)": (Model(number=3, more=4), "bb334f831c73d4ab810dc7fdf5dcde93"),
    "Point(1, [2])": (Point(1, [2]), "c002f0165e8e181bcdccc454efb1ce1e"),
    'with_attribute(Point(1), "extra", 1)': (with_attribute(Point(1), "extra", 1), "1f4c19a2bf2d56bf84fc087bfb6ecc4b"),
    "list[int]": (list[int], "8b33298149408cc22c8c069bcbe52adc"),
    'Plain("a")': (Plain("a"), "0e6c6c04328760b46473781573f21400"),
    'with_attribute(Labelled(), "label", "b")': (
        with_attribute(Labelled(), "label", "b"),
        "8c95c9764febc5852add20119c2e8f10",
    ),
    "Slots(1)": (Slots(1), "f341b83eb14fc632560ff3a815c67319"),
    "[shared, shared]": ([shared, shared], "1d305fb1172be84d41b39c08233797a5"),
    "holding_itself()": (holding_itself(), "1ed9b29f9a9d3b16307d44cd0bf06c0a"),
    "Fraction(1, 3)": (Fraction(1, 3), "f2d91ff7dcccf05b655ebc573e56cc7a"),
    "threading.Lock()": (threading.Lock(), "137d6613d5a3289d59c846afba8839af"),
    "functools.partial(scaled, 1, by=3)": (functools.partial(scaled, 1, by=3), "168ee7da11ee2dc4b64e9c30730baee1"),
    "Plain(1).method": (Plain(1).method, "3ddd1373d2afb4e5e6a454c14838e557"),
    "len": (len, "9df4de471e8140dad8ae6f82eac4df0b"),
    '"abc".upper': ("abc".upper, "07ffe981163c8d62640048fed4449499"),
    "scaled": (scaled, "fce7387bae652bd210e9df0a7c877358"),
    "closing_over(7)": (closing_over(7), "e26244595e5fc06685d5d0e6311104d8"),
    "np.int64(3)": (np.int64(3), "c85bd7ab40a8f1cef855cd1b5ced3fae"),
    "np.float32(0.5)": (np.float32(0.5), "b0bf8bf784a8c26b1d4b9f39b9bd34e6"),
    'np.timedelta64(3, "h")': (np.timedelta64(3, "h"), "91bf8531897b3f37e370dbcc3f00da98"),
    'np.array([[1, 2]], dtype="int32")': (np.array([[1, 2]], dtype="int32"), "e0d071fc26a1a45e2e29685750959f8f"),
    'np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f8")])': (
        np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f8")]),
        "016adb32fcf39d13612280ec885d7825",
    ),
    'np.array([1, "a"], dtype=object)': (np.array([1, "a"], dtype=object), "cfb7b1198fbde75fbae8e445e6f57218"),
    "np.ma.array([1, 2], mask=[False, True])": (
        np.ma.array([1, 2], mask=[False, True]),
        "4f26cb0e2b8019019fab4f173a258492",
    ),
    "pd.NaT": (pd.NaT, "d17ffffff12f3f387fc7566f9c421135"),
    "pd.NA": (pd.NA, "4c922acb9f3778bfc9ce2b80a198c42a"),
    'pd.Timestamp("2024-01-01", tz="UTC")': (pd.Timestamp("2024-01-01", tz="UTC"), "b92d792351a087b595bbcb2f6ef83015"),
    'pd.Timestamp("2024-01-01")': (pd.Timestamp("2024-01-01"), "b73d2e7ddb9a127dcc09fb09b58d61e8"),
    'pd.Period("2024-01")': (pd.Period("2024-01"), "ba9e09d7ef2666b7a08e895431907adf"),
}


@pytest.mark.parametrize("name", VALUES)
def test_the_form_of_keys_is_fixed(name: str) -> None:
    """Each kind of value has the digest that it had in the versions before."""
    value, expected = VALUES[name]
    assert digest(value, fallback=name_type) == expected


def test_the_form_of_projected_values_is_fixed() -> None:
    """A value of which some fields count has the digest that it had in the versions before."""
    project = lambda value: {"x": value.x} if isinstance(value, Point) else None  # noqa: E731
    assert (
        digest([Point(1, 2)], project=project)
        == digest([Point(1, 3)], project=project)
        == "f33d185029db68e5a6e1643704ada02b"
    )


def test_the_form_of_values_too_deep_to_read_is_fixed() -> None:
    """A value nested deeper than Python can follow is known by its type, with the digest of the versions before."""
    deep: list[Any] = []
    for _ in range(10_000):
        deep = [deep]
    assert digest(deep, fallback=name_type) == "6f53048f5b03275789db0ede81fa61bb"


def test_the_form_of_chains_and_sources_is_fixed() -> None:
    """Digests of several parts, and of what functions do, are what they were in the versions before."""
    assert chain("a", "bc") == "a4d2502de3aca3ac159bba2d99ea81a8"
    assert source_of(scaled) == "14aa7a6383deddf69fb70d304669fb3c"
    assert source_of(functools.partial(closing_over([1]), Keyed())) == "fb720b6e901053efb2e990eb4c0674f8"
    assert source_of(closing_over(scaled)) == "41738acf9de705178d24a59ae17044bc"
