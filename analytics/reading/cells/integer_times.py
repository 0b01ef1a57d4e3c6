"""Times in columns of numbers: 20240131, epoch seconds, serial days of spreadsheets, years and months apart."""

import re
from typing import Literal

import numpy as np
import pandas as pd

from analytics.columns import Series, is_number
from analytics.reading.cells.months import MONTHS

_TIME_NAME = re.compile(
    r"(?:^|[_\W\d])(?:dates?|time|timestamp|ts|datetime|day|when|epoch|unix\w*|at|on|created|updated|modified|period|month|"
    r"yearmonth|year_month|ym|yyyymm\w*|ymd|datum|fecha|dt|stamp|since|until|start|end)(?:$|[_\W\d])|[a-z](?:At|On|Date|Time|Timestamp)$"
    r"|(?:date|time|stamp|datum)s?$",
    re.IGNORECASE,
)  # fmt: skip
_DAY_NAME = re.compile(r"(?:^|[_\W])(?:dates?|datum|day|fecha|dt)(?:$|[_\W])|date$", re.IGNORECASE)
_UNITS: dict[Literal["s", "ms", "us", "ns"], int] = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_EPOCH = (631_152_000, 2_524_608_000)
"""Seconds from 1970 that are taken for a time: 1990 to 2050."""
_SERIAL = (20_000, 60_000)
"""Days from 30 December 1899 that are taken for a time: 1954 to 2064."""


def time_of_numbers(column: Series, name: str) -> tuple[Series, str] | None:
    """Read a column of whole numbers as times, where its name and all its values say so.

    Args:
        column: The column.
        name: Its name.

    Returns:
        The times and what they were, for a note; None if they are numbers.
    """
    if not is_number(column):
        return None
    present = column.dropna()
    values = present.to_numpy(dtype=np.float64)
    if not values.size or not bool(np.isfinite(values).all()):
        return None
    named = _TIME_NAME.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip())) is not None
    low, high = float(values.min()), float(values.max())
    whole = bool((values == np.floor(values)).all())
    if whole and low >= 19_000_101 and high <= 21_001_231 and (named or np.unique(values).size >= 20):
        stamps = pd.to_datetime(present.astype("int64").astype("str"), format="%Y%m%d", errors="coerce")
        if bool(stamps.notna().all()):
            return _aligned(stamps, column), "Numbers such as 20240131 read as dates"
    if not named:
        return None
    if whole and low >= 190_001 and high <= 210_012 and bool(np.isin(values % 100, np.arange(1, 13)).all()):
        stamps = pd.to_datetime(present.astype("int64").astype("str"), format="%Y%m", errors="coerce")
        return _aligned(stamps, column), "Numbers such as 202401 read as months"
    for unit, scale in _UNITS.items():
        if whole and low >= _EPOCH[0] * scale and high <= _EPOCH[1] * scale:
            stamps = pd.to_datetime(present.astype("int64"), unit=unit)
            return _aligned(stamps, column), f"Numbers read as times, counted in {unit} since 1970 (UTC)"
    if low >= _SERIAL[0] and high <= _SERIAL[1] and _DAY_NAME.search(name):
        stamps = pd.Timestamp("1899-12-30") + pd.to_timedelta(present, unit="D")
        return _aligned(stamps.dt.round("s"), column), "Serial days of a spreadsheet read as dates"
    return None


def _aligned(stamps: Series, column: Series) -> Series:
    return pd.Series(stamps).dt.as_unit("us").reindex(column.index)


_FINER = frozenset(["day", "day_of_week", "weekday", "dayofweek", "week", "hour"])
_DAY_OF_MONTH = ("day", "day_of_month", "date_of_month", "dayofmonth", "dom", "mday")


def date_of_parts(frame: pd.DataFrame) -> tuple[Series, list[str]] | None:
    """Make dates of columns called year, month and, if there is one, day of the month.

    Months may be written as numbers or as names. Without days a date is the first of the month; a table that has
    weekdays or hours is finer than that and gets none.

    Args:
        frame: A table without another column of times.

    Returns:
        The dates and the columns they were made of; None if the columns are not there or do not fit.
    """
    names = {str(name).strip().casefold(): str(name) for name in frame.columns}
    named = next((name for name in _DAY_OF_MONTH if name in names and _within(frame[names[name]], 1, 31)), None)
    if "year" not in names or "month" not in names or not _within(frame[names["year"]], 1000, 2999):
        return None
    months = frame[names["month"]]
    months = months if is_number(months) else _numbered(months)
    if months is None or not _within(months, 1, 12):
        return None
    days = pd.Series(1, index=frame.index) if named is None else frame[names[named]]
    values = {"year": frame[names["year"]], "month": months, "day": days}
    if named is None and _FINER & set(names):
        return None
    stamps = pd.to_datetime(pd.DataFrame(values).astype("float64"), errors="coerce")
    if bool(stamps.isna().mean() > 0.1):
        return None
    parts = [names["year"], names["month"], *([names[named]] if named else [])]
    return stamps.dt.as_unit("us"), parts


def _within(column: Series, least: int, most: int) -> bool:
    return is_number(column) and bool(column.dropna().between(least, most).all())


def _numbered(months: Series) -> Series | None:
    """The numbers of months that are written as names."""
    numbers: Series = months.astype("str").str.strip().str.casefold().map(MONTHS)
    return numbers.astype("float64") if bool((numbers.notna() == months.notna()).all()) else None
