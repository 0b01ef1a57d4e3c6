"""A second table below a blank row of a file or sheet."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from analytics import DatasetError, read_dataset
from analytics.reading.large import texts
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


def test_a_second_table_of_words_is_left_out_and_said(tmp_path: Path) -> None:
    """Rows of words below a line of names are no sales; a source and a remark below the table are no table."""
    columns, rows, notes = read(tmp_path, SALES + "\nshop,manager,town\nA,Anna,Ulm\nB,Bert,Bonn\n")
    assert columns == ["region", "sales", "cost"]
    assert rows[-1] == ["West", 15, 8]
    assert "another table begins, with the names 'shop, manager, town': its 2 rows were left out" in notes
    _, rows, notes = read(tmp_path, SALES + "\nSource: the office\nFigures are preliminary\n")
    assert rows[-1] == ["West", 15, 8]
    assert "another table" not in notes


def test_numbers_below_a_table_of_words_are_a_second_table(tmp_path: Path) -> None:
    """A column of towns does not go on with prices; without names between, it is one column of text."""
    people = "name,town\nAnna,Ulm\nBert,Bonn\nCarla,Trier\n"
    columns, rows, notes = read(tmp_path, people + "\nitem,price\npen,3\nink,5\n")
    assert (columns, rows) == (["name", "town"], [["Anna", "Ulm"], ["Bert", "Bonn"], ["Carla", "Trier"]])
    assert "another table begins, with the names 'item, price': its 2 rows were left out" in notes
    _, rows, notes = read(tmp_path, people + "\nDora,4\nEmil,5\n")
    assert rows[-1] == ["Emil", "5"]
    assert "another table" not in notes


LONGER = {
    "fewer rows": "\nproduct,units,price,stock,shelf\napple,100,1.5,4,A1\npear,12,2.5,5,A2\nplum,3,3.5,6,A3\n",
    "more rows": "\nproduct,units,price,stock\n" + "".join(f"kind {n},{n},{n}.5,4\n" for n in range(9)),
    "a title above": "\nProducts\nproduct,units,price,stock\napple,100,1.5,4\npear,120,2.5,5\nplum,13,3.5,6\n",
    "a row of empty cells": ",,\nproduct,units,price,stock\napple,100,1.5,4\npear,120,2.5,5\nplum,13,3.5,6\n",
    "several blank lines": "\n\n\nproduct,units,price,stock\napple,100,1.5,4\npear,120,2.5,5\nplum,13,3.5,6\n",
}


@pytest.mark.parametrize("below", LONGER.values(), ids=LONGER)
def test_a_second_table_with_longer_rows_is_left_out_and_said(below: str, tmp_path: Path) -> None:
    """The width of the table is that of the first one, of which nothing else is said."""
    columns, rows, notes = read(tmp_path, SALES + below)
    assert columns == ["region", "sales", "cost"]
    assert rows == [["North", 10, 5], ["South", 12, 6], ["East", 14, 7], ["West", 15, 8]]
    said = "Below the first 4 rows another table begins, with the names 'product, units, price, stock"
    assert notes.startswith(said)
    assert f"its {9 if 'kind' in below else 3} rows were left out" in notes


@pytest.mark.parametrize(
    ("below", "row"),
    [
        ("\nNorth,11,6,7\nSouth,13,7,8\n", 7),
        ('\nMid,"a\n\nproduct,units,price,stock\napple,100,1.5,4\npear,120,2.5,5\n",1\nEast,1,2,3\n', 8),
        ("product,units,price,stock\napple,100,1.5,4\npear,120,2.5,5\n", 6),
    ],
    ids=["no names", "within quotes", "no blank row"],
)
def test_longer_rows_alone_begin_no_table(below: str, row: int, tmp_path: Path) -> None:
    """A row with too many cells is an error that names it, where no names below a blank line explain it."""
    with pytest.raises(DatasetError, match=f"row {row} has 4 cells, the table has 3"):
        read(tmp_path, SALES + below)


@pytest.mark.parametrize("below", [*FURTHER.values(), *LONGER.values()], ids=[*FURTHER, *LONGER])
def test_large_texts_are_searched_for_a_second_table(
    below: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same table is left out of a text that is read in limited memory."""
    monkeypatch.setattr(texts, "LARGE_BYTES", 1)
    monkeypatch.setattr(texts, "_FEW_LINES", 1)
    columns, rows, notes = read(tmp_path, SALES + below)
    assert (columns, len(rows)) == (["region", "sales", "cost"], 4)
    assert "Below the first 4 rows another table begins, with the names 'product, units" in notes
    assert f"its {9 if 'kind' in below else 3} rows were left out" in notes


def test_a_column_without_a_name_is_called_that_in_notes(tmp_path: Path) -> None:
    """A note that names nothing says nothing."""
    _, _, notes = read(tmp_path, "place,,visits\na,7,1\nb,8,2\nc,many,3\nd,9,4\n")
    assert "(such as 'many'): a column without a name." in notes


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
