"""A second table below a blank row of a file or sheet."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from analytics import read_dataset
from tests.analytics.reading.test_dialects import read

SALES = "region,sales,cost\nNorth,10,5\nSouth,12,6\nEast,14,7\nWest,15,8\n"
FURTHER = {
    "names after a blank line": "\nproduct,units,price\napple,100,1.5\npear,120,2.5\nplum,130,3.5\n",
    "a title and fewer columns": "\nProducts\nproduct,units\napple,100\npear,120\nplum,130\n",
    "a row of empty cells": ",,\nproduct,units,price\napple,100,1.5\npear,120,2.5\nplum,130,3.5\n",
}


@pytest.mark.parametrize("below", FURTHER.values(), ids=FURTHER)
def test_a_second_table_is_left_out_and_said(below: str, tmp_path: Path) -> None:
    """The first table keeps its types; the note says where the other begins, its names and its rows."""
    columns, rows, notes = read(tmp_path, SALES + below)
    assert columns == ["region", "sales", "cost"]
    assert rows == [["North", 10, 5], ["South", 12, 6], ["East", 14, 7], ["West", 15, 8]]
    assert "Below the first 4 rows another table begins, with the names 'product, units" in notes
    assert "its 3 rows were left out" in notes


@pytest.mark.parametrize(
    ("below", "rows"),
    [
        ("\nNorth,11,6\nSouth,13,7\n", 6),
        ("\nregion,sales,cost\nNorth,11,6\nSouth,13,7\n", 6),
        ("\nNorth,n/a,unknown\nSouth,13,7\nEast,14,8\n", 7),
        ("product,units,price\napple,100,1.5\npear,120,2.5\n", 7),
        ("\n\nNorth,closed,8\nSouth,13,7\nEast,14,8\n", 7),
    ],
    ids=["more rows", "the same names", "words for missing", "no blank row", "one word among numbers"],
)
def test_rows_of_the_same_table_after_a_blank_row_are_kept(below: str, rows: int, tmp_path: Path) -> None:
    """A blank row alone begins no table, nor do words without one."""
    _, found, notes = read(tmp_path, SALES + below)
    assert len(found) == rows
    assert "another table" not in notes


def test_words_after_many_blank_rows_are_cells(tmp_path: Path) -> None:
    """Where blank rows part groups of rows, a word in the one column of numbers is a cell."""
    groups = "".join(f"\nplace {number},{number}\nvenue {number},{number}\n" for number in range(6))
    _, found, notes = read(tmp_path, f"place,visits\n{groups}\nharbour,closed\nmarket,7\npark,8\n")
    assert (len(found), "another table" in notes) == (15, False)


def test_a_second_table_on_a_sheet_is_left_out(tmp_path: Path) -> None:
    """The same holds in workbooks, also for one that is wider than the first."""
    book = Workbook()
    for row in (["region", "sales"], ["North", 10], ["South", 12], [], ["Products"], ["product", "units", "price"]):
        book.active.append(row)
    for number in range(5):
        book.active.append([f"product {number}", number, number * 1.5])
    book.save(tmp_path / "two.xlsx")
    found = read_dataset(tmp_path / "two.xlsx", directory=tmp_path / "kept")
    assert found.frame().to_numpy().tolist() == [["North", 10], ["South", 12]]
    assert any("Below the first 2 rows another table begins" in note for note in found.notes)
