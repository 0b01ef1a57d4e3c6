"""Test of whether periods that follow each other, such as months, differ by more than chance."""

from typing import Any, Literal

import numpy as np
import pandas as pd

from analytics.columns import Floats, Series

_FEWEST_DAYS = 3
"""Days of each period without which days are not compared."""
_FEWEST_PERIODS = 10
"""Periods from which the normal approximation of the test of runs of ranks holds."""
_REGULAR = 0.8
"""Part of the distances between days that are alike in data of one row for each week or day."""

BY_DAYS = "Kruskal and Wallis over their days"
BY_NEIGHBOURS = "Bartels' rank test of neighbours"
NONE = "not tested, for too few rows in each"


def chance_of_differences(rows: pd.DataFrame, code: Literal["Y", "Q", "M"], how: str) -> tuple[float | None, str]:
    """Return the p-value of the differences between periods, and the test.

    Where each period has several days, days are compared by the test of Kruskal and Wallis (1952): the highest of
    many periods that are alike is higher than the lowest, too. Where there is one row for each period, the rank version
    of von Neumann's ratio (Bartels 1982) tells if neighbours are alike; the p-value is one-sided.

    Args:
        rows: Columns `time` and `value`, without missing ones, of complete periods.
        code: Periods.
        how: `sum`, `mean` or `count`: the way to put the rows of one day together.

    Returns:
        The p-value, None if it cannot be tested, and a name of the test.
    """
    from scipy.stats import kruskal

    periods = rows["time"].dt.to_period(code)
    if bool(periods.is_unique):
        return _by_neighbours(rows.sort_values("time")["value"].to_numpy(dtype=np.float64))
    days = _by_day(rows, how)
    groups = [group.to_numpy() for _, group in days.groupby(_period_of(days, code))]
    if len(groups) < 2 or min(map(len, groups)) < _FEWEST_DAYS:
        return None, NONE
    if days.nunique() == 1:
        return 1.0, BY_DAYS
    tested: Any = kruskal(*groups)
    return float(tested.pvalue), BY_DAYS


def _period_of(days: Series, code: Literal["Y", "Q", "M"]) -> Any:
    return pd.DatetimeIndex(days.index).to_period(code)


def _by_day(rows: pd.DataFrame, how: str) -> Series:
    """The value of each day; of events, days without one have a total of 0."""
    days = rows["time"].dt.floor("D")
    groups = rows["value"].groupby(days)
    table: Series = groups.size() if how == "count" else groups.sum() if how == "sum" else groups.mean()
    apart = np.diff(np.asarray(table.index, dtype="datetime64[D]")).astype(np.int64)
    regular = len(apart) and np.unique(apart, return_counts=True)[1].max() >= _REGULAR * len(apart)
    if how == "mean" or regular:
        return table.astype("float64")
    return table.reindex(pd.date_range(table.index[0], table.index[-1], freq="D"), fill_value=0).astype("float64")


def _by_neighbours(values: Floats) -> tuple[float | None, str]:
    from scipy.stats import norm, rankdata

    count = len(values)
    ranks = np.asarray(rankdata(values), dtype=np.float64)
    spread = float(np.square(ranks - ranks.mean()).sum())
    if count < _FEWEST_PERIODS or not spread:
        return None, NONE
    ratio = float(np.square(np.diff(ranks)).sum()) / spread
    variance = 4 * (count - 2) * (5 * count**2 - 2 * count - 9) / (5 * count * (count + 1) * (count - 1) ** 2)
    return float(norm.cdf((ratio - 2) / variance**0.5)), BY_NEIGHBOURS
