"""Rows of a table that are no data: blank ones, footers, names repeated further down."""

import numpy as np
import pandas as pd

from analytics.columns import Series, shorten
from analytics.reading.cells.plain_numbers import blank_cells

_MOST_FOOTERS = 25
"""Rows at the end that may be footers."""


def without_odd_rows(frame: pd.DataFrame, names: list[str]) -> tuple[pd.DataFrame, list[str]]:
    """Leave out rows and columns that hold no data.

    Args:
        frame: The cells, those of text without a type yet; None, NaN or blank text where there is none.
        names: Names of the columns as they stand in the file.

    Returns:
        The other rows, and notes on what was left out.
    """
    notes: list[str] = []
    empty = np.zeros(len(frame), dtype=np.int64)
    for position in range(frame.shape[1]):
        empty += _is_empty(frame.iloc[:, position])
    filled = pd.Series(frame.shape[1] - empty, index=frame.index)
    keep = pd.Series(True, index=frame.index)
    last = int(filled.to_numpy().nonzero()[0][-1]) + 1 if bool((filled > 0).any()) else 0
    keep.iloc[last:] = False
    blank = filled.eq(0)
    if frame.shape[1] > 1:
        keep &= ~blank
        if inside := int(blank.iloc[:last].sum()):
            what = (
                f"{inside:,} blank rows between the others were" if inside > 1 else "A blank row between the others was"
            )
            notes.append(f"{what} left out.")
    footers = _footers(frame, frame.index[:last][keep.iloc[:last]], filled)
    if footers:
        keep[footers] = False
        texts = [shorten(_first_text(frame.loc[row]), 60) for row in footers]
        more = f" and {len(texts) - 1} more" if len(texts) > 1 else ""
        notes.append(f"Left out below the table: the {'lines' if more else 'line'} {texts[0]!r}{more}.")
    repeated = _repeated(frame, names)
    if repeated is not None and bool((repeated & keep).any()):
        notes.append(f"{int((repeated & keep).sum()):,} rows that repeat the column names were left out.")
        keep &= ~repeated
    return (frame if bool(keep.all()) else frame[keep].reset_index(drop=True)), notes


def _is_empty(column: Series) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    if pd.api.types.is_object_dtype(column.dtype):
        blank = [isinstance(cell, str) and not cell.strip() for cell in column]
        return column.isna().to_numpy() | np.array(blank, dtype=np.bool_)
    if pd.api.types.is_string_dtype(column.dtype):
        return blank_cells(column)
    return column.isna().to_numpy()


def _first_text(row: Series) -> str:
    return next((" ".join(str(value).split()) for value in row if not pd.isna(value) and str(value).strip()), "")


def _footers(rows: pd.DataFrame, kept: pd.Index, filled: Series) -> list[int]:
    """Rows at the end with one cell, which is text, below rows that are usually fuller by far."""
    if len(kept) < 3:
        return []
    usual = float(filled.loc[kept].median())
    found: list[int] = []
    for index in reversed(kept[-_MOST_FOOTERS:]):
        if filled[index] != 1 or usual < 2 or (usual == 2 and not _is_remark(_first_text(rows.loc[index]))):
            break
        if _first_text(rows.loc[index]).replace(".", "").replace(",", "").isdigit():
            break
        found.insert(0, index)
    return found if len(found) < 0.5 * len(kept) else []


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
    return len(text) > 12 and text.casefold().startswith(words)


def _repeated(frame: pd.DataFrame, names: list[str]) -> Series:
    """Rows whose every cell is the name of its column; None if there are none."""
    if frame.shape[1] < 2:
        return None
    same: Series = None
    for position, name in enumerate(names):
        column = frame.iloc[:, position]
        if not name or not (pd.api.types.is_string_dtype(column.dtype) or pd.api.types.is_object_dtype(column.dtype)):
            continue
        here: Series = column.astype("str").str.strip().eq(name)
        same = here if same is None else same & here
        if not bool(same.any()):
            return None
    return None if same is None else same.fillna(False).astype(bool)
