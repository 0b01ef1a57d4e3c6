"""OpenDocument spreadsheets (.ods): the visible sheet with a table in it, as of Excel workbooks."""

import xml.etree.ElementTree as ET
import zlib
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from analytics.columns import listing
from analytics.errors import DatasetError
from analytics.reading.table import Table
from analytics.reading.workbooks.excel import MOST_CELLS, check_unpacked, is_table
from analytics.reading.workbooks.sheets import sheet_to_frame

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"


def read_ods(path: Path, shown: str, max_bytes: int, sheet: str | None = None) -> Table:
    """Read one sheet of an OpenDocument spreadsheet.

    Args:
        path: An .ods file.
        shown: Its name for messages.
        max_bytes: Largest size when unpacked.
        sheet: Name of the sheet; by default the first visible one that is not empty.

    Raises:
        DatasetError: Damaged, too large when unpacked, no such sheet, or nothing in it.
    """
    check_unpacked(path, shown, max_bytes)
    try:
        with ZipFile(path) as archive, archive.open("content.xml") as content:
            root = ET.parse(content).getroot()  # noqa: S314 - expat limits what entities grow to, and opens no address
    except (BadZipFile, zlib.error, EOFError, KeyError, ET.ParseError, OSError, ValueError, RuntimeError) as error:
        raise DatasetError(f"{shown}: not a readable OpenDocument file; open it and save it as .ods again") from error
    hidden = {
        str(style.get(f"{_STYLE}name"))
        for style in root.iter(f"{_STYLE}style")
        if any(one.get(f"{_TABLE}display") == "false" for one in style.iter(f"{_STYLE}table-properties"))
    }
    sheets = {str(one.get(f"{_TABLE}name")): one for one in root.iter(f"{_TABLE}table")}
    if sheet is not None:
        found = next((name for name in sheets if name.strip().casefold() == sheet.strip().casefold()), None)
        if found is None:
            raise DatasetError(f"{shown}: no sheet {sheet!r}; there are {listing(sheets)}")
        return _read(sheets[found], shown, found, [])
    unseen = [name for name, one in sheets.items() if one.get(f"{_TABLE}style-name") in hidden]
    seen = [name for name in sheets if name not in unseen] or unseen
    first = next((name for name in seen if is_table(list(islice(_rows(sheets[name], shown), 1000)))), None)
    for name in seen if first is None else [first]:
        if any(cell not in (None, "") for row in _rows(sheets[name], shown) for cell in row):
            others = [other for other in sheets if other != name and other not in unseen]
            said = [f"not read: {listing(others)}"] if others else []
            said += [f"hidden: {listing(unseen)}"] if unseen else []
            return _read(sheets[name], shown, name, [f"Read the sheet {name!r}; {'; '.join(said)}."] if said else [])
    raise DatasetError(f"{shown}: its sheets are empty")


def _read(sheet: ET.Element, shown: str, name: str, notes: list[str]) -> Table:
    frame, read, form = sheet_to_frame(list(_rows(sheet, shown)), shown, name)
    return Table(frame, [*notes, *read], f"OpenDocument: {form}")


def _rows(sheet: ET.Element, shown: str) -> Iterator[list[Any]]:
    """Rows of a sheet without empty ones at its end. Cells and rows that repeat are written once in the file."""
    empty, read = 0, 0
    for row in sheet.iter(f"{_TABLE}table-row"):
        cells: list[Any] = []
        blank = 0
        for cell in row:
            if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                continue
            value, times = _value(cell), int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
            if value is None:
                blank += times
                continue
            _check(read + blank + times, shown)
            cells += [None] * blank + [value] * times
            blank = 0
        times = int(row.get(f"{_TABLE}number-rows-repeated", "1"))
        if not cells:
            empty += times
            continue
        read += (empty + times) * len(cells)
        _check(read, shown)
        for _ in range(empty):
            yield []
        for _ in range(times):
            yield cells
        empty = 0


def _check(cells: int, shown: str) -> None:
    if cells > MOST_CELLS:
        raise DatasetError(f"{shown}: a sheet spans more than {MOST_CELLS:,} cells, the limit; save it as .csv")


def _value(cell: ET.Element) -> Any:
    kind = cell.get(f"{_OFFICE}value-type")
    if kind in ("float", "percentage", "currency"):
        number = float(cell.get(f"{_OFFICE}value", "nan"))
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true"
    if kind == "date" and (written := cell.get(f"{_OFFICE}date-value")):
        try:
            return datetime.fromisoformat(written)
        except ValueError:
            return written
    text = "\n".join("".join(part.itertext()) for part in cell.iter(f"{_TEXT}p"))
    return text or None
