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
