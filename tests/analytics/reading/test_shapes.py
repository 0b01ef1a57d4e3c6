"""Tables as people and programs lay them out, and what their cells are read as: one small file of each kind."""

import datetime as dt
import json
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

from analytics import DatasetError, read_dataset

DAYS = [dt.date(2024, 1, 1) + dt.timedelta(days) for days in range(40)]


def read(folder: Path, content: str | bytes, name: str = "t.csv") -> tuple[pd.DataFrame, str]:
    """The table of a file, and its notes as one text."""
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    dataset = read_dataset(folder / name, directory=folder / "kept")
    return dataset.frame(), " ".join(dataset.notes)


def column(folder: Path, cells: list[object], name: str = "when") -> tuple[pd.Series, str]:
    frame, notes = read(folder, f"{name};v\n" + "".join(f"{cell};{row % 7}\n" for row, cell in enumerate(cells)))
    return frame[name], notes


@pytest.mark.parametrize(
    ("write", "name", "first", "last"),
    [
        (lambda day: f"{day:%y-%m-%d}", "when", "2024-01-01", "2024-02-09"),
        (lambda day: f"{day} 12:00:00 CET", "when", "2024-01-01 11:00+00:00", "2024-02-09 11:00+00:00"),
        (lambda day: f"{day.month % 4 + 1}. Quartal {2000 + day.day}", "when", "2001-04-01", "2009-07-01"),
        (lambda day: f"{2000 + day.day}.Q{day.month % 4 + 1}", "when", "2001-04-01", "2009-07-01"),
        (lambda day: f"KW {day.day}/{2020 + day.month}", "when", "2021-01-04", "2022-02-28"),
        (lambda day: f"FY{day.day:02}/{day.day + 1:02}", "when", "2001-01-01", "2009-01-01"),
        (lambda day: f"FY{2000 + day.day} Q{day.month}", "when", "2001-01-01", "2009-04-01"),
        (lambda day: f"FY{day.day + 10}-P{day.month:02}", "period", "2011-01-01", "2019-02-01"),
        (lambda day: f"P{day.month} FY{2000 + day.day}", "period", "2001-01-01", "2009-02-01"),
        (lambda day: f"{2000 + day.day}P{day.month:02}", "period", "2001-01-01", "2009-02-01"),
        (lambda day: f"{day.year}/{day.month}", "when", "2024-01-01", "2024-02-01"),
        (lambda day: f"{day:%d%m%Y}", "date", "2024-01-01", "2024-02-09"),
        (lambda day: f"{day:%Y%j}", "date", "2024-01-01", "2024-02-09"),
        (lambda day: f"{day:%Y%m%d}1230", "t", "2024-01-01 12:30", "2024-02-09 12:30"),
        (lambda day: 1_704_067_200.5 + 86_400 * DAYS.index(day), "timestamp", "2024-01-01 00:00:00.5", None),
        (lambda day: 45_292.5 + DAYS.index(day), "datetime", "2024-01-01 12:00", "2024-02-09 12:00"),
        (lambda day: f"{day.day} \u044f\u043d\u0432\u0430\u0440\u044f 2024", "when", "2024-01-01", "2024-01-09"),
    ],
)  # fmt: skip
def test_dates_in_more_spellings(tmp_path: Path, write, name: str, first: str, last: str | None) -> None:
    """Years first, named zones, quarters, weeks, fiscal years and numbers that stand for days are times."""
    found, _ = column(tmp_path, [write(day) for day in DAYS], name)
    assert found.iloc[0] == pd.Timestamp(first)
    assert last is None or found.iloc[-1] == pd.Timestamp(last)


@pytest.mark.parametrize(
    ("names", "finer"),
    [("Year,Month", ["Jan", "Feb", "Mar"]), ("Jahr,Monat", ["1", "2", "3"]), ("year,quarter", ["Q1", "Q2", "Q3"])],
)
def test_a_date_is_made_of_columns(tmp_path: Path, names: str, finer: list[str]) -> None:
    """Years beside months, by number or name, or beside quarters give a date."""
    frame, notes = read(tmp_path, f"{names},v\n" + "".join(f"{y},{m},5\n" for y in (2022, 2023) for m in finer))
    assert frame["date"].iloc[-1] == pd.Timestamp(2023, 7 if "Q3" in finer else 3, 1)
    assert "was made of" in notes


@pytest.mark.parametrize(
    "cells", [["Mon 01 Jan", "Tue 02 Jan", "Wed 03 Jan"], ["1/22", "2/22", "3/22"], ["2024-01-01 IST"] * 3]
)
def test_dates_that_are_not_understood_are_said(tmp_path: Path, cells: list[object]) -> None:
    """A column that may hold dates is text only with a note."""
    assert "dates" in column(tmp_path, [f"{cell}" if cell != cells[0] else cell for cell in cells])[1]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["1", "2", "see below"], "not every cell is a number"),
        (["$5", "\u20ac6", "\u00a37"], "same unit"),
        (["5 %", "0.07", "9 %"], "same unit"),
        (["1.234", "2.500", "9.999"], "may mark thousands"),
        (["1.2M", "500K", "3B"], "thousands, millions or billions"),
        (["N ", "S", "N"], "Spaces around"),
    ],
)
def test_what_was_made_of_odd_numbers_is_said(tmp_path: Path, cells: list[object], said: str) -> None:
    """Numbers that stay text, or are read one of two ways, are named in a note."""
    assert said in column(tmp_path, cells, "v2")[1]


@pytest.mark.parametrize("label", ["day", "Year"])
def test_a_total_among_dates_or_years_is_left_out(tmp_path: Path, label: str) -> None:
    """A row called Total does not turn dates into text, nor count as data."""
    rows = "".join(f"{2010 + i if label == 'Year' else DAYS[i]},{i}\n" for i in range(1, 13))
    frame, notes = read(tmp_path, f"{label},v\n{rows}Total,{sum(range(1, 13))}\n")
    assert len(frame) == 12
    assert not pd.api.types.is_string_dtype(frame[label].dtype)
    assert "'Total'" in notes


@pytest.mark.parametrize(("last", "said"), [(",6,60", "without a label"), ("Average,2,20", "is the mean")])
def test_a_last_row_that_sums_up_is_left_out(tmp_path: Path, last: str, said: str) -> None:
    """A last row without a label that adds up, or of means, is no data."""
    frame, notes = read(tmp_path, f"s,u,v\na,1,10\nb,2,20\nc,3,30\n{last}\n")
    assert len(frame) == 3
    assert said in notes


def test_rows_that_are_no_data_are_left_out(tmp_path: Path) -> None:
    """Drawn lines, counts of rows, names in capitals and units with a gap are told from data."""
    frame, notes = read(tmp_path, "city,n\na,1\nb,2\nCITY,N\nc,3\n")
    assert frame["n"].tolist() == [1, 2, 3]
    assert "repeat the column names" in notes
    rows = "".join(f"2024-01-01 {hour:02}:00,{hour / 2},{hour}\n" for hour in range(12))
    frame, notes = read(tmp_path, f"time,temp,wind\n,\u00b0C,m/s\n----,----,----\n{rows}12 rows,,\n")
    assert (len(frame), frame["temp"].dtype, frame["wind"].dtype) == (12, "float64", "int64")
    assert all(said in notes for said in ("units", "draws a line", "'12 rows'"))


def test_years_above_names_are_joined(tmp_path: Path) -> None:
    """A row of years above the names, as merged cells leave it, becomes a part of the names."""
    frame, _ = read(tmp_path, ",2023,2023,2024,2024\nplace,in,out,in,out\n" + "a,1,2,3,4\nb,5,6,7,8\nc,9,8,7,6\n")
    assert list(frame.columns) == ["place", "2023 in", "2023 out", "2024 in", "2024 out"]


def test_row_names_of_r_have_no_name(tmp_path: Path) -> None:
    """Names that are one fewer than the cells belong to the columns after the first."""
    assert read(tmp_path, '"x","y"\n"1",5,"a"\n"2",6,"b"\n')[0]["x"].tolist() == [5, 6]


@pytest.mark.parametrize(
    ("content", "said"),
    [("<!DOCTYPE html><p>404</p>\n", "web page"), ("<?xml?>\n<a/>\n", "XML"), ('{"error": "no"}\n', "JSON"),
     ("version https://git-lfs.github.com/spec/v1\noid x\n", "Git LFS")],
)  # fmt: skip
def test_what_only_has_the_ending_of_a_table_is_refused(tmp_path: Path, content: str, said: str) -> None:
    """A web page, XML, JSON or a pointer with the ending .csv is named as such."""
    with pytest.raises(DatasetError, match=said):
        read(tmp_path, content)


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1253", ["\u0391\u03b8\u03ae\u03bd\u03b1", "\u03a0\u03ac\u03c4\u03c1\u03b1"]),
        ("iso8859_2", ["\u0141\u00f3d\u017a", "\u015awidnica"]),
        ("cp1254", ["\u0130stanbul", "I\u011fd\u0131r"]),
        ("cp866", ["\u041c\u043e\u0441\u043a\u0432\u0430", "\u041a\u0430\u0437\u0430\u043d\u044c"]),
        ("gb18030", ["\u5317\u4eac", "\u4e0a\u6d77"]),
        ("cp850", ["M\u00fcnchen", "D\u00fcsseldorf"]),
        ("iso8859_15", ["5 \u20ac", "6 \u20ac"]),
        ("cp1255", ["\u05ea\u05dc \u05d0\u05d1\u05d9\u05d1", "\u05d9\u05e8\u05d5\u05e9\u05dc\u05d9\u05dd"]),
    ],
)
def test_encodings_of_short_files(tmp_path: Path, encoding: str, words: list[str]) -> None:
    """A few words tell the encoding, and a note says which was taken."""
    frame, notes = read(tmp_path, f"name;b\n{words[0]};x\n{words[1]};y\n".encode(encoding))
    shown = [word.removesuffix(" \u20ac") for word in words]
    assert frame["name"].astype("str").tolist() == shown
    assert "not UTF-8" in notes


@pytest.mark.parametrize(
    ("content", "rows", "columns"),
    [
        ([{"page": 1}, [{"d": "2020", "v": 1}, {"d": "2021", "v": 2}]], 2, ["d", "v"]),
        ({"meta": {"columns": [{"name": "a"}, {"name": "b"}]}, "data": [[1, "2"], [3, "4"]]}, 2, ["a", "b"]),
        ({"data": {"x": [1, 2, 3], "y": [4, 5, 6]}}, 3, ["x", "y"]),
        ([{"o": 1, "l": [{"q": 2}, {"q": 3}]}, {"o": 2, "l": []}], 2, ["o", "l.count", "l.q.sum"]),
        ([None, {"a": 1}, {"a": 2}], 2, ["a"]),
        ([1, 2, 3], 3, ["value"]),
        ({f"k{n}": {"v": n, "w": {"x": n}} for n in range(4)}, 4, ["key", "v", "w.x"]),
        (
            {"about": {"a": 1, "b": {"c": 2}}, "more": {"a": 1, "b": {"c": 2}}},
            1,
            ["about.a", "about.b.c", "more.a", "more.b.c"],
        ),
    ],
)
def test_shapes_of_json(tmp_path: Path, content: object, rows: int, columns: list[str]) -> None:
    """Rows are found where services put them; a list that is empty in a row counts as none there."""
    frame, _ = read(tmp_path, json.dumps(content), "t.json")
    assert (len(frame), list(frame.columns)) == (rows, columns)
    assert "l.count" not in frame or frame["l.count"].tolist() == [2, 0]


def test_sheets_as_people_make_them(tmp_path: Path) -> None:
    """A cover is passed over; words among numbers are missing ones; hidden rows, gaps and pivots are said."""
    book = Workbook()
    book.active.append(["Annual report"])
    sheet = book.create_sheet("Data")
    sheet.append(["region", "shop", "v", None, "w"])
    for row in range(8):
        sheet.append([f"r{row}" if row % 4 == 0 else None, f"s{row}", "n/a" if row == 3 else row, None, row])
    sheet.row_dimensions[3].hidden = True
    book.save(tmp_path / "t.xlsx")
    dataset = read_dataset(tmp_path / "t.xlsx", directory=tmp_path / "kept")
    assert (dataset.frame()["v"].dtype, dataset.frame()["v"].isna().sum()) == ("float64", 1)
    said = " ".join(dataset.notes)
    for words in (
        "sheet 'Data'",
        "Hidden on the sheet, and read as well: 1 row.",
        "empty column lies between 'v' and 'w'",
        "first row of each group",
    ):
        assert words in said


def test_rising_codes_are_no_times(tmp_path: Path) -> None:
    """Numbers of the size of milliseconds are times where they rise and their name is not that of a code."""
    cells: list[object] = [1_200_000_000_000 + 7_777_777 * row for row in range(20)]
    assert column(tmp_path, cells, "ean")[0].dtype == "int64"
    assert column(tmp_path, cells, "x")[0].dt.year.tolist() == [2008] * 20


def test_features_of_a_map_are_rows(tmp_path: Path) -> None:
    """A GeoJSON file is read as the table of its features."""
    point = {"type": "Point", "coordinates": [1.5, 50.0]}
    features = [{"type": "Feature", "properties": {"name": f"p{n}", "pop": n}, "geometry": point} for n in range(5)]
    (tmp_path / "a.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    found = read_dataset(tmp_path / "a.geojson", directory=tmp_path / "kept").frame()
    assert found["properties.pop"].tolist() == [0, 1, 2, 3, 4]


def test_a_drawn_line_below_the_names_is_no_part_of_them(tmp_path: Path) -> None:
    """In a Markdown table the line below the names is left out; a row of further names is joined to them."""
    rows = "".join(f"| {n} | {n * 2} |\n" for n in range(8))
    frame, _ = read(tmp_path, f"| id | val |\n|----|----:|\n{rows}", "a.txt")
    assert (list(frame.columns), len(frame)) == (["id", "val"], 8)


def test_a_name_beside_units_stays_a_name(tmp_path: Path) -> None:
    """Below groups of columns, a row of units may begin with the only name of the first column."""
    rows = "".join(f"R{n},{n},{n + 1},{n + 2},{n + 3}\n" for n in range(8))
    frame, notes = read(tmp_path, f",2023,2023,2024,2024\n,H1,H2,H1,H2\nRegion,USD,USD,USD,USD\n{rows}", "a.csv")
    assert list(frame.columns) == ["Region", "2023 H1", "2023 H2", "2024 H1", "2024 H2"]
    assert "holds units and was left out: H1 USD, H2 USD" in notes


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("2019,2020,2021", True),
        ("Q1 2023,Q2 2023,Q3 2023,Q4 2023", True),
        ("Jan,Feb,Mar,Apr,May,Jun,Total", True),
        ("Jan 2024,Feb 2024,Mar 2024", True),
        ("2019,2020", False),
        ("may,mar,set", False),
        ("1,2,3", False),
        ("q1,q2,q3", False),
    ],
)
def test_columns_that_are_times_are_said(tmp_path: Path, names: str, said: bool) -> None:
    """Where years, quarters or months are columns, a note says how changes over time are found."""
    count = names.count(",") + 1
    rows = "".join(f"c{row}," + ",".join(str(row * 7 + place) for place in range(count)) + "\n" for row in range(12))
    assert ("are named by times" in read(tmp_path, f"country,{names}\n{rows}")[1]) == said


def test_the_names_beside_row_numbers_of_r_are_no_title(tmp_path: Path) -> None:
    """`"","x"` above rows of a number and a value are names; a title in the second cell above names is none."""
    rows = "".join(f'"{row}",{row / 7}\n' for row in range(1, 30))
    frame, notes = read(tmp_path, f'"","x"\n{rows}')
    assert list(frame.columns) == ["column_1", "x"]
    assert len(frame) == 29
    assert "Left out" not in notes
    titled, notes = read(tmp_path, f",Report\nrow,x\n{rows}", "titled.csv")
    assert list(titled.columns) == ["row", "x"]
    assert "Report" in notes


def test_terms_of_a_year_are_no_months(tmp_path: Path) -> None:
    """2000-1, 2000-2, 2001-1 are terms or quarters; with a number above 4, or two digits each, they are months."""
    terms = [f"{year}-{term}" for year in range(2000, 2012) for term in (1, 2, 3)]
    found, _ = column(tmp_path, [*terms], "semester")
    assert found.tolist() == terms
    months, _ = column(tmp_path, [*terms, "2011-7"], "month")
    assert months.dt.month.tolist()[-1] == 7
    padded, _ = column(tmp_path, [term.replace("-", "-0") for term in terms], "month")
    assert padded.dt.year.tolist()[-1] == 2011
