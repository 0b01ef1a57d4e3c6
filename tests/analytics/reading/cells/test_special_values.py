"""Values and rows that are no data: sentinels, totals; times that stand in columns of numbers."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics import read_dataset
from analytics.reading.cells.sentinels import without_sentinels
from analytics.reading.cells.totals import without_totals
from analytics.reading.column_types import tidy_frame

CHANCE = np.random.default_rng(7)
DAYS = pd.date_range("2024-01-01", periods=60)


def read(folder: Path, **columns: object):
    """A frame as it is read, and the notes."""
    dataset = read_dataset(pd.DataFrame(columns), directory=folder)
    return dataset.frame(), " ".join(dataset.notes)


@pytest.mark.parametrize("sentinel", [-999, -999.9, 9999, -99.0, 99999, -9999])
def test_sentinels_are_missing(tmp_path: Path, sentinel: float) -> None:
    """A made-up number far from all others is set missing, and a note says which and how often."""
    values = [*CHANCE.normal(20, 2, 50).round(1), *[sentinel] * 4]
    frame, notes = read(tmp_path, temp=values)
    assert frame["temp"].isna().sum() == 4
    assert f"{sentinel:g} lies far" in notes
    assert "temp (4 cells)" in notes


@pytest.mark.parametrize(
    "values",
    [
        [*range(50, 99), 99, 99],
        [*range(-500, 500, 20), -999, -999],
        [*CHANCE.normal(5000, 2000, 50).round(), 9999, 9999],
        [*CHANCE.normal(20, 2, 50).round(1), -100, -100],
    ],
)
def test_ordinary_numbers_are_no_sentinels(tmp_path: Path, values: list[float]) -> None:
    """Numbers near the others, or that nobody writes for missing, stay."""
    assert not read(tmp_path, a=values)[0]["a"].isna().any()


@pytest.mark.parametrize("sentinel", ["1900-01-01", "9999-12-31", "1970-01-01"])
def test_days_that_stand_for_none_are_missing(tmp_path: Path, sentinel: str) -> None:
    """A day such as 1 January 1900, far from all others, is set missing with a note."""
    frame, notes = read(tmp_path, day=[*map(str, DAYS.date), sentinel])
    assert frame["day"].isna().sum() == 1
    assert f"{sentinel} lies far" in notes


def test_totals_are_left_out(tmp_path: Path) -> None:
    """Rows that sum up all others, those of a year, or those above them are left out with a note."""
    regions = ["North", "South", "West"]
    by_year = [(region, year, 10 * i + year % 7) for i, region in enumerate(regions) for year in (2021, 2022)]
    by_year += [("Total", year, sum(n for _, other, n in by_year if other == year)) for year in (2021, 2022)]
    alone = [("a", 1.5), ("b", 2.5), ("c", 3.25), ("Grand total", 7.25)]
    blocks = [("x1", 1), ("x2", 2), ("x total", 3), ("y1", 5), ("y2", 6), ("y total", 11), ("Total", 14)]
    causes = [("All natural disasters", 9), ("Flood", 4), ("Drought", 3), ("Epidemic", 2)]
    lands = [("Chad", 7), ("Togo", 5), ("World", 12), ("Peru", 0)]
    for rows, left in ((by_year, 6), (alone, 3), (blocks, 4), (causes, 3), (lands, 3)):
        columns = {f"c{i}": list(cells) for i, cells in enumerate(zip(*rows, strict=True))}
        frame, notes = read(tmp_path, **columns)
        assert len(frame) == left
        assert "otal' in c0 sum" in notes or "in c0 sum" in notes


@pytest.mark.parametrize(("world", "left_out"), [(1000.0, True), (20.0, False)])
def test_the_whole_is_left_out_though_parts_are_missing(world: float, left_out: bool) -> None:
    """World above all countries of each year is no country, also where it is more than their sum; among them it is."""
    rows = [
        (name, year, value + year) for year in range(10) for name, value in (("A", 10), ("B", 90), ("World", world))
    ]
    frame, notes = without_totals(pd.DataFrame(rows, columns=["place", "year", "tons"]))
    assert ("World" not in set(frame["place"])) == left_out
    assert any("seem to sum up" in note for note in notes) == left_out


def test_rows_only_called_totals_stay(tmp_path: Path) -> None:
    """Rows called totals that do not add up stay, and a note says so; a brand called Total is data."""
    frame, notes = read(tmp_path, shop=["a", "b", "c", "Total"], n=[1, 2, 3, 100])
    assert len(frame) == 4
    assert "do not add up" in notes
    frame, notes = read(tmp_path, film=["All about my mother", "World", "Flood", "Drought"], n=[90, 40, 3, 2])
    assert (len(frame), notes) == (4, "")


@pytest.mark.parametrize(
    ("name", "numbers", "first"),
    [
        ("created_at", [1_700_000_000 + 86_400 * i for i in range(9)], "2023-11-14"),
        ("timestamp", [1_700_000_000_000 + 86_400_000 * i for i in range(9)], "2023-11-14"),
        ("updatedAt", [1_700_000_000_000_000 + i for i in range(9)], "2023-11-14"),
        ("date", [20240101 + i for i in range(9)], "2024-01-01"),
        ("x", [20240101 + i for i in range(25)], "2024-01-01"),
        ("month", [202401 + i for i in range(9)], "2024-01-01"),
        ("order_date", [45292 + i for i in range(9)], "2024-01-01"),
    ],
)
def test_numbers_that_are_times(tmp_path: Path, name: str, numbers: list[int], first: str) -> None:
    """Numbers that count seconds or write a day are times where name and values say so, with a note."""
    frame, notes = read(tmp_path, **{name: numbers})
    assert str(frame[name].min().date()) == first
    assert f": {name}" in notes


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("price", range(45_000, 45_009)),
        ("user", range(1_700_000_000, 1_700_000_009)),
        ("width", range(202_401, 202_409)),
    ],
)
def test_numbers_that_are_no_times(tmp_path: Path, name: str, numbers: range) -> None:
    """Numbers in the range of times stay numbers under any other name."""
    assert read(tmp_path, **{name: list(numbers)})[0][name].tolist() == list(numbers)


def test_year_month_and_day_make_a_date(tmp_path: Path) -> None:
    """Columns of year, month and day get a date beside them, unless there is a time column."""
    frame, notes = read(tmp_path, year=[2024, 2024], month=[1, 2], day=[31, 1], n=[1, 2])
    assert [str(day.date()) for day in frame["date"]] == ["2024-01-31", "2024-02-01"]
    assert "'date' was made" in notes
    assert "date" not in read(tmp_path, year=[2024], month=[1], at=[pd.Timestamp("2024-01-31")])[0]


def test_the_day_of_a_date_may_be_called_date_of_month_and_its_month_written_as_a_name(tmp_path: Path) -> None:
    """Days under another name are used, months may be names, and days are never left out of a date."""
    frame, _ = read(tmp_path, year=[2000, 2000], month=["Jan", "Feb"], date_of_month=[31, 1], n=[1, 2])
    assert [str(day.date()) for day in frame["date"]] == ["2000-01-31", "2000-02-01"]
    frame, _ = read(tmp_path, year=[1949, 1949], month=["Jan", "Feb"], n=[1, 2])
    assert [str(day.date()) for day in frame["date"]] == ["1949-01-01", "1949-02-01"]
    assert "date" not in read(tmp_path, year=[2000, 2000], month=[1, 1], weekday=[6, 7], n=[1, 2])[0]


def test_a_number_that_stands_apart_in_several_columns_is_missing():
    """-200 in three columns of measures is no measure, though no column by itself says so."""
    columns = {name: [float(n % 7 + shift) for n in range(40)] for shift, name in enumerate("abc")}
    frame = pd.DataFrame(columns).replace(0.0, 1.0)
    frame.iloc[[3, 5]] = -200.0
    cleaned, notes = without_sentinels(frame)
    assert cleaned.isna().sum().to_list() == [2, 2, 2]
    assert notes == [
        "-200 lies far from all other values and was set missing in: a (2 cells), b (2 cells), c (2 cells)."
    ]
    assert without_sentinels(frame[["a", "b"]])[1] == []


@pytest.mark.parametrize(
    ("clock", "second"),
    [
        (["18.00.00", "19.30.00"], "19:30"),
        (["6:00 pm", "12:15 AM"], "00:15"),
        (["18:00", "24:00"], "00:00"),
    ],
)
def test_a_date_and_a_time_of_day_become_a_moment(clock, second):
    """Two columns are one point in time, which stands before them and orders the rows."""
    frame = pd.DataFrame({"n": [1, 2], "Date": pd.to_datetime(["2024-05-01", "2024-05-02"]), "Time": clock})
    tidied, notes = tidy_frame(frame)
    assert list(tidied.columns) == ["n", "datetime", "Date", "Time"]
    assert f"{tidied['datetime'][1]:%H:%M}" == second
    assert notes == ["A column 'datetime' was made of the columns Date, Time."]


@pytest.mark.parametrize(
    "frame",
    [
        {"Date": ["2024-05-01", "2024-05-02"], "Time": ["18:00", "later"]},
        {"Date": ["2024-05-01T08:00", "2024-05-02T09:00"], "Time": ["18:00", "19:00"]},
        {"Date": ["2024-05-01", "2024-05-02"], "version": ["1.10", "1.20"]},
        {"Date": ["2024-05-01", "2024-05-02"], "Time": ["18:00", "19:00"], "End time": ["18:30", "19:30"]},
    ],
)
def test_what_is_no_time_of_day_makes_no_moment(frame):
    """Other texts, dates with a clock of their own and two clocks leave the table as it is."""
    assert "datetime" not in tidy_frame(pd.DataFrame(frame))[0].columns
