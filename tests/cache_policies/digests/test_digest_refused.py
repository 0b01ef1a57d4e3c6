"""Values without a digest: live objects, cycles, values that are too large or too deep."""

import random
import sqlite3
import sys
import threading
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest

from cache_policies.digests.digest import digest, digest_with_gaps, name_type
from cache_policies.digests.unkeyable import UnkeyableError
from tests.cache_policies.digests.values import Plain, Secret, closing_over, marked


class Array(np.ndarray): ...


def test_no_content_is_refused_or_named() -> None:
    """A live object raises where it must not be shared, and counts by its type where the run tells it apart."""
    lock = threading.Lock()
    with pytest.raises(UnkeyableError, match="no content"):
        digest([1, lock])
    assert digest([1, lock], fallback=name_type) == digest([1, threading.Lock()], fallback=name_type)
    assert digest([1, lock], fallback=name_type) != digest([2, lock], fallback=name_type)


@pytest.mark.parametrize(
    "live",
    [
        threading.Lock(),
        sqlite3.connect(":memory:"),
        object(),
        (number for number in ()),
        random.Random(),
        OSError(),
        sys,
        Array(1),
        pd.Categorical(["a"]),
        httpx.Client(),
        closing_over(threading.Lock()),
        Plain(threading.Lock()),
        marked(Secret(), threading.Lock()),
        sqlite3.connect(":memory:").execute,
    ],
    ids=lambda value: type(value).__qualname__,
)
def test_what_holds_more_than_attributes_is_refused(live: object) -> None:
    """A value that holds anything but attributes has no content; where the run tells it apart it is handed back."""
    with pytest.raises(UnkeyableError, match="__cache_key__"):
        digest(live)
    assert len(digest_with_gaps([live, live])[1]) == 1


def test_gaps_are_the_objects_themselves() -> None:
    """An object without content is returned once, and everything beside it still counts."""
    lock = threading.Lock()
    whole, gaps = digest_with_gaps(Plain([lock, {"again": lock}]))
    assert gaps == (lock,)
    assert whole == digest_with_gaps(Plain([threading.Lock(), {"again": lock}]))[0]
    assert whole != digest_with_gaps(Plain([lock, {"other": lock}]))[0]


def test_every_gap_is_returned() -> None:
    """Objects without content are returned one by one, in the order in which they stand in the value."""
    first, second = threading.Lock(), threading.Lock()
    gaps = digest_with_gaps([first, {"a": second}, first])[1]
    assert len(gaps) == 2
    assert (gaps[0] is first, gaps[1] is second) == (True, True)


def test_a_client_of_a_library_has_no_content_at_all() -> None:
    """The state of a library's live object does not count: it would be another object in a retry."""
    one, other = httpx.Client(), httpx.Client(headers={"a": "b"})
    assert digest_with_gaps(one)[0] == digest_with_gaps(other)[0]
    assert digest_with_gaps(one)[1] == (one,)


def test_too_large_or_too_deep_has_no_content() -> None:
    """Values that nobody can read in reasonable time, or at all, are refused and not half read."""
    deep: list[Any] = []
    for _ in range(10_000):
        deep = [deep]
    for value in (deep, [Plain(number) for number in range(10_001)]):
        with pytest.raises(UnkeyableError, match="no content"):
            digest(value)
    assert digest(deep, fallback=name_type) == digest([deep[0]], fallback=name_type)
    assert digest([Plain(number) for number in range(10_000)])


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
