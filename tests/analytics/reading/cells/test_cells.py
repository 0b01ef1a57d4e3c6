"""Cells of text as numbers, dates and missing values, and what stays text."""

from pathlib import Path

import pandas as pd
import pytest

from analytics import read_dataset


def column(folder: Path, cells: list[str], *more: list[str], delimiter: str = ","):
    """The first column as it is read, and the notes; further columns stand beside it."""
    rows = [["c", *(f"d{i}" for i in range(len(more)))], *map(list, zip(cells, *more, strict=True))]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    (folder / "a.csv").write_text(text + "\n", newline="")
    dataset = read_dataset(folder / "a.csv", directory=folder / "kept")
    return dataset.frame().iloc[:, 0], " ".join(dataset.notes)


@pytest.mark.parametrize(
    ("cells", "numbers", "said"),
    [
        (["1,234", "12,345,678", "5"], [1234, 12345678, 5], "thousands"),
        (["1,234.50", "2.25", "3"], [1234.5, 2.25, 3], "thousands"),
        (["1.234,50", "2,25", "3"], [1234.5, 2.25, 3], "Decimal commas"),
        (["1 234,5", "2,25", "3"], [1234.5, 2.25, 3], "Decimal commas"),
        (["1'234.5", "2.25", "3"], [1234.5, 2.25, 3], ""),
        (["1\u202f300,25", "2\u202f300,25"], [1300.25, 2300.25], "Decimal commas"),
        (["1 300,250", "2 300,125"], [1300.25, 2300.125], "Decimal commas"),
        (["12,34,567", "1,234"], [1234567, 1234], "thousands"),
        (["$1,234", "$5", "-$6"], [1234, 5, -6], "without their $"),
        (["5 €", "7,5 €", "-1 €"], [5, 7.5, -1], "without their €"),
        (["5%", "7.5%", "0%"], [5, 7.5, 0], "without their %"),
        (["12 kg", "13 kg", "5.5 kg"], [12, 13, 5.5], "without their kg"),
        (["(1,234)", "5", "(6)"], [-1234, 5, -6], "negative"),
        (["5-", "6", "7.5"], [-5, 6, 7.5], ""),
        (["\u22125", "6", "7"], [-5, 6, 7], ""),
        (["1", "-", "3"], [1, None, 3], "'-'"),
        (["1.5", "n.a.", "3"], [1.5, None, 3], "'n.a.'"),
        (["1", "#DIV/0!", "2"], [1, None, 2], "#DIV/0!"),
        (["1e3", "2.5E-3", "7"], [1000, 0.0025, 7], ""),
        (["9007199254740993", "", "1"], [9007199254740993, None, 1], ""),
    ],
)
def test_numbers(tmp_path: Path, cells: list[str], numbers: list[float | None], said: str) -> None:
    """Numbers are read with their marks, signs and units as a person reads them, and a note says what was done."""
    found, notes = column(tmp_path, cells)
    assert [None if pd.isna(cell) else cell for cell in found] == numbers
    assert said in notes


@pytest.mark.parametrize(
    "cells",
    [
        ["1E19", "6E10", "7E8"],
        ["00501", "10001", "20002"],
        ["1.10.2", "1.9.0", "2.0.1"],
        ["192.168.0.1", "10.0.0.1", "8.8.8.8"],
        ["+49 170 123 456", "+49 171 234 567", "+44 20 123 456"],
        ["$5", "€7", "$8"],
        ["5 kg", "7 lb", "8 kg"],
        ["12A", "13B", "14C"],
        ["<5", "7", "9"],
        ["inf", "nan", "Infinity"],
        ["12345678901234567890", "2", "3"],
        ["5%", "0.07", "8%"],
    ],
)
def test_codes_and_mixtures_stay_text(tmp_path: Path, cells: list[str]) -> None:
    """A column that holds no numbers, or not one quantity, stays as it is written."""
    found, _ = column(tmp_path, cells)
    assert [cell for cell in found if isinstance(cell, str)] == [cell for cell in cells if cell != "nan"]


def test_marks_are_judged_over_all_columns(tmp_path: Path) -> None:
    """Points before three digits group thousands beside decimal commas, and are decimals beside decimal points."""
    cells = ["4.071", "98.919", "312.004"]
    commas, notes = column(tmp_path, cells, ["1,5", "2,25", "3,0"], delimiter=";")
    assert list(commas) == [4071, 98919, 312004]
    assert "Points read as thousands marks: c" in notes
    assert list(column(tmp_path, cells, ["1.5", "2.25", "3.0"], delimiter=";")[0]) == [4.071, 98.919, 312.004]


def test_ambiguous_marks_stay_text_and_are_said(tmp_path: Path) -> None:
    """Commas that may be either stay text in a file with semicolons that tells nothing else."""
    found, notes = column(tmp_path, ["4,071", "98,919", "312,004"], ["a", "b", "c"], delimiter=";")
    assert list(found) == ["4,071", "98,919", "312,004"]
    assert "may mark thousands or decimals" in notes


DAYS = pd.date_range("2024-01-05", periods=40, freq="D")
QUARTERS = pd.date_range("2020-01-01", periods=8, freq="QS")
MONTHS = pd.date_range("2023-01-01", periods=24, freq="MS")
YEARS = pd.date_range("2008-01-01", periods=9, freq="YS")
HOURS = pd.date_range("2024-01-05 11:30", periods=40, freq="13h")


@pytest.mark.parametrize(
    ("stamps", "written"),
    [
        (DAYS, "%d/%m/%y"), (DAYS, "%m/%d/%y"), (DAYS, "%m-%d-%Y"), (DAYS, "%d.%m.%Y"), (DAYS, "%Y/%m/%d"),
        (DAYS, "%d %B %Y"),
        (DAYS, "%d-%b-%y"), (DAYS, "%b %d, %Y"), (DAYS, "%A, %d %B %Y"), (DAYS, "%Y%m%d"), (DAYS, "%Y.%m.%d"),
        (HOURS, "%m/%d/%Y %I:%M %p"), (HOURS, "%d/%m/%Y %H:%M"), (HOURS, "%Y-%m-%d %H:%M:%S UTC"),
        (HOURS, "%Y-%m-%dT%H:%M:%S+00:00"),
        (HOURS, "%a, %d %b %Y %H:%M:%S GMT"), (HOURS, "%d.%m.%Y %H:%M:%S"), (HOURS, "%a %b %d %H:%M:%S %Y"),
        (QUARTERS, "%YQ{q}"), (QUARTERS, "%Y-Q{q}"), (QUARTERS, "Q{q} %Y"), (QUARTERS, "%Y Q{q}"),
        (MONTHS, "%Y-%m"), (MONTHS, "%m/%Y"), (MONTHS, "%b %Y"), (MONTHS, "%B %Y"), (MONTHS, "%b-%y"),
        (MONTHS, "%YM%m"),
        (pd.date_range("2024-01-01", periods=30, freq="W-MON"), "%G-W%V"),
        (YEARS, "FY%Y"), (YEARS, "{y}-{z}"),
    ],
)  # fmt: skip
def test_dates(tmp_path: Path, stamps: pd.DatetimeIndex, written: str) -> None:
    """Dates in the usual ways of writing are times."""
    cells = [
        stamp.strftime(written.format(q=stamp.quarter, y=stamp.year, z=f"{(stamp.year + 1) % 100:02}"))
        for stamp in stamps
    ]
    found, _ = column(tmp_path, cells, [str(i) for i in range(len(cells))])
    assert found.dt.tz_localize(None).tolist() == stamps.tolist()


def test_month_names_of_other_languages(tmp_path: Path) -> None:
    """Names of months are read in several languages."""
    for cells in (
        ["3. März 2024", "4. Dez. 2023"],
        ["3 mars 2024", "4 décembre 2023"],
        ["3 de marzo de 2024", "4 de diciembre de 2023"],
    ):
        assert [stamp.date().isoformat() for stamp in column(tmp_path, cells)[0]] == ["2024-03-03", "2023-12-04"]


def test_order_of_day_and_month_follows_other_columns(tmp_path: Path) -> None:
    """A column that fits both orders is read like one that shows the order; alone, the guess is said."""
    unclear = ["05/01/2024", "03/02/2024"]
    assert column(tmp_path, unclear, ["31/01/2024", "28/02/2024"])[0].dt.day.tolist() == [5, 3]
    assert "other order" in column(tmp_path, unclear)[1]


def test_dates_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    """A date outside of the calendar is missing with a note; a column of half dates stays text with one."""
    days = [f"{day:02}/03/2024" for day in range(1, 32)]
    found, notes = column(tmp_path, [*days, "31/02/2024"])
    assert found.isna().tolist() == [False] * 31 + [True]
    assert "31/02/2024" in notes
    found, notes = column(tmp_path, [*days[:9], "see below", "unclear"])
    assert found.tolist()[-1] == "unclear"
    assert "kept as text: c" in notes


@pytest.mark.parametrize(
    ("cells", "missing"),
    [
        (["NA", "NG", "ZA", "KE"], []),
        (["NA", "Oslo", "Rome", "Bergen"], [0]),
        (["?", "Private", "State-gov"], [0]),
        (["+", "-", "+"], []),
        (["-", "Oslo", "Rome"], [0]),
    ],
)
def test_missing_words_are_judged_by_column(tmp_path: Path, cells: list[str], missing: list[int]) -> None:
    """The code of Namibia among codes of two letters is text; a sign among words is missing; it is said."""
    found, notes = column(tmp_path, cells)
    assert [i for i, cell in enumerate(found) if pd.isna(cell)] == missing
    assert bool(notes) == (cells[0] != "+")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["2024-03-01T00:30:00+01:00", "2024-03-02T00:30:00+01:00"], True),
        (["1/31/2024 1:05 PM EST", "2/1/2024 2:05 PM EST"], True),
        (["2024-03-01T00:30:00Z", "2024-03-02T00:30:00+00:00"], False),
        (["1/31/2024 13:05 UTC", "2/1/2024 14:05 UTC"], False),
        (["2024-03-01 00:30", "2024-03-02 00:30"], False),
    ],
)
def test_times_that_became_utc_are_said(tmp_path: Path, cells: list[str], said: bool) -> None:
    """A note tells that days and hours are those of UTC, where the file has them in another zone."""
    found, notes = column(tmp_path, cells)
    assert str(found.dtype).startswith("datetime64")
    assert ("became UTC" in notes) == said


def test_durations_that_stay_text_are_said(tmp_path: Path) -> None:
    """Cells such as 1:01:07 may be times of day or durations; they stay text, and a note says so; ratios have none."""
    assert "times of day or durations" in column(tmp_path, ["0:00:05", "1:01:07", "26:02:14"])[1]
    assert "durations" not in column(tmp_path, ["1:160", "1:1000", "1:87"])[1]
