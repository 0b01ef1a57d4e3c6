"""Events of a series as results tell them: when, how much, against what was expected, and which rows take part."""

from datetime import datetime
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from analytics.anomalies.event_parts import companions_of, parts_of
from analytics.anomalies.event_rows import EventRows, Span, Times, epochs
from analytics.anomalies.scores.candidates import Candidate
from analytics.anomalies.series.check import SeriesCheck
from analytics.anomalies.series.days_of_year import DaysOfYear
from analytics.anomalies.series.seasonality import spread_of
from analytics.anomalies.series.time_grid import Grid
from analytics.results import AnomalyEvent, YearlyDays


class Moments:
    """Times of grid points, in the zone of the data.

    Args:
        grid: The grid, on the clock of the data's zone or UTC.
        zone: Zone of the data; None if it has none.
        local: The grid's clock is that of the zone.
    """

    def __init__(self, grid: Grid, zone: Any, local: bool) -> None:
        self._grid, self._zone, self._local = grid, zone, local

    @cached_property
    def epochs(self) -> tuple[Times, Times]:
        """Start of each grid point and first moment after it, in microseconds since 1970 in UTC."""
        return self._epochs(self._grid.stamps), self._epochs(self._grid.ends)

    def _epochs(self, index: pd.DatetimeIndex) -> Times:
        if self._zone is not None and self._local:
            never = np.zeros(len(index), dtype=np.bool_)  # of an hour that comes twice, the second one
            index = index.tz_localize(self._zone, ambiguous=never, nonexistent="shift_forward")
        return epochs(index.to_series())

    def start(self, point: int) -> datetime:
        """Start of a grid point."""
        return self.at(self._grid.stamps[point])

    def end(self, point: int) -> datetime:
        """First moment after a grid point."""
        return self.at(self._grid.ends[point])

    def at(self, stamp: Any) -> datetime:
        """A moment on the clock of the grid."""
        if self._zone is not None and self._local:
            stamp = stamp.tz_localize(self._zone, ambiguous=False, nonexistent="shift_forward")
        elif self._zone is not None:
            stamp = stamp.tz_localize("UTC").tz_convert(self._zone)
        return stamp.floor("us").to_pydatetime()


def told_event(
    event: Candidate,
    check: SeriesCheck,
    grid: Grid,
    rows: EventRows,
    moments: Moments,
    aggregate: Literal["sum", "mean"] | None,
) -> AnomalyEvent:
    """The event as a result.

    Args:
        event: The event.
        check: The check that found it.
        grid: The series.
        rows: The rows of the series.
        moments: Times of the grid points.
        aggregate: How rows of one point in time were put together; None if each is one row.
    """
    span = slice(event.start, event.end)
    counts = np.where(np.isnan(grid.values[span]), 0, grid.counts[span])
    told = AnomalyEvent(
        kind=event.kind,
        time=moments.start(event.start),
        until=moments.end(event.end - 1),
        points=event.end - event.start,
        direction={1: "above", -1: "below"}.get(event.direction),  # pyright: ignore[reportArgumentType]
        p_value=float(-np.expm1(-event.expected)),
    )
    if event.kind == "level shift":
        return _of_shift(told, event, check, grid, moments, aggregate)
    if event.kind == "trend break" or not counts.any():
        return told
    weights = (counts > 0).astype(np.float64) if aggregate == "sum" else counts / counts.sum()
    value, expected = (float(np.nan_to_num(each[span]) @ weights) for each in (grid.values, check.baseline.expected))
    numbers: dict[str, object] = {"value": value, "expected": expected}
    if event.kind != "values" and abs(value - expected) <= spread_of(grid.values - check.baseline.expected):
        numbers["expected"] = None
    total = float(np.nansum(grid.values))
    if aggregate == "sum" and total > 0 and rows.least >= 0:
        numbers["share"] = value / total
    if event.kind == "values":
        numbers |= _who(event, grid, rows, moments, aggregate)
    return told.model_copy(update=numbers)


def _of_shift(
    told: AnomalyEvent,
    event: Candidate,
    check: SeriesCheck,
    grid: Grid,
    moments: Moments,
    aggregate: Literal["sum", "mean"] | None,
) -> AnomalyEvent:
    """A level shift with the averages of both levels: of all points of sums, of all rows of means."""
    here = min(check.baseline.level.breaks, key=lambda each: abs(each.at - event.peak)).at
    edges = [0, *(each.at for each in check.baseline.level.breaks if each.at != here), grid.values.size]
    there = np.flatnonzero(~np.isnan(grid.values))
    before = there[(there >= max(edge for edge in edges if edge < here)) & (there < here)]
    after = there[(there >= here) & (there < min(edge for edge in edges if edge > here))]
    if not (before.size and after.size):
        return told
    weights = np.ones(grid.values.size) if aggregate == "sum" else grid.counts
    was, now = (float(np.average(grid.values[part], weights=weights[part])) for part in (before, after))
    return told.model_copy(
        update={
            "time": moments.start(int(after[0])),
            "until": moments.end(int(after[0])),
            "points": 1,
            "direction": "above" if now > was else "below",
            "value": now,
            "expected": was,
            "since": moments.start(int(before[0])),
            "until_next": moments.end(int(after[-1])),
        }
    )


def _who(
    event: Candidate, grid: Grid, rows: EventRows, moments: Moments, aggregate: Literal["sum", "mean"] | None
) -> dict[str, object]:
    """Groups of rows that take part, and other columns that are unusual at that time."""
    starts, ends = moments.epochs
    span = Span(int(starts[event.start]), int(ends[event.end - 1]))
    there = int((grid.counts[event.start : event.end] > 0).sum())
    points = (there, int((grid.counts > 0).sum()) - there)
    parts, all_of = parts_of(rows, span, points, "sum" if aggregate == "sum" else "mean")
    companions = companions_of(rows, starts, ends, event.start, event.end)
    return {"parts": parts, "all_of": all_of, "companions": companions}


def told_days(days: DaysOfYear, moments: Moments) -> YearlyDays:
    """Days of the year as a result.

    Args:
        days: The days.
        moments: Times of the series.
    """
    one = pd.Timedelta(1, "D")
    return YearlyDays(
        days=days.name,
        direction="above" if days.direction > 0 else "below",
        value=days.value,
        usual=days.usual,
        since=moments.at(days.spans[0][0]),
        last=moments.at(days.spans[-1][1]),
        starts=[moments.at(first) for first, _ in days.spans],
        ends=[moments.at(last + one) for _, last in days.spans],
        p_value=float(-np.expm1(-days.chance)),
    )
