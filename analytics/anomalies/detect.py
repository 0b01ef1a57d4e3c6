"""Unusual values of a column, row by row or over time."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.anomalies.event_rows import EventRows, FrameRows
from analytics.anomalies.panel_events import with_things
from analytics.anomalies.scores.robust_scores import THRESHOLD, robust_scores
from analytics.anomalies.series.check import SeriesCheck, check_series
from analytics.anomalies.series.days_of_year import find_days_of_year, without_days
from analytics.anomalies.series.time_grid import Aggregate, Counts, Grid, to_grid
from analytics.anomalies.told_events import Moments, told_days, told_event
from analytics.columns import Floats, Series, cell, find_column, is_number, numbers, times
from analytics.errors import AnalysisInputError
from analytics.profile.quantities import check_sum
from analytics.results import Anomalies, Anomaly, Cell

_FEWEST = 8
"""Values, or points in time, that are needed to say what is usual."""
MOST_SHOWN = 20
"""Anomalies listed in a result."""
_MOST_LABELS = 4
"""Other cells of a row that are shown to recognise it by."""


@dataclass(frozen=True, kw_only=True, eq=False)
class AnomalyReport:
    """Anomalies of one column, with a score for every row.

    Attributes:
        scores: Robust z-score of each row, aligned to the frame; NaN where the value or its time is missing. Over
            time, a row has the score of its point in time.
        rows: Positions (0-based) of the flagged rows, worst first.
        summary: What was found, for a model, a report or a file.
    """

    scores: Floats
    rows: NDArray[np.intp]
    summary: Anomalies

    @property
    def method(self) -> Literal["robust", "seasonal"]:
        """The method used."""
        return self.summary.method

    @property
    def threshold(self) -> float:
        """Absolute score from which a value is flagged."""
        return self.summary.threshold

    @property
    def flagged(self) -> int:
        """Values, or points in time, flagged."""
        return self.summary.flagged


def detect_anomalies(
    frame: pd.DataFrame, column: str, time: str | None = None, aggregate: Aggregate | None = None
) -> AnomalyReport:
    """Find unusual values of a number column.

    Without `time`, each value is compared with all others by a robust z-score (`scores.robust_scores`).
    With `time`, rows of one point in time are put together, each point is compared with what level, trend and season
    make expected there (`series.baseline`), and points that stick out together are one event
    (`series.check`). Series of more than 100,000 points in time, and irregular ones, are looked at in a
    larger unit, such as hours instead of seconds.

    Args:
        frame: The rows, in any order; not changed. Infinite values count as missing.
        column: The number column.
        time: A column of times (or ISO 8601 text), to look for values that are unusual for their time.
        aggregate: How to put rows of one point in time together. By default `mean`.

    Returns:
        Scores, flagged rows and a summary. Single values are flagged from an absolute score of 3.5. Over time, the
        rows of events are: of a new level, trend or spread those of its first point. A constant column has scores of 0
        and nothing flagged.

    Raises:
        AnalysisInputError: Unknown columns, no numbers, no times, fewer than 8 values or points in time.
    """
    name = find_column(frame, column)
    values = numbers(frame, name)
    check_aggregate(aggregate, time)
    if aggregate == "sum":
        check_sum(frame, name)
    if time is not None:
        return _over_time(frame, name, values, find_column(frame, time), aggregate)
    present = int((~np.isnan(values)).sum())
    check_enough(present, name, "values")
    scored = robust_scores(values)
    rows = _worst_first(scored.values)
    labels = label_columns(frame, name)
    worst = [
        Anomaly(
            row_number=int(row) + 1,
            value=float(values[row]),
            expected=scored.center,
            score=float(scored.values[row]),
            labels=labels_of(frame, labels, int(row)),
        )
        for row in rows[:MOST_SHOWN]
    ]
    summary = robust_summary(name, scored.how, present, rows.size, worst)
    return AnomalyReport(scores=scored.values, rows=rows, summary=summary)


def robust_summary(name: str, how: str, checked: int, flagged: int, worst: list[Anomaly]) -> Anomalies:
    """The summary of values that were checked singly."""
    return Anomalies(
        column=name,
        method="robust",
        description=f"Robust z-score of each value ({how}); flagged from {THRESHOLD}.",
        threshold=THRESHOLD,
        checked=checked,
        flagged=flagged,
        worst=worst,
    )


def check_aggregate(aggregate: str | None, time: str | None) -> None:
    """Check how rows are to be put together.

    Raises:
        AnalysisInputError: Unknown, or given without a time column.
    """
    if aggregate not in (None, "sum", "mean"):
        raise AnalysisInputError(f"unknown aggregate {aggregate!r}: use sum or mean")
    if time is None and aggregate is not None:
        raise AnalysisInputError("aggregate needs a time column: give time as well")


def check_enough(count: int, name: str, what: str) -> None:
    """Check that there are enough values to say what is usual.

    Raises:
        AnalysisInputError: Fewer than 8.
    """
    if count < _FEWEST:
        raise AnalysisInputError(
            f"column {name!r} has {count} {what}: at least {_FEWEST} are needed to say what is usual"
        )


def _worst_first(scores: Floats) -> NDArray[np.intp]:
    flagged = np.flatnonzero(np.abs(np.nan_to_num(scores)) >= THRESHOLD)
    return flagged[np.argsort(-np.abs(scores[flagged]), kind="stable")]


def label_columns(frame: pd.DataFrame, name: str) -> list[str]:
    """The first few columns that say which row it is: anything but measurements."""
    return [
        str(other)
        for other in frame.columns
        if other != name and not (is_number(frame[other]) and pd.api.types.is_float_dtype(frame[other].dtype))
    ][:_MOST_LABELS]


def labels_of(frame: pd.DataFrame, columns: list[str], row: int) -> dict[str, Cell]:
    """Cells that a row is recognised by."""
    return {name: cell(frame[name].iloc[row], 80) for name in columns}


def _wall_clock(stamps: Series) -> tuple[Series, bool]:
    """Times without a zone: local ones for days and longer, since days of 23 hours are still days; else UTC.

    Returns:
        The times, and whether they are local.
    """
    if stamps.dt.tz is None:
        return stamps, True
    distinct = pd.DatetimeIndex(stamps.dropna().unique()).sort_values()
    steps = np.diff(distinct.as_unit("us").asi8)
    local = bool(steps.size and np.median(steps) >= 20 * 3_600_000_000)
    return (stamps.dt.tz_localize(None), True) if local else (stamps.dt.tz_convert("UTC").dt.tz_localize(None), False)


def _over_time(frame: pd.DataFrame, name: str, values: Floats, time: str, aggregate: Aggregate | None) -> AnomalyReport:
    zoned = times(frame, time)
    keep = ~np.isnan(values) & zoned.notna().to_numpy()
    rows = FrameRows(frame, values, zoned, name, time)
    grid, check, summary = anomalies_of_series(name, time, zoned[keep], values[keep], aggregate, rows)
    scores = np.full(values.size, np.nan)
    scores[keep] = check.scores[grid.positions]
    flagged = np.zeros(values.size, dtype=bool)
    flagged[keep] = check.marked[grid.positions]
    summary = with_things(summary, frame, values, zoned)
    return AnomalyReport(scores=scores, rows=_worst_of(scores, flagged), summary=summary)


def anomalies_of_series(
    name: str,
    time: str,
    zoned: Series,
    values: Floats,
    aggregate: Aggregate | None,
    rows: EventRows,
    counts: Counts | None = None,
) -> tuple[Grid, SeriesCheck, Anomalies]:
    """Find events in a series.

    Args:
        name: The number column.
        time: The column of times.
        zoned: Times of the values, none missing.
        values: Numbers, none missing; sums where there are counts.
        aggregate: How to put rows of one point in time together.
        rows: The rows, to tell which of them take part in an event.
        counts: Rows that each value is the sum of, where they were put together before.

    Returns:
        The grid of points in time, what its check found, and the summary.

    Raises:
        AnalysisInputError: Fewer than 8 points in time.
    """
    stamps, local = _wall_clock(zoned)
    index = pd.DatetimeIndex(stamps.to_numpy())
    check_enough(index.nunique(), name, f"values at different times in {time!r}")
    grid = to_grid(index, values, aggregate or "mean", counts)
    checked = int((~np.isnan(grid.values)).sum())
    check_enough(checked, name, f"points in time of one {grid.step}")
    check = check_series(grid)
    moments = Moments(grid, zoned.dt.tz, local)
    yearly = find_days_of_year(grid, aggregate or "mean") if local else []
    check = without_days(check, grid, yearly)
    points = _worst_of(check.scores, check.marked)
    repeated = checked < int(grid.counts.sum())
    together = aggregate or ("mean" if repeated else None)
    worst = [
        Anomaly(
            time=moments.start(point),
            until=moments.end(point),
            count=int(grid.counts[point]),
            value=float(grid.values[point]),
            expected=float(check.baseline.expected[point]),
            score=float(check.scores[point]),
        )
        for point in points[:MOST_SHOWN]
    ]
    each = f"{'sum' if together == 'sum' else 'mean'} of each {grid.step}" if together else f"value of each {grid.step}"
    summary = Anomalies(
        column=name,
        time=time,
        aggregate=together,
        step=grid.step,
        method="seasonal" if check.baseline.periods else "robust",
        description=(
            f"The {each} against {check.baseline.how}; what sticks out together is one event, flagged by the tail of "
            "what is left (generalized Pareto) so that about a tenth of the events come by chance; a single value from "
            f"a robust z-score of {check.threshold:.1f}."
        ),
        threshold=check.threshold,
        checked=checked,
        flagged=points.size,
        worst=worst,
        events=[told_event(event, check, grid, rows, moments, together) for event in check.candidates[:MOST_SHOWN]],
        events_in_all=len(check.candidates),
        yearly=[told_days(days, moments) for days in yearly[:MOST_SHOWN]],
    )
    if grid.partial:
        left_out = " and ".join(f"{stamp:%Y-%m-%d %H:%M}" for stamp in grid.partial)
        said = f"{summary.description} Left out, since the data holds only a part of it: the {grid.step} of {left_out}."
        summary = summary.model_copy(update={"description": said})
    return grid, check, summary


def _worst_of(scores: Floats, marked: NDArray[np.bool_]) -> NDArray[np.intp]:
    flagged = np.flatnonzero(marked & ~np.isnan(scores))
    return flagged[np.argsort(-np.abs(scores[flagged]), kind="stable")]
