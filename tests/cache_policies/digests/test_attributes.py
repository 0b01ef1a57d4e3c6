"""Attributes of plain objects: all that an object holds, or nothing where it holds more."""

import enum
import json
import sys
from functools import cached_property
from typing import Any

import pytest
from pydantic import BaseModel

from cache_policies.digests import attributes
from cache_policies.digests.attributes import attributes_of, class_text, is_library, own_attributes


@pytest.fixture(autouse=True)
def _nothing_known_yet() -> None:
    """Facts about a class are cached, also from one test to the next."""
    attributes._in_library.clear()
    attributes._is_plain.cache_clear()


class Mark(enum.Enum):
    A = "a"


class Base:
    kind = "base"
    place = b"here"
    mark = Mark.A
    counter = 0
    __hidden__ = "no"

    def __init__(self) -> None:
        self.own = [1]


class Derived(Base):
    __slots__ = ("slot", "unset")
    kind = "derived"

    def __init__(self) -> None:
        super().__init__()
        self.slot = "in it"

    @cached_property
    def worked_out(self) -> int:
        return 1


class Slotted:
    __slots__ = ("__weakref__", "a")

    def __init__(self) -> None:
        self.a = 1


class Number(int):
    """A number that has an attribute."""


class OwnError(Exception):
    """An error of one's own."""


def test_all_attributes() -> None:
    """Set attributes, filled slots and text of the classes are found; numbers of a class and kept values are not."""
    value = Derived()
    assert value.worked_out == 1
    expected: dict[str, Any] = {"own": [1], "slot": "in it", "kind": "derived", "place": b"here", "mark": Mark.A}
    assert attributes_of(value) == own_attributes(value) == expected
    assert attributes_of(Slotted()) == {"a": 1}


def test_an_attribute_goes_before_the_class() -> None:
    """An attribute set on an object hides the class attribute of that name."""
    value = Base()
    value.kind = "own"
    assert own_attributes(value)["kind"] == "own"


def test_text_of_classes() -> None:
    """The text of a class includes that of its bases, the nearest first, and nothing of a library's."""
    assert class_text(Derived) == {"kind": "derived", "place": b"here", "mark": Mark.A}
    assert class_text(json.JSONDecoder) == {}


@pytest.mark.parametrize("value", [object(), Number(1), OwnError("a"), len, json, (i for i in ()), BaseException()])
def test_more_than_attributes(value: object) -> None:
    """An object with memory of its own beside attributes has none that could be taken for all of it."""
    assert attributes_of(value) is None


def test_whose_class_it_is() -> None:
    """Classes of Python and of installed distributions are libraries', those of this file are a user's own."""
    assert all(map(is_library, (int, json.JSONDecoder, BaseModel, pytest.Item)))
    assert not any(map(is_library, (Base, Mark, type("Made", (), {"__module__": "__main__"}))))


def test_whose_class_it_is_stays_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """The origin of a class is looked up once: the key stays the same when its module is unloaded."""
    kind = type("Made", (), {"__module__": "json.made"})
    monkeypatch.setitem(sys.modules, "json.made", json)
    assert is_library(kind)
    monkeypatch.delitem(sys.modules, "json.made")
    assert is_library(kind)
