"""Regular grid of time: the points at which the values of a series over time are put together."""

from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from analytics.columns import Floats

Aggregate = Literal["sum", "mean"]
Counts = np.ndarray[Any, np.dtype[np.intp]]

MOST_POINTS = 100_000
"""Most points of a grid; longer series get a larger unit of time. A check takes about a second at this length."""

_PARTIAL = 5
"""Usual distances of two times that may lack at an end of the data before its sum counts as partial."""
_FEWEST_EVENTS = 5
"""Rows on average at a grid point where the mean of events is told."""

_UNITS: list[tuple[str, Any]] = [
    (name, pd.Timedelta(name))
    for name in ("1s", "10s", "1min", "5min", "10min", "15min", "30min", "1h", "3h", "6h", "12h", "1D", "7D")
]
_PERIODS: list[tuple[Any, str]] = [
    (pd.Timedelta("1h"), "hour"),
    (pd.Timedelta("1D"), "day"),
    (pd.Timedelta("7D"), "week"),
    (pd.Timedelta("365.25D"), "year"),
]
_CALENDAR = [("M", 28, 31, 12, "month"), ("Q", 90, 92, 4, "quarter"), ("Y", 365, 366, 1, "year")]
_SHORTEST_PERIOD, _LONGEST_PERIOD = 4, 20_000
"""Grid steps of a season."""


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A series on a regular grid of time.

    Attributes:
        values: Value of each grid point; NaN if it has none.
        counts: Number of values that were put together at each grid point.
        stamps: Start of each grid point; where each month, quarter or year has one time, that time, as in the data.
        ends: First moment after each grid point.
        positions: Grid point of each row that had a time and a value.
        step: Length of a grid step in words.
        partial: Stamps of the first and last point where they were left out, since the data holds only a part of them.
        periods: Period lengths to try, in steps, each with its name: hour, day, week or year.
    """

    values: Floats
    counts: Counts
    stamps: pd.DatetimeIndex
    ends: pd.DatetimeIndex
    positions: "np.ndarray[Any, np.dtype[np.intp]]"
    step: str
    periods: list[tuple[int, str]]
    partial: list[Any] = field(default_factory=list[Any])


def to_grid(stamps: pd.DatetimeIndex, values: Floats, aggregate: Aggregate, counts: Counts | None = None) -> Grid:
    """Put values on a regular grid of time.

    The step is a calendar month, quarter or year if the times are that far apart, else the most frequent distance; if
    the times are irregular or more than 100,000, the smallest usual unit (second … week) that fills most of the grid.
    For means of events, which come at times of chance, it has at least five rows on average where there is such a unit:
    the mean of one sale is no level.
    Rows of one grid point are put together by `aggregate`.

    Args:
        stamps: Times without a zone, in any order, repeated or not; at least two different ones.
        values: Values without NaN, aligned to the stamps.
        aggregate: Way in which values of one grid point are put together.
        counts: Rows that each value is the sum of, where they were put together before; by default one.
    """
    rows = np.ones(values.size, dtype=np.intp) if counts is None else counts
    distinct = np.sort(stamps.unique().to_numpy().astype("datetime64[us]").astype(np.int64))
    steps = np.diff(distinct)
    day = 86_400_000_000
    for code, least, most, per_year, name in _CALENDAR:
        if least * day <= np.median(steps) <= most * day and steps.min() >= (least - 1) * day:
            periods = stamps.to_period(code)
            positions = periods.asi8 - periods.asi8.min()
            edges = pd.period_range(periods.min(), periods=int(positions.max()) + 2, freq=code).to_timestamp()
            grid = _filled(positions, values, rows, aggregate, edges, name, [(per_year, "year")])
            return replace(grid, stamps=_as_dated(stamps, positions, grid.stamps))
    lengths, counts = np.unique(steps, return_counts=True)
    usual = int(lengths[np.argmax(counts)])
    whole = np.isclose(steps / usual, np.round(steps / usual), atol=0.05).mean() > 0.95
    span = int(distinct[-1] - distinct[0])
    if whole and _fits(distinct.size, span // usual + 1):
        return _fixed(stamps, values, rows, aggregate, usual, int(distinct[0]))
    median = int(np.median(steps))
    for fewest in (_FEWEST_EVENTS, 1) if aggregate == "mean" and _are_events(steps) else (1,):
        for _, unit in _UNITS:
            length = unit // pd.Timedelta("1us")
            origin = int(distinct[0]) // length * length
            if length >= median and span // length < MOST_POINTS:
                buckets = np.unique((distinct - origin) // length).size
                if _fits(buckets, span // length + 1) and int(rows.sum()) >= fewest * buckets:
                    grid = _fixed(stamps, values, rows, aggregate, length, origin)
                    return grid if aggregate == "mean" else _without_partial_ends(grid, distinct, _PARTIAL * median)
    length = max(int(np.ceil(span / 500)), 1)  # far apart and irregular: 500 equal stretches
    return _fixed(stamps, values, rows, aggregate, length, int(distinct[0]))


def _without_partial_ends(grid: Grid, moments: "np.ndarray[Any, np.dtype[np.int64]]", slack: int) -> Grid:
    """Leave out the first and the last point where the data begins after it or ends before it: its sum is not whole."""
    begins, ends = (
        int(edge.asm8.astype("datetime64[us]").astype(np.int64)) for edge in (grid.stamps[0], grid.ends[-1])
    )
    values = grid.values.copy()
    if int(moments[0]) - begins > slack:
        values[0] = np.nan
    if ends - int(moments[-1]) > slack:
        values[-1] = np.nan
    partial = [place for place in (0, -1) if np.isnan(values[place]) and not np.isnan(grid.values[place])]
    return replace(grid, values=values, partial=[grid.stamps[place] for place in partial])


def _as_dated(stamps: pd.DatetimeIndex, positions: Any, starts: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """The time of each period's rows, such as the last of a month, where all rows of a period have the same."""
    moments = stamps.to_numpy().astype("datetime64[us]")
    dated = starts.to_numpy().astype("datetime64[us]").copy()
    dated[positions] = moments
    return pd.DatetimeIndex(dated) if bool((dated[positions] == moments).all()) else starts


def _are_events(steps: "np.ndarray[Any, np.dtype[np.int64]]") -> bool:
    """Return whether times come by chance, as sales do, and not at about the same distance, as readings do."""
    low, median, high = np.quantile(steps, [0.25, 0.5, 0.75])
    return bool(high - low > median / 2)


def _fits(points: int, length: int) -> bool:
    return length <= MOST_POINTS and points >= 0.5 * length


def _fixed(
    stamps: pd.DatetimeIndex, values: Floats, rows: Counts, aggregate: Aggregate, length: int, origin: int
) -> Grid:
    positions = np.round((stamps.to_numpy().astype("datetime64[us]").astype(np.int64) - origin) / length - 1e-9)
    if (positions * length + origin != stamps.to_numpy().astype("datetime64[us]").astype(np.int64)).any():
        positions = (stamps.to_numpy().astype("datetime64[us]").astype(np.int64) - origin) // length
    positions = positions.astype(np.intp)
    step: Any = pd.Timedelta(length, unit="us")
    edges = pd.DatetimeIndex(origin + np.arange(int(positions.max()) + 2) * length, dtype="datetime64[us]")
    periods = [(round(whole / step), name) for whole, name in _PERIODS if abs(whole / step - round(whole / step)) < 0.2]
    return _filled(positions, values, rows, aggregate, edges, _words(step), periods)


def _words(step: Any) -> str:
    for length, word in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        count = step.total_seconds() / length
        if count >= 1:
            return word if count == 1 else "week" if (word, count) == ("day", 7) else f"{count:g} {word}s"
    return str(step)


def _filled(
    positions: Any, values: Floats, rows: Counts, aggregate: Aggregate, edges: pd.DatetimeIndex, step: str, periods: Any
) -> Grid:
    starts = edges[:-1]
    positions = np.asarray(positions, dtype=np.intp)
    counts = np.bincount(positions, weights=rows, minlength=len(starts)).astype(np.intp)
    totals = np.bincount(positions, weights=values, minlength=len(starts))
    filled = np.where(counts > 0, totals if aggregate == "sum" else totals / np.maximum(counts, 1), np.nan)
    tried = [
        (length, name)
        for length, name in periods
        if _SHORTEST_PERIOD <= length <= min(_LONGEST_PERIOD, len(starts) // 3)
    ]
    return Grid(
        values=filled,
        counts=counts,
        stamps=starts,
        ends=edges[1:],
        positions=positions,
        step=step,
        periods=tried,
    )
