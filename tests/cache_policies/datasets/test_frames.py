"""Fingerprints that are taken once: found again while a frame is what it was, and never a moment longer."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cache_policies.datasets import frames
from cache_policies.datasets.frames import fingerprint_once, snapshot


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "i": [1, 2, 3],
            "x": [0.5, np.nan, 2.0],
            "s": ["a", "b", None],
            "t": pd.date_range("2026-01-01", periods=3, tz="Europe/Berlin"),
            "c": pd.Categorical(["p", "q", "q"]),
            "m": pd.array([1, None, 3], dtype="Int64"),
        }
    )


def _set(name: str, value: object) -> Callable[[Any], None]:
    def change(table: Any) -> None:
        table[name] = value

    return change


CHANGES: dict[str, Callable[[Any], object]] = {
    **{
        f"cell of {name}": lambda table, name=name: table.__setitem__(name, table[name].iloc[::-1].array)
        for name in "ixstcm"
    },
    "loc": lambda table: table.loc.__setitem__((0, "i"), 9),
    "iat": lambda table: table.iat.__setitem__((0, 1), 9.0),
    "text": lambda table: table.loc.__setitem__((1, "s"), "z"),
    "mask": lambda table: table.loc.__setitem__((0, "m"), pd.NA),
    "new column": _set("new", 1),
    "columns": lambda table: setattr(table, "columns", list("abcdef")),
    "column names": lambda table: setattr(table.columns, "name", "u"),
    "index": lambda table: setattr(table, "index", [7, 8, 9]),
    "index name": lambda table: setattr(table.index, "name", "u"),
    "deleted": lambda table: table.__delitem__("x"),
    "update": lambda table: table.update(pd.DataFrame({"i": [5, 6, 7]})),
    "insert": lambda table: table.insert(0, "first", 1),
    "pop": lambda table: table.pop("i"),
    "swapped": lambda table: table.__setitem__(["i", "x"], table[["x", "i"]].to_numpy()),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_frame_is_read_again(change: str) -> None:
    """Whatever was changed in place, the fingerprint is that of the content, and a snapshot holds what it held."""
    table = frame()
    before, taken = fingerprint_once(table), snapshot(table)
    CHANGES[change](table)
    after = fingerprint_once(table)
    assert after == frames.fingerprint_frame(table)
    assert after != before
    assert fingerprint_once(taken) == frames.fingerprint_frame(taken) == before


@pytest.mark.parametrize("kind", ["frame", "series"])
def test_an_unchanged_frame_is_read_once(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A frame, its snapshots and theirs are read once between them, also when columns were taken from it meanwhile."""
    table: Any = frame() if kind == "frame" else frame()["s"]
    read: list[int] = []
    once = frames.fingerprint_frame
    monkeypatch.setattr(frames, "fingerprint_frame", lambda table: (read.append(1), once(table))[1])
    taken = snapshot(snapshot(table))
    first = fingerprint_once(table)
    table.iloc[1:].isna().sum()
    assert fingerprint_once(table) == fingerprint_once(taken) == first
    assert read == [1]


def test_cells_that_change_in_themselves_are_read_each_time() -> None:
    """A list in a cell that has grown changes the fingerprint, although pandas knows nothing of it."""
    table = pd.DataFrame({"o": [[1], [2]]})
    before = fingerprint_once(table)
    table.loc[0, "o"].append(5)
    assert fingerprint_once(table) != before


def test_nothing_is_kept_of_a_frame_that_is_gone() -> None:
    """With the frame its memory goes, too."""
    table = frame()
    fingerprint_once(table)
    assert id(table) in frames._known
    key = id(table)
    del table
    assert key not in frames._known


def test_a_renamed_series_counts_as_another() -> None:
    """A series counts with its name."""
    series = frame()["i"]
    before = fingerprint_once(series)
    series.name = "j"
    assert fingerprint_once(series) != before
