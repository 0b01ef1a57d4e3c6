"""A date and a time of day in two columns, made one moment."""

import re
from datetime import time

import numpy as np
import pandas as pd

from analytics.columns import Series, is_text

_CLOCK = re.compile(
    r"(?P<hour>[01]?\d|2[0-4])[:.h](?P<minute>[0-5]\d)(?:[:.](?P<second>[0-5]\d)(?:[.,]\d+)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
)
_CLOCK_NAME = re.compile(
    r"(?:^|[_\W])(?:time|hour|clock|uhrzeit|zeit|hora|heure|ora|tijd)(?:$|[_\W])|[a-z]Time$", re.IGNORECASE
)
"""Names of times of day: other columns may be written like `18.00` as well."""


def moment_of_columns(frame: pd.DataFrame) -> tuple[Series, list[str]] | None:
    """Put the only column of dates and the only column of times of day together.

    Args:
        frame: A table whose dates are times already. A time of day is text such as `18:00`, `18.00.00` or `6:30 pm`.

    Returns:
        The moments and the columns that they were made of; None if there are not just one of each.
    """
    names = [str(name) for name in frame.columns]
    types = zip(names, frame.dtypes, strict=True)  # the columns themselves are slow to take, in a table of thousands
    times = [name for name, dtype in types if pd.api.types.is_datetime64_any_dtype(dtype)]
    if len(times) != 1:
        return None
    date: Series = frame[times[0]]
    present = date.dropna()
    if present.empty or date.dt.tz is not None or not bool((present == present.dt.normalize()).all()):
        return None
    found = {name: clock for name in names if _CLOCK_NAME.search(name) and (clock := _clock(frame[name])) is not None}
    if len(found) != 1:
        return None
    name, clock = next(iter(found.items()))
    return (date + clock).dt.as_unit("us"), [times[0], name]


def _clock(column: Series) -> Series | None:
    """Times of day as durations since midnight; None if a cell is no time of day, or all are the same."""
    if not is_text(column):
        return None
    codes, different = pd.factorize(column)
    if len(different) < 2:
        return None
    read = [seconds for value in different if (seconds := _duration(value)) is not None]
    if len(read) < len(different):
        return None
    return pd.Series(pd.to_timedelta(np.array([*read, np.nan])[codes], unit="s"), index=column.index)


def _duration(value: object) -> float | None:
    if isinstance(value, time):
        return 3600.0 * value.hour + 60 * value.minute + value.second
    match = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    hour, half = int(match["hour"]), (match["half"] or "").lower()[:1]
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    return 3600.0 * hour + 60 * int(match["minute"]) + int(match["second"] or 0)


def clock_in_sql(cell: str) -> str:
    """The duration since midnight of a time of day, as DuckDB computes it; NULL for a cell that is none.

    Args:
        cell: The column of text in SQL.
    """
    pattern = _CLOCK.pattern.replace("'", "''")
    parts = f"regexp_extract({cell}, '^(?:{pattern})$', ['hour', 'minute', 'second', 'half'])"
    hour = f"TRY_CAST({parts}.hour AS BIGINT)"
    noon = f"CASE lower(left({parts}.half, 1)) WHEN 'p' THEN 12 ELSE 0 END"
    hours = f"CASE WHEN {parts}.half = '' THEN {hour} WHEN {hour} BETWEEN 1 AND 12 THEN {hour} % 12 + {noon} END"
    minutes = f"60 * TRY_CAST({parts}.minute AS BIGINT) + coalesce(TRY_CAST({parts}.second AS BIGINT), 0)"
    return f"to_microseconds(1000000 * (3600 * ({hours}) + {minutes}))"
