"""Excel workbooks: the visible sheet with a table in it, wherever on the sheet that lies."""

from pathlib import Path
from typing import Any

import pandas as pd

from analytics.columns import listing
from analytics.errors import DatasetError
from analytics.reading.table import Table
from analytics.reading.workbooks.sheets import sheet_to_frame

_MOST_MERGED = 20_000_000
"""Bytes of a file whose merged cells are looked up, for which all of it has to be in memory."""


_MOST_LOOKED_AT = 8
"""Visible sheets among which the first one with a table is looked for."""
MOST_CELLS = 50_000_000
"""Cells of a sheet from its first to its last, 8 bytes each while it is read: all rows that Excel has, 47 columns wide.
One cell in the last corner of a small file would stand for 17 billion."""


def read_excel(path: Path, shown: str, max_bytes: int, sheet: str | None = None) -> Table:
    """Read one sheet of a workbook.

    Args:
        path: An .xlsx or .xlsm file.
        shown: Its name for messages.
        max_bytes: Largest size when unpacked.
        sheet: Name of the sheet; by default the first visible one that is not empty.

    Raises:
        DatasetError: Damaged, too large when unpacked, no such sheet, or nothing in it.
    """
    import warnings
    import zlib
    from zipfile import BadZipFile

    from openpyxl import load_workbook

    check_unpacked(path, shown, max_bytes)
    slim = path.stat().st_size > _MOST_MERGED
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts of the file that are not read
            book = load_workbook(path, read_only=slim, data_only=True)
            worksheets = [one for one in book.worksheets if hasattr(one, "iter_rows")]
            chosen, cells, notes = _choose(worksheets, shown, sheet)
            if not slim:
                _fill_merged(chosen, cells, notes)
                _say_hidden(chosen, notes)
            book.close()
    except DatasetError:
        raise
    except (BadZipFile, zlib.error, KeyError, ValueError, OSError, TypeError, AttributeError, IndexError, EOFError,
            SyntaxError, NotImplementedError, OverflowError, AssertionError, RuntimeError) as error:  # fmt: skip
        raise DatasetError(f"{shown}: not a readable Excel file; open it and save it as .xlsx again") from error
    frame, read, form = sheet_to_frame(cells, shown, chosen.title)
    if columns := _uncached(path, chosen.title, frame):
        read.append(
            f"Formulas without stored values, read as missing; open and save the file in Excel: {listing(columns)}."
        )
    return Table(frame, [*notes, *read], f"Excel: {form}")


def check_unpacked(path: Path, shown: str, max_bytes: int) -> None:
    """Check the size of a zip archive's files before they are unpacked.

    Raises:
        DatasetError: They are larger than the limit, or it is no archive.
    """
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise DatasetError(f"{shown}: not a readable Excel file; open it and save it as .xlsx again") from error
    if size > max_bytes:
        raise DatasetError(f"{shown}: {size:,} bytes when unpacked, more than the limit of {max_bytes:,}")


def _choose(sheets: list[Any], shown: str, name: str | None) -> tuple[Any, list[list[Any]], list[str]]:
    titles = [str(sheet.title) for sheet in sheets]
    if name is not None:
        for sheet in sheets:
            if sheet.title.strip().casefold() == name.strip().casefold():
                return sheet, _cells(sheet), []
        raise DatasetError(f"{shown}: no sheet {name!r}; there are {listing(titles)}")
    visible = [sheet for sheet in sheets if getattr(sheet, "sheet_state", "visible") == "visible"] or sheets
    notes: list[str] = []
    read: dict[int, list[list[Any]]] = {}
    tables: list[Any] = []
    for sheet in visible[:_MOST_LOOKED_AT]:
        read[id(sheet)] = _cells(sheet)
        if is_table(read[id(sheet)]):
            tables.append(sheet)
            break
    for sheet in [*tables[:1], *visible]:
        cells = read.get(id(sheet), [])
        if cells:
            others = [title for title in titles if title != sheet.title and title in {one.title for one in visible}]
            hidden = [title for title in titles if title not in {one.title for one in visible}]
            if others or hidden:
                said = [f"not read: {listing(others)}"] if others else []
                said += [f"hidden: {listing(hidden)}"] if hidden else []
                notes.append(f"Read the sheet {sheet.title!r}; {'; '.join(said)}.")
            return sheet, cells, notes
    raise DatasetError(
        f"{shown}: the sheet {titles[0]!r} is empty; name another one" if titles else f"{shown}: there are no sheets"
    )


def is_table(cells: list[list[Any]]) -> bool:
    """Check that a sheet holds more than the words of a cover: three rows or more with two cells each."""
    full = 0
    for row in cells:
        full += sum(cell not in (None, "") for cell in row) > 1
        if full > 2:
            return True
    return False


def _cells(sheet: Any) -> list[list[Any]]:
    """Values of a sheet without empty rows at its end; empty cells are None.

    Raises:
        DatasetError: It spans more than `MOST_CELLS` cells.
    """
    rows: list[list[Any]] = []
    if hasattr(sheet, "reset_dimensions"):
        sheet.reset_dimensions()  # what a file says of its own size may be wrong
        widest = 0
    else:  # all of it is in memory, and its size is that of its cells
        widest = sheet.max_column
        _check_size(sheet, sheet.max_row * widest)
    for row in sheet.iter_rows(values_only=True):
        rows.append(list(row))
        widest = max(widest, len(row))
        _check_size(sheet, len(rows) * widest)
    while rows and all(cell is None or cell == "" for cell in rows[-1]):
        rows.pop()
    return rows


def _check_size(sheet: Any, cells: int) -> None:
    if cells > MOST_CELLS:
        raise DatasetError(
            f"the sheet {sheet.title!r} spans more than {MOST_CELLS:,} cells, empty ones included: delete what lies "
            "far from the table, or save it as .csv"
        )


def _fill_merged(sheet: Any, cells: list[list[Any]], notes: list[str]) -> None:
    """Repeat the value of cells merged downwards, as a person reads them."""
    filled = 0
    for merged in sheet.merged_cells.ranges:
        if merged.min_col == merged.max_col and merged.max_row > merged.min_row and merged.max_row <= len(cells):
            value = cells[merged.min_row - 1][merged.min_col - 1]
            for row in range(merged.min_row, merged.max_row):
                cells[row][merged.min_col - 1] = value
                filled += 1
    if filled:
        what = f"{filled:,} cells merged downwards were" if filled > 1 else "A cell merged downwards was"
        notes.append(f"{what} filled with the value of the first.")


def _say_hidden(sheet: Any, notes: list[str]) -> None:
    """Say that rows or columns which the sheet does not show were read as well."""
    rows = sum(one.hidden for one in sheet.row_dimensions.values())
    columns = [name for name, one in sheet.column_dimensions.items() if one.hidden]
    said = [f"{rows:,} row{'s' if rows > 1 else ''}"] if rows else []
    said += [f"columns {listing(columns)}"] if columns else []
    if said:
        notes.append(f"Hidden on the sheet, and read as well: {' and '.join(said)}.")


def _uncached(path: Path, title: str, frame: pd.DataFrame) -> list[str]:
    """Names of columns in which most empty cells are formulas whose values the file does not have."""
    from openpyxl import load_workbook

    missing = [str(name) for i, name in enumerate(frame.columns) if frame.iloc[:, i].isna().mean() > 0.5]
    if not missing:
        return []
    book = load_workbook(path, read_only=True)
    formulas = _cells(book[title])
    book.close()
    found: list[str] = []
    for name in missing:
        for row in range(min(len(formulas), 60)):
            names = [str(cell).strip() for cell in formulas[row]]
            if name in names:
                below = [other[names.index(name)] for other in formulas[row + 1 :] if len(other) > names.index(name)]
                if sum(isinstance(cell, str) and cell.startswith("=") for cell in below) > 0.5 * len(below):
                    found.append(name)
                break
    return found
