"""Wide tables are read in another way than narrow ones, with the same result."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.errors import DatasetError
from analytics.reading.delimited import read, wide

_NUMBERS = ("1", "12", "-3", "0", "4.25", "-0.5", "1.250", "17.125")
_ODD = ("", " ", " 7 ", "x", "01", "---", "NA", "1e5", "2024", "Total", "Source: a register", "1,5", "20240131", "+4")
_NAMES = ("amount", "2024", "day", "shop", "total", "12", "Total")


@st.composite
def _tables(draw):
    """Draw a table of mostly numbers, with odd cells, rows that may be none of data, and names that may be numbers."""
    rows = draw(st.integers(1, 6))
    columns = [
        draw(st.sampled_from([_NUMBERS[:4], _NUMBERS[6:], _NUMBERS, ("a", "b", "x y"), ("2024", "2025", "Total")]))
        for _ in range(draw(st.integers(2, 6)))
    ]
    cells = [[draw(st.sampled_from(kind)) for kind in columns] for _ in range(rows)]
    for _ in range(draw(st.integers(0, 2))):
        cells[draw(st.integers(0, rows - 1))][draw(st.integers(0, len(columns) - 1))] = draw(st.sampled_from(_ODD))
    names = [draw(st.sampled_from(_NAMES)) + draw(st.sampled_from(["", "", str(at)])) for at in range(len(columns))]
    lines = [names, *cells]
    if draw(st.booleans()):
        lines.insert(draw(st.integers(1, len(lines))), names)
    return "\n".join(",".join(line) for line in lines) + "\n"


def _read(path: Path, width: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wide, "_WIDE", width)
    try:
        found = read.read_delimited(path, "table.csv", None)
    except DatasetError as error:
        return str(error)
    frame = found.frame
    return (
        list(frame.columns),
        [str(dtype) for dtype in frame.dtypes],
        frame.astype("str").to_numpy().tolist(),
        found[1:],
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=_tables())
def test_a_table_is_read_the_same_whatever_its_width(text, tmp_path, monkeypatch):
    """Types, values, notes and form of a table are those that the way of narrow tables finds."""
    path = tmp_path / "table.csv"
    path.write_text(text)
    assert _read(path, 2, monkeypatch) == _read(path, 10**9, monkeypatch)


def test_plain_tables_are_read_in_the_way_of_wide_ones(tmp_path, monkeypatch):
    """A table of numbers and words with a name that is no number takes the way of wide tables."""
    path = tmp_path / "table.csv"
    path.write_text("shop,a,b,c\n" + "".join(f"s{row},{row},{row / 8},{row % 3}\n" for row in range(20)))
    monkeypatch.setattr(wide, "_WIDE", 2)
    monkeypatch.setattr(read, "without_odd_rows", None)  # of the other way
    assert len(read.read_delimited(path, "table.csv", None).frame) == 20
