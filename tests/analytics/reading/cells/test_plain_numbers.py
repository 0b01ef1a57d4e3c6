"""Columns of plain numbers are read at once, with the result of a close look."""

import numpy as np
import pandas as pd
import pytest

from analytics.profile.profile import profile_dataset
from analytics.reading.cells import text_columns, totals
from analytics.reading.delimited import wide
from analytics.reading.read import read_dataset

COLUMNS = {
    "whole": ["1", " -20 ", "300"],
    "gaps": ["1", "", None],
    "points": ["0.5", "-12.25", "3"],
    "may be grouped": ["1.234", "12.345", "7"],
    "leading zeros": ["007", "010", "300"],
    "long": ["12345678901234567", "2", "3"],
    "too long": ["12345678901234567890", "2", "3"],
    "codes": ["1E19", "2", "3"],
    "words": ["1", "n/a", "3"],
    "empty": ["", None, " "],
    "decimal commas": ["1,5", "2,25", "3,125"],
}


def test_reading_at_once_changes_nothing(monkeypatch):
    """Whatever the cells, types, values and notes are those of a close look at every column."""
    frame = pd.DataFrame(COLUMNS, dtype="str")
    found, notes = text_columns.typed_columns(frame, delimiter=";")
    monkeypatch.setattr(text_columns, "plain_numbers", lambda _: None)
    looked_at, other_notes = text_columns.typed_columns(frame, delimiter=";")
    pd.testing.assert_frame_equal(found, looked_at)
    assert notes == other_notes


ODD = (
    "1e5", "-0", "0", "-0.0", "1.2.3", "5-3", "05", "-05.5", "1.", ".5", "-.5", "-", "1234567890123456", "+1", "inf",
    "", "123456789012345.25", "0.1234567890123456789", "1234567890123456.5", "\u0663", "1.234", "7 ", "x",
)  # fmt: skip


@pytest.mark.parametrize("usual", ["12", "1.5", "-0.25", "1.234"])
def test_one_odd_cell_among_many_numbers_is_seen(usual, monkeypatch):
    """A cell behind the first ones, by which most columns are told, changes type and values as in a close look."""
    cells = {str(place): [usual] * 40 + [odd, usual] for place, odd in enumerate(ODD)}
    frame = pd.DataFrame(cells, dtype="str")
    for name in frame.columns:  # each alone, since columns are judged together
        found, notes = text_columns.typed_columns(frame[[name]], delimiter=",")
        with monkeypatch.context() as patched:
            patched.setattr(text_columns, "plain_numbers", lambda _: None)
            looked_at, other_notes = text_columns.typed_columns(frame[[name]], delimiter=",")
        pd.testing.assert_frame_equal(found, looked_at)
        assert notes == other_notes


@pytest.mark.parametrize("width", [50, 100, 400])
def test_each_column_of_a_wide_text_is_looked_at_once(width, tmp_path, monkeypatch):
    """Numbers are looked for once in each column, however many there are, and labels of totals in columns of text."""
    looked: list[str] = []
    labelled: list[object] = []
    plain, labels = text_columns.plain_numbers, totals.labels_of
    monkeypatch.setattr(text_columns, "plain_numbers", lambda column: looked.append(column.name) or plain(column))
    for module in (totals, wide):
        monkeypatch.setattr(module, "labels_of", lambda column: labelled.append(column.name) or labels(column))
    frame = pd.DataFrame({f"m{n}": np.arange(30) / 8 + n for n in range(width - 1)}).assign(word=["a", "b", "c"] * 10)
    frame.to_csv(tmp_path / "wide.csv", index=False)
    read_dataset(tmp_path / "wide.csv", directory=tmp_path)
    assert sorted(looked) == (sorted(frame.columns) if width < wide._WIDE else [])  # in one step
    assert len(labelled) == 2


@pytest.mark.scale
def test_ten_thousand_columns(tmp_path):
    """A table of 10,000 columns is read and profiled, and a model is shown as much as fits."""
    names = [f"measure {n}" for n in range(10_000)]
    path = tmp_path / "wide.csv"
    pd.DataFrame(np.random.default_rng(0).normal(size=(20, 10_000)).round(3), columns=names).to_csv(path, index=False)
    profile = profile_dataset(read_dataset(path, directory=tmp_path).table())
    assert [column.role for column in profile.columns] == ["number"] * 10_000
    shown = profile.compact(9_000)
    assert len(str(shown)) < 9_500
    assert len(shown["columns"]) + shown["not_shown"] == 10_000
