"""Columns that are named by years, quarters or months: a table in which time runs to the right."""

import re

import pandas as pd

from analytics.columns import is_number
from analytics.reading.cells.times.dates import looks_like_dates
from analytics.reading.cells.times.months import MONTHS

_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_FEWEST_TIMES, _FEWEST_MONTHS = 3, 6
"""Columns without which the names may be chance; those of months without a year may mean something else."""


def said_of_names(frame: pd.DataFrame) -> list[str]:
    """Say how changes over time are found, where each time has a column of numbers of its own.

    Args:
        frame: A tidy table.

    Returns:
        A note; none where a column of times is there, or few names are times.
    """
    if any(pd.api.types.is_datetime64_any_dtype(dtype) for dtype in frame.dtypes):
        return []
    names = [str(name) for name in frame.columns]
    times = [name for name in names if (_YEAR.fullmatch(name) or looks_like_dates(name)) and is_number(frame[name])]
    months = [name for name in names if name.strip(".").casefold() in MONTHS and is_number(frame[name])]
    if len(times) < _FEWEST_TIMES:
        times = months if len({MONTHS[name.strip(".").casefold()] for name in months}) >= _FEWEST_MONTHS else []
    if not times:
        return []
    which = f"{len(times):,} columns are named by times, {times[0]!r} to {times[-1]!r}."
    how = "Changes over time are found where each time has rows of its own: unpivot these columns into one for the time"
    return [f"{which} {how} and one for the number."]
