"""Years of the Buddhist calendar, as Thai authorities write them: 2567 is 2024."""

import re

import pandas as pd

from analytics.columns import Series

AHEAD = 543
"""Years by which they are ahead."""
FIRST, LAST = 2480, 2593
"""Years that are taken for such: 1937 to 2050."""
NOTE = f"Years read as those of the Buddhist calendar, {AHEAD} ahead (2567 is 2024)"
KEPT = f"Years look like those of the Buddhist calendar, {AHEAD} ahead (2567 is 2024), and were kept as they are"
_YEAR_NAME = re.compile(r"\u0e1b\u0e35|\u0e1e\.?\u0e28|(?:^|[_\W])(?:year|yr|be)(?:$|[_\W])", re.IGNORECASE)
"""Columns called year, in English or Thai."""


def are_buddhist(years: Series) -> bool:
    """Tell whether all years are of this kind; not of one year alone, such as 2500 for a day that never comes."""
    present = years.dropna()
    return present.nunique() > 1 and int(present.min()) >= FIRST and int(present.max()) <= LAST


def in_common_years(stamps: Series) -> Series | None:
    """Times of the common calendar for those of the Buddhist one; None if they are none, or no such day was."""
    if not stamps.notna().any() or not FIRST <= stamps.min().year <= stamps.max().year <= LAST:
        return None
    years = stamps.dt.year
    if not are_buddhist(years):
        return None
    leap_days = (stamps.dt.month == 2) & (stamps.dt.day == 29)
    if bool(leap_days.any()):
        return None  # common years and those 543 earlier are never leap years both
    return (stamps - pd.DateOffset(years=AHEAD)).astype(stamps.dtype)


def is_named_year(name: str) -> bool:
    """Tell whether a column is called year."""
    return _YEAR_NAME.search(name) is not None
