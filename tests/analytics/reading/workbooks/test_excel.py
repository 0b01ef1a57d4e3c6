"""Excel workbooks whose sheet spans more than it holds."""

import pytest
from openpyxl import Workbook

from analytics import DatasetError, read_dataset
from analytics.reading.workbooks import excel


@pytest.mark.parametrize("slim", [False, True], ids=["whole", "row by row"])
def test_a_cell_far_away_does_not_stand_for_all_between(slim, tmp_path, monkeypatch):
    """A sheet with one cell in a far corner is refused as soon as its cells are more than a sheet may have."""
    monkeypatch.setattr(excel, "MOST_CELLS", 1000)
    monkeypatch.setattr(excel, "_MOST_MERGED", 0 if slim else 1_000_000)
    book = Workbook()
    book.active.append(["day", "sales"])
    book.active.append([1, 2])
    book.active.cell(200, 100).value = 1
    book.save(tmp_path / "far.xlsx")
    with pytest.raises(DatasetError, match=r"spans more than 1,000 cells.*save it as \.csv"):
        read_dataset(tmp_path / "far.xlsx", directory=tmp_path / "snapshots")


def test_a_name_merged_over_two_rows_of_names_is_written_once(tmp_path):
    """Of a cell merged downwards over both rows of names, the joined name has the words once; groups keep both."""
    book = Workbook()
    sheet = book.active
    for row in (["Region", 2022, None, 2023, None], [None, "Units", "Sales", "Units", "Sales"]):
        sheet.append(row)
    for number in range(5):
        sheet.append([f"R{number}", number, number * 2.5, number + 1, number * 3.5])
    for cells in ("A1:A2", "B1:C1", "D1:E1"):
        sheet.merge_cells(cells)
    book.save(tmp_path / "merged.xlsx")
    read = read_dataset(tmp_path / "merged.xlsx", directory=tmp_path / "snapshots")
    assert list(read.frame().columns) == ["Region", "2022 Units", "2022 Sales", "2023 Units", "2023 Sales"]
    assert any(note.startswith("A cell merged downwards was filled") for note in read.notes)
