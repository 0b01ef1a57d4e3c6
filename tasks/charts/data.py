"""The numbers behind a chart: series per point in time, thinned without losing what matters, and room for labels."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

import numpy as np
import pandas as pd

from analytics.engine.relation import Relation

_DAY = 86_400_000
"""Milliseconds of a day."""
Series = Any
"""A pandas Series of floats by time: pandas' own types and its stubs disagree on how to write that."""


def milliseconds(time: datetime) -> int:
    """A clock time as Vega takes it: milliseconds since 1970, zone left aside."""
    stamp: Any = pd.Timestamp(time)
    return int(stamp.tz_localize(None).timestamp() * 1_000)


def series_over_time(
    frame: pd.DataFrame | Relation, column: str, time: str, aggregate: Literal["sum", "mean"] | None
) -> tuple[Series, str]:
    """`column` over time on the grid that anomalies are looked for on, so that line and marks fit.

    Returns:
        The series in order, without empty points, by clock time where it was taken; and the unit of one point.

    Raises:
        AnalysisInputError: A column is missing or of another kind.
    """
    from analytics.anomalies.series.time_grid import MOST_POINTS, to_grid
    from analytics.columns import numbers, times
    from analytics.engine.series import grouped_by_time

    if isinstance(frame, Relation):
        stamps, values, counts, _ = grouped_by_time(frame, column, time, MOST_POINTS)
    else:
        values, stamps, counts = numbers(frame, column), times(frame, time), None
    clock = stamps.dt.tz_localize(None) if stamps.dt.tz is not None else stamps
    present = ~np.isnan(values) & clock.notna().to_numpy()
    index = pd.DatetimeIndex(clock.to_numpy()[present])
    if index.nunique() < 2:
        only = values[present] if counts is None else values / counts
        return pd.Series(only[:1], index=index[:1]), "point in time"
    grid = to_grid(index, values[present], aggregate or "mean", counts)
    return pd.Series(grid.values, index=grid.stamps).dropna(), grid.step


def finite_values(frame: pd.DataFrame | Relation, column: str) -> "tuple[np.ndarray[Any, np.dtype[np.float64]], str]":
    """Finite values of a number column, and words that say so where they are those of a sample."""
    from analytics.columns import numbers

    if isinstance(frame, Relation):
        values, sampled = frame.numbers(column), not frame.whole_column()
    else:
        values, sampled = numbers(frame, column), False
    return values[np.isfinite(values)], " of a sample" if sampled else ""


def thin(series: Series, most: int, keep: Iterable[datetime]) -> Series:
    """At most `most` points of a long series: the lowest and highest of equal stretches, and all of `keep`.

    Taking every n-th point would lose the peaks, which are what the chart is drawn for. This is the min-max part of M4
    (Jugel et al., 2014).
    """
    if len(series) <= most:
        return series
    wanted = {pd.Timestamp(time).tz_localize(None) for time in keep}
    kept = series.index.isin(list(wanted))
    stretches = max(1, (most - int(kept.sum())) // 2)
    stretch = np.arange(len(series)) * stretches // len(series)
    by_stretch = pd.Series(series.to_numpy()).groupby(stretch)
    positions = set(by_stretch.idxmin()) | set(by_stretch.idxmax()) | set(np.flatnonzero(kept).tolist())
    return series.iloc[sorted(positions)]


def spaced(
    points: Sequence[tuple[float, float]], offsets: Sequence[float], size: tuple[float, float], most: int
) -> list[int]:
    """Choose the marks that get a label: those whose box touches neither an earlier label nor another mark.

    Args:
        points: The marks in pixels, most important first.
        offsets: How far the middle of each mark's label is below the mark; negative is above.
        size: Width and height of a label's box.
        most: Most labels.

    Returns:
        Positions in `points`.
    """
    width, height = size
    chosen: list[int] = []
    for i, (x, y) in enumerate(points):
        if len(chosen) == most:
            break
        middle = y + offsets[i]
        free = all(
            abs(x - points[j][0]) >= width or abs(middle - points[j][1] - offsets[j]) >= height for j in chosen
        ) and all(
            abs(x - other_x) >= width / 2 + 4 or abs(middle - other_y) >= height / 2 + 2
            for j, (other_x, other_y) in enumerate(points)
            if j != i
        )
        if free:
            chosen.append(i)
    return chosen


def clock_axis(first: int, last: int) -> tuple[list[int] | int, str]:
    """Ticks of a time axis and what they say, between two clock times in milliseconds.

    Vega's own labels mix units and overlap at this width; on axes of months, its ticks may be weeks, which would
    repeat the month's name.

    Returns:
        The ticks, or how many there should be; and an expression of Vega's for their labels.
    """
    days = (last - first) / _DAY
    if days > 1_100:
        return 7, "utcFormat(datum.value, '%Y')"
    if days > 400:
        return 7, "utcFormat(datum.value, '%b %Y')"
    if days > 60:
        start, end = pd.to_datetime([first, last], unit="ms")
        starts = pd.date_range(start.normalize(), end, freq="MS")
        ticks = [int(start.timestamp() * 1_000) for start in starts if start.timestamp() * 1_000 >= first]
        named = "utcFormat(datum.value, '%b')"
        with_year = f"[{named}, utcFormat(datum.value, '%Y')]"
        return ticks, f"datum.index == 0 || utcmonth(datum.value) == 0 ? {with_year} : {named}"
    return 7, "utcFormat(datum.value, '%-d %b')" if days > 3 else "utcFormat(datum.value, '%-d %b %H:%M')"
