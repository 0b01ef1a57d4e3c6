"""Rules of content fingerprints."""

import datetime as dt
import decimal
import os
from pathlib import Path
from uuid import UUID

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cache_policies.datasets import fingerprints
from cache_policies.datasets.fingerprints import fingerprint_file, fingerprint_frame

cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=5),
    st.binary(max_size=4),
    st.datetimes(),
    st.decimals(allow_nan=False),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=3),
    st.frozensets(st.text(max_size=3), max_size=3),
)
frames = st.lists(st.tuples(cells, st.integers(0, 9), st.floats(), st.text(max_size=4)), min_size=1, max_size=6).map(
    lambda rows: pd.DataFrame(
        {"any": pd.Series([r[0] for r in rows], dtype=object), "i": [r[1] for r in rows], "x": [r[2] for r in rows]}
        | {"s": [r[3] for r in rows]}
    )
)


@given(frames)
@settings(max_examples=30, deadline=None)
def test_copies_agree(frame: pd.DataFrame) -> None:
    """A deep copy has the fingerprint of the original."""
    assert fingerprint_frame(frame) == fingerprint_frame(frame.copy(deep=True))


@given(frames, st.data())
@settings(max_examples=30, deadline=None)
def test_one_changed_cell_differs(frame: pd.DataFrame, data: st.DataObject) -> None:
    """Changing any one number changes the fingerprint."""
    changed = frame.copy(deep=True)
    row = data.draw(st.integers(0, len(frame) - 1))
    changed.loc[row, "i"] += 1
    assert fingerprint_frame(frame) != fingerprint_frame(changed)


VARIANTS = [
    pd.DataFrame({"a": [1, 2], "s": ["x", None], "t": pd.to_datetime(["2020-01-01", None])}),
    pd.DataFrame({"o": [{"b": 1, "a": {2, 3}}, [1, "x"]], "c": pd.Categorical(["q", "p"])}),
    pd.DataFrame({"o": [{"x", "y", "z"}, frozenset("abc")]}),
    pd.DataFrame({"o": [decimal.Decimal("1.50"), UUID(int=7)]}),
    pd.DataFrame({"z": pd.date_range("2020", periods=2, tz="Europe/Berlin")}, index=["u", "v"]),
    pd.DataFrame({"o": [dt.date(2020, 1, 1), dt.time(1)], "p": pd.period_range("2020", periods=2, freq="M")}),
]
"""Frames with contents of every kind; tests of digests ask another process for theirs."""


base = pd.DataFrame({"a": [1, 2, 3], "b": ["x", "y", None]})


@pytest.mark.parametrize(
    "other",
    [
        base[["b", "a"]],
        base.rename(columns={"a": "A"}),
        base.iloc[::-1],
        base.set_axis([0, 1, 3]),
        base.rename_axis("row"),
        base.assign(a=base["a"].astype("float64")),
        base.assign(a=base["a"].astype("int32")),
        base.assign(b=base["b"].astype(object)),
        base.assign(b=["x", "y", ""]),
        base.assign(b=["xy", "", None]),
        base.iloc[:2],
        base.assign(c=1),
    ],
    ids=[
        "column order",
        "name",
        "row order",
        "index",
        "index name",
        "float",
        "int32",
        "object",
        "empty",
        "shift",
        "rows",
        "column",
    ],
)
def test_what_counts(other: pd.DataFrame) -> None:
    """Column names and order, index, row order, types and values all count."""
    assert fingerprint_frame(base) != fingerprint_frame(other)


def of(values: object, dtype: object = None) -> str:
    return fingerprint_frame(pd.DataFrame({"v": pd.Series(values, dtype=dtype)}))  # pyright: ignore


def test_missing_marks_are_one() -> None:
    """None, NaN and NA in cells are the same missing value, and differ from a value."""
    assert of(["a", None], object) == of(["a", np.nan], object) == of(["a", pd.NA], object) != of(["a", "None"], object)
    assert of([[1], None], object) == of([[1], float("nan")], object)
    quiet, payload = np.array([0x7FF8000000000000, 0x7FF8000000000001], dtype="u8").view("f8").reshape(2, 1)
    assert of(quiet) == of(payload)


def test_signed_zeros_differ() -> None:
    """0.0 and -0.0 print differently and count as different."""
    assert of([0.0]) != of([-0.0])
    assert of([[0.0]], object) != of([[-0.0]], object)


def test_time_zones_count() -> None:
    """The same instants in another zone, or without one, are other content."""
    stamps = pd.date_range("2020", periods=2, tz="UTC")
    marks = {of(stamps), of(stamps.tz_convert("Europe/Berlin")), of(stamps.tz_localize(None))}
    assert len(marks) == 3


def test_category_order_counts_only_if_ordered() -> None:
    """Unordered categoricals ignore the order of categories, ordered ones do not."""
    forth, back = ["a", "b"], ["b", "a"]
    assert of(pd.Categorical(["a", "b"], forth)) == of(pd.Categorical(["a", "b"], back))
    assert of(pd.Categorical(["a", "b"], forth, ordered=True)) != of(pd.Categorical(["a", "b"], back, ordered=True))
    assert of(pd.Categorical(["a", "b"], forth)) != of(pd.Categorical(["b", "a"], forth))
    assert of(pd.Categorical(["a", None], forth)) != of(pd.Categorical(["a", "b"], forth))


def test_nested_and_scalar_cells() -> None:
    """Keys of dicts have no order, lists do; numpy scalars equal Python's; 1, 1.0, True and '1' differ."""
    assert of([{"a": 1, "b": 2}], object) == of([{"b": 2, "a": 1}], object)
    assert of([[1, 2]], object) != of([[2, 1]], object)
    assert of([{"k": np.int64(1)}], object) == of([{"k": 1}], object)
    assert len({of([[value]], object) for value in (1, 1.0, True, "1", b"1", UUID(int=1))}) == 6


def test_string_storage_does_not_count() -> None:
    """Strings kept by Python or by Arrow, or as a slice of a longer column, are the same content."""
    arrow = pd.Series(["é", None, "xy"], dtype=pd.StringDtype("pyarrow", na_value=np.nan))
    python = arrow.astype(pd.StringDtype("python", na_value=np.nan))
    longer = pd.Series(["zz", "é", None, "xy"], dtype=arrow.dtype).iloc[1:].reset_index(drop=True)
    assert of(arrow) == of(python) == of(longer)


def test_frame_is_not_changed() -> None:
    """Fingerprinting leaves the frame as it was."""
    frame = pd.DataFrame({"x": [1.0, np.nan], "o": [[1], {"a": 2}]})
    before = frame.copy(deep=True)
    fingerprint_frame(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_file_content_counts(tmp_path: Path) -> None:
    """Files agree by content, whatever their names, and a changed file gets a new fingerprint at once."""
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("a")
    two.write_text("a")
    first = fingerprint_file(one)
    assert first == fingerprint_file(two)
    one.write_text("b")
    assert fingerprint_file(one) != first


def test_unchanged_file_is_hashed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that has not changed for a while is not read a second time."""
    path = tmp_path / "data"
    path.write_text("a")
    os.utime(path, (1_600_000_000, 1_600_000_000))
    first = fingerprint_file(path)
    monkeypatch.setattr(fingerprints.hashlib, "file_digest", lambda *_: pytest.fail("read again"))
    assert fingerprint_file(path) == first
