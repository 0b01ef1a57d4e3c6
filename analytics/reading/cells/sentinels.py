"""Values that stand for a missing one, such as -999 or 1 January 1900, set missing."""

import re
from collections import Counter

import numpy as np
import pandas as pd

from analytics.columns import Floats, Series, is_number, listing
from analytics.profile.quality import placeholder
from analytics.profile.roles import infer_role

_SEVERAL = 3
"""Columns in which a negative number stands apart from which it is a sentinel, however it is written."""
_MOST = 3
"""Sentinels of one column."""
_DAYS = {
    pd.Timestamp(day)
    for day in (
        "0001-01-01", "1582-10-15", "1753-01-01", "1800-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1901-01-01",
        "1970-01-01", "2099-12-31", "2100-01-01", "2999-12-31", "3000-01-01", "9999-01-01", "9999-12-31",
    )
}  # fmt: skip
"""Days that programs write where they know none."""
_FIVE_YEARS = pd.Timedelta(days=5 * 365)


def without_sentinels(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Set sentinels missing.

    Args:
        frame: A tidy table; not changed.

    Returns:
        The table, and a note for each kind of sentinel that says how many cells of which columns it stood in.
    """
    changed: dict[str, Series] = {}
    found: dict[str, list[str]] = {}
    columns: dict[str, Series] = {str(name): column for name, column in frame.items()}
    apart = {
        name: number
        for name, column in columns.items()
        if is_number(column) and (number := placeholder(_finite(column))) is not None
    }
    shared = _shared(apart)
    for name, column in columns.items():
        if name not in apart and not pd.api.types.is_datetime64_any_dtype(column.dtype):
            continue
        for _ in range(_MOST):
            sentinel = _sentinel(column, shared)
            if sentinel is None:
                break
            cells = column.eq(sentinel).fillna(False).astype(bool)
            shown = str(sentinel.date()) if isinstance(sentinel, pd.Timestamp) else f"{sentinel:g}"
            found.setdefault(shown, []).append(f"{name} ({int(cells.sum()):,} cells)")
            column = _with_gaps(column, cells)
            changed[name] = column
    notes = [
        f"{shown} lies far from all other values and was set missing in: {listing(names)}."
        for shown, names in found.items()
    ]
    return frame.assign(**changed) if changed else frame, notes


def _shared(apart: dict[str, float]) -> set[float]:
    """Numbers that stand apart in several columns, such as -200 for a sensor that was off: no chance brings that."""
    found = Counter(number for number in apart.values() if number < 0)
    return {number for number, columns in found.items() if columns >= _SEVERAL}


def _finite(column: Series) -> Floats:
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    return values[np.isfinite(values)]


def _sentinel(column: Series, shared: set[float]) -> float | pd.Timestamp | None:
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return _day(column)
    if not is_number(column):
        return None
    values = _finite(column)
    number = placeholder(values)
    if number in shared:
        return number
    if number is None or not re.fullmatch(r"-?9+(?:\.9+)?|-9|-8888?|-7777?", f"{number:g}"):
        return None
    others = values[values != number]
    gap = float(np.min(np.abs(others - number)))
    if abs(number) < 90 or gap < 2 * float(np.ptp(others)) or infer_role(column, np.unique(values).size) != "number":
        return None
    return number


def _day(column: Series) -> pd.Timestamp | None:
    present = column.dropna().dt.tz_localize(None)
    if len(present) < 10:
        return None
    for end in (present.min(), present.max()):
        others = present[present != end]
        if end not in _DAYS or others.empty:
            continue
        gap = min(abs(others.min() - end), abs(others.max() - end))
        if gap > max(others.max() - others.min(), _FIVE_YEARS):
            return end if column.dt.tz is None else end.tz_localize(column.dt.tz)
    return None


def _with_gaps(column: Series, cells: Series) -> Series:
    if pd.api.types.is_integer_dtype(column.dtype) and isinstance(column.dtype, np.dtype):
        exact = bool(column.abs().max() <= 2**53)
        column = column.astype("float64" if exact else "Int64")
    return column.mask(cells)
