"""Panels: tables with a row for each thing at each time, such as a firm in a year; rows of one thing are dependent."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.columns import is_number, is_text

_FEWEST, _MOST = 3, 0.5
"""Things of a panel, and their largest number as a part of the rows."""
_UNIQUE = 0.99
"""Part of the pairs of thing and time that only one row has."""
_FEWEST_TIMES = 3
FILLED = 0.3
"""Part of the pairs of thing and time that have a row, from which a thing is expected at each time: a firm is in each
year, but no director in each week."""
_YEARS = (1500, 2500)


def entity_column(frame: pd.DataFrame, time: str | None = None, filled: float = 0.0) -> str | None:
    """Return the column that names the things of a panel; None if the table is none.

    Each thing has rows at several times, and hardly any has two rows at one time.

    Args:
        frame: The rows; not changed.
        time: The time column; by default any column of times or years.
        filled: Least part of the pairs of thing and time that have a row.
    """
    names = [str(name) for name, column in frame.items() if _is_time(column)] if time is None else [time]
    moments = [found for name in names if (found := _moments(frame[name])) is not None]
    if not moments:
        return None
    for label, column in frame.items():
        if label in names or not (is_text(column) or isinstance(column.dtype, pd.CategoricalDtype)):
            continue
        codes, values = pd.factorize(column)
        if not _FEWEST <= len(values) <= _MOST * len(frame):
            continue
        if any(_is_panel(codes, len(values), one, filled) for one in moments):
            return str(label)
    return None


Codes = NDArray[np.intp]


def _moments(column: Any) -> Codes | None:
    """Number of the time of each row, below 0 where it has none; None if there are too few or too many for a panel."""
    codes, values = pd.factorize(column)
    return codes if _FEWEST_TIMES <= len(values) <= _MOST * len(column) else None


def _is_panel(things: Codes, count: int, moments: Codes, filled: float) -> bool:
    """Check that each thing has rows at several times, and hardly any two at one; see `entity_column`."""
    known = (things >= 0) & (moments >= 0)
    rows, times = int(known.sum()), int(moments.max()) + 1
    if rows <= count or rows < filled * count * times:
        return False
    pairs = np.unique(things[known] * times + moments[known]).size
    return 1 - pairs / rows <= 1 - _UNIQUE


def _is_time(column: Any) -> bool:
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return True
    named = str(column.name).casefold() in ("year", "yr", "jahr", "fiscal_year", "period", "wave")
    return named and is_number(column) and bool(column.dropna().between(*_YEARS).all())
