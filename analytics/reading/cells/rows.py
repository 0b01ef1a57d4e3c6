"""Rows of a table that are no data: blank ones, drawn lines, footers, names repeated further down."""

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from analytics.columns import Series, shorten
from analytics.reading.cells.further_tables import further_table
from analytics.reading.cells.plain_numbers import blank_cells

Flags = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]

_MOST_FOOTERS = 25
"""Rows at the end that may be footers."""
DRAWN_LINE = r"(?=.*(?:---|===|___|\*\*\*|:-))[-=_+*:~\s]{2,}"
"""A drawn line, as in Markdown and in what databases print."""
_COUNT = re.compile(
    r"\(?\d[\d., ]* (?:rows?|records?|entries|lines|zeilen|eintr\u00e4ge|lignes|filas|registros)\b.*", re.IGNORECASE
)
"""A last line that counts the rows."""


def without_odd_rows(
    frame: pd.DataFrame, names: list[str], after_blank: Iterable[tuple[str, ...]] = ()
) -> tuple[pd.DataFrame, list[str]]:
    """Leave out rows that hold no data, see `rows_of_data`, and a second table below the first.

    Args:
        frame: The cells, as for `rows_of_data`.
        names: Names of the columns as they stand in the file.
        after_blank: Filled cells of rows that follow a blank line, where blank lines are not in the frame.
    """
    empty = _empty_cells(frame)
    further = further_table(frame, names, empty, after_blank) if frame.shape[1] > 1 and len(frame) else None
    if further is not None:
        frame, empty = frame.iloc[: further.first], empty[: further.first]
    keep, notes = rows_of_data(frame, names, empty)
    if further is not None:
        notes.append(further.note(int(keep.sum())))
    return (frame if bool(keep.all()) else frame[keep].reset_index(drop=True)), notes


def rows_of_data(frame: pd.DataFrame, names: list[str], empty: Flags | None = None) -> tuple[Series, list[str]]:
    """Tell rows of data from blank ones, drawn lines, footers and names that repeat.

    Args:
        frame: The cells, those of text without a type yet; None, NaN or blank text where there is none.
        names: Names of the columns as they stand in the file.
        empty: Whether each cell is empty, where it is known.

    Returns:
        Whether each row is one of data, and notes on what the others are.
    """
    notes: list[str] = []
    empty = _empty_cells(frame) if empty is None else empty
    filled = pd.Series(frame.shape[1] - empty.sum(axis=1), index=frame.index)
    keep = pd.Series(True, index=frame.index)
    last = int(filled.to_numpy().nonzero()[0][-1]) + 1 if bool((filled > 0).any()) else 0
    keep.iloc[last:] = False
    blank = filled.eq(0)
    if frame.shape[1] > 1:
        drawn = _drawn(frame, empty) & ~blank
        if bool(drawn.any()):
            keep &= ~drawn
            count = int(drawn.sum())
            what = f"{count:,} rows that only draw a line were" if count > 1 else "A row that only draws a line was"
            notes.append(f"{what} left out.")
        keep &= ~blank
        if inside := int(blank.iloc[:last].sum()):
            what = (
                f"{inside:,} blank rows between the others were" if inside > 1 else "A blank row between the others was"
            )
            notes.append(f"{what} left out.")
    footers = _footers(frame.iloc[:last][keep.iloc[:last]], filled)
    if footers:
        keep[footers] = False
        texts = [shorten(_first_text(frame.loc[row]), 60) for row in footers]
        more = f" and {len(texts) - 1} more" if len(texts) > 1 else ""
        notes.append(f"Left out below the table: the {'lines' if more else 'line'} {texts[0]!r}{more}.")
    repeated = _repeated(frame, names)
    if repeated is not None and bool((repeated & keep).any()):
        count = int((repeated & keep).sum())
        which = f"{count:,} rows" if count > 1 else "a row"
        notes.append(f"Left out, since they repeat the column names: {which}.")
        keep &= ~repeated
    if _is_sparse(empty, keep.to_numpy()):
        notes.append(
            f"{names[0] or 'The first column'} is filled in the first row of each group only, as in pivot tables; the "
            "rows below have none. Fill it down to compare the groups."
        )
    return keep, notes


def _is_sparse(empty: Flags, keep: Flags) -> bool:
    """Check for a first column that is filled once for several rows, beside columns that are filled in all rows."""
    if empty.shape[1] < 3 or int(keep.sum()) < 6:
        return False
    first = empty[keep, 0]
    return not first[0] and first.mean() >= 0.5 and (~first).sum() > 1 and not empty[keep, 1:].any()


def _drawn(frame: pd.DataFrame, empty: Flags) -> Series:
    """Rows whose cells are all drawn lines or empty."""
    drawn = pd.Series(True, index=frame.index)
    for position in range(frame.shape[1]):
        column = frame.iloc[:, position]
        if not (pd.api.types.is_string_dtype(column.dtype) or pd.api.types.is_object_dtype(column.dtype)):
            return ~drawn
        drawn &= empty[:, position] | column.astype("str").str.fullmatch(DRAWN_LINE).fillna(False).astype(bool)
        if not bool(drawn.any()):
            break
    return drawn


def _empty_cells(frame: pd.DataFrame) -> Flags:
    empty = np.empty(frame.shape, dtype=bool, order="F")
    for position, (_, column) in enumerate(frame.items()):
        empty[:, position] = _is_empty(column)
    return empty


def _is_empty(column: Series) -> Flags:
    if pd.api.types.is_object_dtype(column.dtype):
        return column.isna().to_numpy() | np.array(
            [isinstance(cell, str) and not cell.strip() for cell in column], bool
        )
    if pd.api.types.is_string_dtype(column.dtype):
        return blank_cells(column)
    return column.isna().to_numpy()


def _first_text(row: Series) -> str:
    return next((" ".join(str(value).split()) for value in row if not pd.isna(value) and str(value).strip()), "")


def _footers(rows: pd.DataFrame, filled: Series) -> list[int]:
    """Rows at the end with one cell, which is text, below rows that are usually fuller by far."""
    if len(rows) < 3:
        return []
    usual = float(filled.loc[rows.index].median())
    found: list[int] = []
    for index in reversed(rows.index[-_MOST_FOOTERS:]):
        if filled[index] != 1 or usual < 2 or (usual == 2 and not _is_remark(_first_text(rows.loc[index]))):
            break
        if _first_text(rows.loc[index]).replace(".", "").replace(",", "").isdigit():
            break
        found.insert(0, index)
    return found if len(found) < 0.5 * len(rows) else []


def _is_remark(text: str) -> bool:
    """Check for the beginning of a source, a note or an export's last line."""
    words = (
        "source",
        "quelle",
        "note",
        "notes",
        "anmerkung",
        "*",
        "(",
        "\u00a9",
        "total",
        "data",
        "last updated",
        "end",
        "fuente",
    )
    return _COUNT.fullmatch(text) is not None or (len(text) > 12 and text.casefold().startswith(words))


def _repeated(frame: pd.DataFrame, names: list[str]) -> Series:
    """Rows whose every cell is the name of its column; None if there are none."""
    if frame.shape[1] < 2:
        return None
    same: Series = None
    for position, name in enumerate(names):
        column = frame.iloc[:, position]
        if not name or not (pd.api.types.is_string_dtype(column.dtype) or pd.api.types.is_object_dtype(column.dtype)):
            continue
        here: Series = column.astype("str").str.strip().str.casefold().eq(name.casefold())
        same = here if same is None else same & here
        if not bool(same.any()):
            return None
    return None if same is None else same.fillna(False).astype(bool)
