"""Columns of plain numbers are read at once, with the result of a close look."""

import numpy as np
import pandas as pd
import pytest

from analytics.profile.profile import profile_dataset
from analytics.reading.cells import text_columns
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
