"""Panels: tables with a row for each thing at each time, such as a firm in a year; rows of one thing are dependent."""

from typing import Any

import pandas as pd

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
    times = [time] if time is not None else [name for name in map(str, frame.columns) if _is_time(frame[name])]
    for name in map(str, frame.columns):
        column = frame[name]
        if name in times or not (is_text(column) or isinstance(column.dtype, pd.CategoricalDtype)):
            continue
        things = int(column.nunique())
        if not _FEWEST <= things <= _MOST * len(frame):
            continue
        for moment in times:
            moments = int(frame[moment].nunique())
            if moments < _FEWEST_TIMES or moments > _MOST * len(frame):
                continue
            pairs = frame[[name, moment]].dropna()
            if len(pairs) < filled * things * moments:
                continue
            if len(pairs) > things and float(pairs.duplicated().mean()) <= 1 - _UNIQUE:
                return name
    return None


def _is_time(column: Any) -> bool:
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return True
    named = str(column.name).casefold() in ("year", "yr", "jahr", "fiscal_year", "period", "wave")
    return named and is_number(column) and bool(column.dropna().between(*_YEARS).all())
