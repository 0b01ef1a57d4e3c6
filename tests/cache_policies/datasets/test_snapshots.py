"""Snapshots: frames as they were, everything else the same objects, and what is set comes back."""

from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pytest
from pydantic import BaseModel, ConfigDict

from cache_policies.datasets.snapshots import Snapshot


class Model(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True, frozen=True)
    frame: pd.DataFrame


@dataclass
class Deps:
    frame: pd.DataFrame
    answer: int | None = None


Pair = namedtuple("Pair", ["number", "frame"])


@dataclass(frozen=True, slots=True)
class Frozen:
    frame: pd.DataFrame


HOLDERS: dict[str, tuple[Callable[[pd.DataFrame], Any], Callable[[Any], pd.DataFrame]]] = {
    "frame": (lambda frame: frame, lambda deps: deps),
    "series": (lambda frame: frame["a"], lambda deps: deps.to_frame()),
    "dict": (lambda frame: {"sales": [frame]}, lambda deps: deps["sales"][0]),
    "tuple": (lambda frame: (1, frame), lambda deps: deps[1]),
    "named tuple": (lambda frame: Pair(1, frame), lambda deps: deps.frame),
    "dataclass": (Deps, lambda deps: deps.frame),
    "frozen": (Frozen, lambda deps: deps.frame),
    "model": (lambda frame: Model(frame=frame), lambda deps: deps.frame),
}


@pytest.mark.parametrize("holder", HOLDERS)
def test_frames_are_as_they_were(holder: str) -> None:
    """Changes in place to a frame after the snapshot do not show in it, wherever the frame is held."""
    hold, held = HOLDERS[holder]
    frame = pd.DataFrame({"a": [1, 2, 3]})
    deps = hold(frame)
    taken = Snapshot(deps)
    assert type(taken.value) is type(deps)
    frame.iloc[0] = 100
    same = held(deps)
    same.iloc[1] = 100
    assert held(taken.value)["a"].tolist() == [1, 2, 3]
    assert len(taken.frames) == 1


def test_without_frames_it_is_the_same_object() -> None:
    """A value without a frame in it is handed on as it is, also one that holds itself."""
    deps: dict[str, Any] = {"clients": [object()], "kind": pd.DataFrame}
    deps["self"] = [deps]
    assert Snapshot(deps).value is deps


def test_only_what_holds_a_frame_is_copied() -> None:
    """Next to a frame everything else stays the same object, and one frame held twice stays one."""
    frame, log = pd.DataFrame({"a": [1]}), ["line"]
    taken = Snapshot({"desk": Deps(frame), "again": [frame], "log": log}).value
    assert taken["log"] is log
    assert taken["desk"].frame is taken["again"][0]


def test_what_was_set_comes_back() -> None:
    """Attributes, keys and items that were set or removed are on the originals afterwards, next to their own frames."""
    frame = pd.DataFrame({"a": [1]})
    desk, table, rows = Deps(frame), {"frame": frame, "old": 1}, [frame, 1]
    taken = Snapshot((desk, table, rows))
    mine, other, items = taken.value
    assert mine is not desk
    mine.answer = 42
    other["new"] = other["frame"]
    del other["old"]
    items.append(other)
    taken.give_back()
    assert desk.frame is frame
    assert desk.answer == 42
    assert list(table) == ["frame", "new"]
    assert table["frame"] is table["new"] is rows[0] is frame
    assert rows[2] is table


class Stubborn(dict[str, Any]):
    def __copy__(self) -> Any:
        raise TypeError("one of a kind")


def test_what_cannot_be_copied_is_said(caplog: pytest.LogCaptureFixture) -> None:
    """An object that refuses to be copied is handed on as it is, with a warning that names it."""
    deps = Stubborn(frame=pd.DataFrame({"a": [1]}))
    assert Snapshot(deps).value is deps
    assert "Stubborn holds data frames and cannot be copied (one of a kind)" in caplog.text
