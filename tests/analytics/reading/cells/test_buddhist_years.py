"""Years of the Buddhist calendar, 543 ahead of the common one."""

from pathlib import Path

import pandas as pd
import pytest

from analytics import profile_dataset, read_dataset
from analytics.reading.large import texts as large_texts

SPELLINGS = {"day first": "{day:02}/{month:02}/{year}", "ISO": "{year}-{month:02}-{day:02}", "quarter": "{year}Q1"}


def read(folder: Path, text: str) -> tuple[pd.DataFrame, str]:
    (folder / "a.csv").write_text(text)
    dataset = read_dataset(folder / "a.csv", directory=folder / "kept")
    return dataset.frame(), " ".join(dataset.notes)


@pytest.mark.parametrize("large", [False, True], ids=["small", "large"])
@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_dates_of_the_buddhist_calendar_are_those_of_the_common_one(
    spelling: str, large: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where all years lie 543 ahead, 2567 is read as 2024, its 29 February too, and a note says so."""
    if large:
        monkeypatch.setattr(large_texts, "LARGE_BYTES", 1)
    days = [(2566, 1, 15), (2567, 1, 31), (2567, 2, 28), (2567, 2, 29), (2568, 2, 13)]
    lines = [f"{spelling.format(year=y, month=m, day=d)},{m}" for y, m, d in days]
    frame, notes = read(tmp_path, "when,n\n" + "\n".join(lines) + "\n")
    assert sorted(set(frame["when"].dt.year)) == [2023, 2024, 2025]
    assert not frame["when"].isna().any()
    assert "Buddhist calendar, 543 ahead (2567 is 2024): when." in notes


@pytest.mark.parametrize("name", ["year", "\u0e1b\u0e35"])
def test_a_column_of_such_years_is_kept_and_said(name: str, tmp_path: Path) -> None:
    """Years alone stay as the data has them, as kinds and not as amounts, and a note names their calendar."""
    frame, notes = read(tmp_path, f"{name},sales\n" + "".join(f"{year},{year % 7}\n" for year in range(2550, 2568)))
    assert list(frame[name])[-1] == 2567
    assert "Years look like those of the Buddhist calendar" in notes
    assert profile_dataset(frame).columns[0].role == "category"


def test_a_date_made_of_such_years_is_of_the_common_calendar(tmp_path: Path) -> None:
    """Year and month columns make a date of 2024, not of 2567."""
    text = "\u0e1b\u0e35,\u0e40\u0e14\u0e37\u0e2d\u0e19,v\n2566,12,4\n2567,1,5\n2567,2,6\n"
    frame, _ = read(tmp_path, text)
    assert list(frame["date"].dt.strftime("%Y-%m")) == ["2023-12", "2024-01", "2024-02"]


def test_times_in_a_frame_are_read_alike(tmp_path: Path) -> None:
    """A frame whose times all lie 543 years ahead is brought into the common calendar too."""
    frame = pd.DataFrame({"when": pd.to_datetime(["2566-01-05", "2567-03-31"]), "n": [1, 2]})
    dataset = read_dataset(frame, directory=tmp_path / "kept")
    assert list(dataset.frame()["when"].dt.year) == [2023, 2024]


@pytest.mark.parametrize(
    "lines",
    [
        "2024-01-01\n2567-01-01\n2025-01-01",
        "2500-01-01\n2500-01-01\n2500-01-01",
        "2300-01-01\n2400-01-01\n2599-01-01",
    ],
    ids=["beside others", "one day that never comes", "far ahead"],
)
def test_other_late_years_are_kept(lines: str, tmp_path: Path) -> None:
    """A single late year among others, or the same one everywhere, shows no calendar."""
    frame, notes = read(tmp_path, f"when\n{lines}\n")
    assert "Buddhist" not in notes
    assert frame["when"].isna().all() or frame["when"].dt.year.max() >= 2025


@pytest.mark.parametrize(
    ("name", "years"),
    [("units", range(2550, 2568)), ("year", [2024, 2567, 2025])],
    ids=["another name", "another year"],
)
def test_numbers_like_such_years_are_not_named(name: str, years: list[int], tmp_path: Path) -> None:
    """Numbers from 2550 to 2567 are years of this calendar only in a column called year that has no others."""
    _, notes = read(tmp_path, f"{name},sales\n" + "".join(f"{year},{year % 7}\n" for year in years))
    assert "Buddhist" not in notes
