"""Private members of pandas: each use does what its caller needs of it."""

from collections.abc import Callable

import pandas as pd
import pytest

from runtime.private_members.pandas import attributes_beside, shares_memory


def table() -> pd.DataFrame:
    return pd.DataFrame({"a": [1, 2], "b": [0.5, 1.5]})


def test_shares_memory() -> None:
    """A frame or series that nobody has changed still is what a shallow copy of it holds."""
    frame = table()
    assert shares_memory(frame, frame.copy(deep=False))
    assert shares_memory(frame["a"], frame["a"])


CHANGES: dict[str, Callable[[pd.DataFrame], object]] = {
    "a cell": lambda frame: frame.__setitem__("a", frame["a"] + 0),
    "a cell in place": lambda frame: frame.iloc.__setitem__((0, 0), 1),
    "a new column": lambda frame: frame.insert(2, "c", [1, 2]),
    "order of columns": lambda frame: frame.insert(0, "b", frame.pop("b")),
    "a column's name": lambda frame: setattr(frame, "columns", ["a", "c"]),
    "the index": lambda frame: setattr(frame, "index", [5, 6]),
    "the index's name": lambda frame: setattr(frame.index, "name", "day"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_shares_memory_no_longer(change: str) -> None:
    """A frame that was changed in any way, even to equal values, is not taken for what it was."""
    frame = table()
    earlier = frame.copy(deep=False)
    CHANGES[change](frame)
    assert not shares_memory(frame, earlier)


def test_shares_memory_never_for_objects() -> None:
    """A list in a cell grows where it is, which no memory of pandas' own shows."""
    frame = pd.DataFrame({"a": [[1], [2]]})
    assert not shares_memory(frame, frame.copy(deep=False))


def test_shares_memory_is_denied_without_the_members() -> None:
    """A pandas that lost these members has every frame read again, and no run fails."""
    assert not shares_memory(object(), object())


def test_shares_memory_of_a_renamed_series() -> None:
    """The name of a series is part of it."""
    series = pd.Series([1], name="a")
    earlier = series.copy(deep=False)
    series.name = "b"
    assert not shares_memory(series, earlier)


class Map(pd.DataFrame):
    """A frame with an attribute of its own, as pandas' guide to subclassing has it."""

    _metadata = ["projection"]  # noqa: RUF012 - as the guide writes it


def test_attributes_beside() -> None:
    """An attribute that a subclass lists is found; a frame or series of pandas' own has none."""
    plain = Map({"a": [1]})
    plain.projection = "mercator"
    assert attributes_beside(plain) == {"projection": "mercator"}
    assert attributes_beside(pd.Series([1], name="a")) == {}
    assert attributes_beside(pd.Index([1])) == {}
