"""Cells of a sheet as a table: title rows, header and units told apart, columns typed."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd

from analytics.errors import DatasetError
from analytics.reading.cells.layout import find_layout
from analytics.reading.cells.rows import without_odd_rows
from analytics.reading.cells.totals import typed_without_totals
from analytics.reading.table import Table

_HEAD = 100
"""Rows that the layout is told from."""


def sheet_to_frame(cells: list[list[Any]], shown: str, title: str) -> Table:
    """Make a frame of a sheet.

    Args:
        cells: Rows of values; None where a cell is empty.
        shown: The file's name for messages.
        title: The sheet's name.

    Returns:
        The rows, notes on what was decided, and where the table lies.

    Raises:
        DatasetError: Nothing is on the sheet.
    """
    width = max((len(row) for row in cells), default=0)
    grid = [[*row, *[None] * (width - len(row))] for row in cells]
    used = [i for i in range(width) if any(row[i] not in (None, "") for row in grid)]
    if not used:
        raise DatasetError(f"{shown}: the sheet {title!r} is empty")
    grid = [[row[i] for i in used] for row in grid]
    gaps = [place for place, (left, right) in enumerate(pairwise(used)) if right > left + 1]
    layout = find_layout([[_as_text(cell) for cell in row] for row in grid[:_HEAD]])
    names = layout.names + [""] * (len(used) - len(layout.names))
    body = grid[layout.first :]
    if not body:
        raise DatasetError(f"{shown}: there is a line of {len(used)} column names on {title!r}, but no rows follow")
    if gaps:
        between = f"{names[gaps[0]] or 'the table'!r} and {names[gaps[0] + 1]!r}"
        layout.notes.append(f"An empty column lies between {between}: there may be several tables side by side.")
    columns = {i: pd.Series([_plain(row[i]) for row in body], dtype=object) for i in range(len(used))}
    frame, left_out = without_odd_rows(pd.DataFrame(columns), names)
    typed, decided = typed_without_totals(frame.set_axis(names, axis=1))
    unnamed = [i for i, name in enumerate(names) if not name and bool(typed.iloc[:, i].isna().all())]
    typed = typed.iloc[:, [i for i in range(len(used)) if i not in unnamed]]
    header = "no header" if layout.header is None else f"header in row {layout.header + 1}"
    return Table(typed, [*layout.notes, *left_out, *decided], f"sheet {title!r}, {header}")


def _as_text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _plain(cell: Any) -> Any:
    """A cell without the types that only spreadsheets have; blank text is empty."""
    if isinstance(cell, str):
        return cell if cell.strip() else None
    if isinstance(cell, int | float | bool | datetime | date | time | timedelta):
        return cell
    return None if cell is None else str(cell)
