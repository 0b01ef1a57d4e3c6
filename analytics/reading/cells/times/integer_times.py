"""Times in columns of numbers: 20240131, epoch seconds, serial days of spreadsheets, years and months apart."""

import re
from typing import Literal

import numpy as np
import pandas as pd

from analytics.columns import Series, is_number
from analytics.reading.cells.times.buddhist_years import AHEAD, are_buddhist
from analytics.reading.cells.times.months import MONTHS

_TIME_NAME = re.compile(
    r"(?:^|[_\W\d])(?:dates?|time|timestamp|ts|datetime|day|when|epoch|unix\w*|at|on|created|updated|modified|period|month|"
    r"yearmonth|t|year_month|ym|yyyymm\w*|ymd|datum|fecha|dt|stamp|since|until|start|end)(?:$|[_\W\d])|[a-z](?:At|On|Date|Time|Timestamp)$"
    r"|(?:date|time|stamp|datum)s?$",
    re.IGNORECASE,
)  # fmt: skip
_DAY_NAME = re.compile(
    r"(?:^|[_\W])(?:dates?|datum|day|fecha|dt|datetime|timestamp)(?:$|[_\W])|date(?:time)?$", re.IGNORECASE
)
_PARTS = {
    word: part
    for part, words in {
        "year": "year yr jahr a\u00f1o annee ann\u00e9e anno ano jaar rok \u0e1b\u0e35",
        "month": "month mon monat mes mois mese m\u00eas maand \u0e40\u0e14\u0e37\u0e2d\u0e19 month_name monthname",
        "quarter": "quarter qtr quartal trimestre kwartaal",
        "day": "day tag d\u00eda dia jour giorno dag day_of_month date_of_month dayofmonth dom mday",
    }.items()
    for word in words.split()
}
"""Names of columns for parts of a date, in small letters."""
_FINER = frozenset(["day_of_week", "weekday", "dayofweek", "week", "hour", "day", "day_of_month", "date_of_month"])
"""Names that show that rows are of days or hours, where the day itself is not understood."""
_CODE_NAME = re.compile(
    r"(?:^|[_\W])(?:ids?|code|nr|no|num|number|key|ean|upc|gtin|sku|isbn|account|ref|phone)(?:$|[_\W\d])|[a-z]Id$",
    re.IGNORECASE,
)
"""Names of codes: those of rising length and size look like milliseconds."""
_UNITS: dict[Literal["s", "ms", "us", "ns"], int] = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_EPOCH = (631_152_000, 2_524_608_000)
"""Seconds from 1970 that are taken for a time: 1990 to 2050."""
_SERIAL = (20_000, 60_000)
"""Days from 30 December 1899 that are taken for a time: 1954 to 2064."""


def is_named_time(name: str) -> bool:
    """Check whether a column is called like a time."""
    return _TIME_NAME.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip())) is not None


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
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    values = values[~np.isnan(values)]
    if not values.size or not bool(np.isfinite(values).all()):
        return None
    low, high = float(values.min()), float(values.max())
    if high < _SERIAL[0]:
        return None  # most columns of wide tables
    present = column.dropna()
    named = is_named_time(name)
    whole = bool((values == np.floor(values)).all())
    if whole and low >= 19_000_101 and high <= 21_001_231 and (named or np.unique(values).size >= 20):
        stamps = pd.to_datetime(present.astype("int64").astype("str"), format="%Y%m%d", errors="coerce")
        if bool(stamps.notna().all()):
            return _aligned(stamps, column), "Numbers such as 20240131 read as dates"
    if whole and low >= 190_001_010_000 and high <= 21_001_231_235_959 and (named or np.unique(values).size >= 20):
        for layout, ends in (("%Y%m%d%H%M", 10**12), ("%Y%m%d%H%M%S", 10**14)):
            if high < ends and low >= ends // 10:
                stamps = pd.to_datetime(present.astype("int64").astype("str"), format=layout, errors="coerce")
                if bool(stamps.notna().all()):
                    return _aligned(stamps, column), "Numbers such as 202401312359 read as times"
    in_years = (
        whole and low >= 1_900_001 and high <= 2_100_366 and bool(np.isin(values % 1000, np.arange(1, 367)).all())
    )
    if named and in_years:
        stamps = pd.to_datetime(present.astype("int64").astype("str"), format="%Y%j", errors="coerce")
        return _aligned(stamps, column), "Numbers such as 2024031 read as years and days"
    if not named and not (
        not _CODE_NAME.search(name)
        and whole
        and high > 10**12
        and values.size >= 10
        and bool((np.diff(values) > 0).all())
    ):
        return None
    if named and whole and low >= 190_001 and high <= 210_012 and bool(np.isin(values % 100, np.arange(1, 13)).all()):
        stamps = pd.to_datetime(present.astype("int64").astype("str"), format="%Y%m", errors="coerce")
        return _aligned(stamps, column), "Numbers such as 202401 read as months"
    for unit, scale in _UNITS.items():
        if (whole or unit == "s") and low >= _EPOCH[0] * scale and high <= _EPOCH[1] * scale:
            stamps = pd.to_datetime(present.astype("int64") if whole else present, unit=unit)
            return _aligned(stamps, column), f"Numbers read as times, counted in {unit} since 1970 (UTC)"
    if named and low >= _SERIAL[0] and high <= _SERIAL[1] and _DAY_NAME.search(name):
        stamps = pd.Timestamp("1899-12-30") + pd.to_timedelta(present, unit="D")
        return _aligned(stamps.dt.round("s"), column), "Serial days of a spreadsheet read as dates"
    return None


def time_in_sql(column: str, numbers: Series, times: Series) -> str:
    """The time that numbers of a column stand for, as DuckDB computes it.

    Args:
        column: The column in SQL.
        numbers: Some of its numbers.
        times: What `time_of_numbers` made of them.

    Raises:
        ValueError: It is none of its forms.
    """
    stamps = times.dt.tz_localize(None)
    number, stamp = float(numbers[times.notna()].iloc[0]), stamps.dropna().iloc[0]
    whole = f"CAST({column} AS BIGINT)"
    for layout in ("%Y%m%d", "%Y%m", "%Y%m%d%H%M", "%Y%m%d%H%M%S", "%Y%j"):
        if number.is_integer() and stamp.strftime(layout) == str(int(number)):
            return f"try_strptime(CAST({whole} AS VARCHAR), '{layout}')"
    for scale in _UNITS.values():
        if abs(pd.Timestamp(number / scale, unit="s") - stamp) < pd.Timedelta(seconds=1):
            return f"make_timestamp(CAST({column} * {1_000_000 / scale} AS BIGINT))"
    if abs(pd.Timestamp("1899-12-30") + pd.Timedelta(days=number) - stamp) < pd.Timedelta(seconds=1):
        return f"TIMESTAMP '1899-12-30' + to_microseconds(CAST({column} * 86400000000 AS BIGINT))"
    raise ValueError("no form of a time")


def _aligned(stamps: Series, column: Series) -> Series:
    return pd.Series(stamps).dt.as_unit("us").reindex(column.index)


def date_of_parts(frame: pd.DataFrame) -> tuple[Series, list[str]] | None:
    """Make dates of columns for the year, the month or quarter and, if there is one, the day.

    Args:
        frame: A table without another column of times. Columns may be called year, Jahr, quarter, Monat and so on.

    Returns:
        The dates and the columns they were made of; None if the columns are not there or do not fit.
    """
    names = {part: str(name) for name in frame.columns if (part := part_of_date(str(name)))}
    if "year" not in names or not ("month" in names or "quarter" in names) or not is_number(frame[names["year"]]):
        return None
    finer = "month" if "month" in names else "quarter"
    month = _number_of(frame[names[finer]], finer)
    if month is None or not bool(frame[names["year"]].dropna().between(1000, 2999).all()):
        return None
    years = frame[names["year"]]
    values = {
        "year": years - AHEAD if are_buddhist(years) else years,
        "month": month,
        "day": pd.Series(1, index=frame.index),
    }
    used = [names["year"], names[finer]]
    if finer == "month" and "day" in names and is_number(frame[names["day"]]):
        values["day"] = frame[names["day"]]
        used.append(names["day"])
    elif _FINER & {str(name).strip().casefold() for name in frame.columns}:
        return None  # the first of the month would be wrong for most rows
    stamps = pd.to_datetime(pd.DataFrame(values).astype("float64"), errors="coerce")
    if bool(stamps.isna().mean() > 0.1):
        return None
    return stamps.dt.as_unit("us"), used


def part_of_date(name: str) -> str | None:
    """The part of a date that a column is called like: year, month, quarter or day."""
    return _PARTS.get(name.strip().casefold())


def _number_of(column: Series, finer: str) -> Series | None:
    """Numbers of months, or of the first months of quarters; None if the column does not hold such."""
    most = 12 if finer == "month" else 4
    if is_number(column):
        found = column
    else:
        text = column.astype("str").str.strip().str.casefold()
        numbers = text.str.extract(r"^(?:q|qtr|quarter|quartal|t|m)?[ .]?([0-9]{1,2})(?:[. ]*quartal)?$")[0]
        found = pd.to_numeric(numbers).where(column.notna())
        if finer == "month":
            found = found.fillna(text.str.rstrip(".").map(MONTHS))
    present = found.dropna()
    if present.empty or len(present) < column.notna().sum() or not bool(present.between(1, most).all()):
        return None
    return found if finer == "month" else found * 3 - 2
