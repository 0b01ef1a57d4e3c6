"""Check of one series on a grid of time: its baseline, a score for each point, and candidates for events."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.anomalies.scores.candidates import Candidate, events_of
from analytics.anomalies.scores.robust_scores import residual_scores
from analytics.anomalies.series.baseline import Baseline, find_baseline
from analytics.anomalies.series.breaks import LEAST_STEP, Break, Level, find_breaks
from analytics.anomalies.series.exceptions import find_exceptions
from analytics.anomalies.series.recurring import Patterns, without_regular
from analytics.anomalies.series.runs import find_gaps, find_runs
from analytics.anomalies.series.scan import NORMAL_LEVEL, scan, scan_days
from analytics.anomalies.series.seasonality import interpolated, spread_of
from analytics.anomalies.series.time_grid import Grid
from analytics.columns import Floats
from analytics.results import EventKind

_RESTS = 0.5
"""Share of points at the usual value from which its departures are looked at as exceptions."""
_FEWEST_SEEN, _LEAST_SEEN = 30, 0.5
"""Points with a value, in number and as a share of all, below both of which it is not known what is usual at a time."""
_MOST_BY_CHANCE = 0.3
"""Events as unusual that chance brings, of which one is told at most, however many others there are. Our choice."""
_BEGINNING = 2
"""Points at the beginning from which a run may start that has nothing before it."""
_LONG = 200
"""Points from which a change of the spread is looked for."""
_LEAST_CHANGE = np.log(2)
"""Change of the spread, as a logarithm, that counts as one."""


@dataclass(frozen=True, kw_only=True)
class SeriesCheck:
    """Result of the check of a series.

    Attributes:
        baseline: Expected values, seasons, breaks.
        scores: Distance from the expected value in spreads, for each point.
        threshold: Score from which a single point would be an event.
        candidates: Events of the series if it were the only one, likeliest by chance last; at most sqrt(n) / 2.
    """

    baseline: Baseline
    scores: Floats
    threshold: float
    candidates: list[Candidate]

    @property
    def marked(self) -> NDArray[np.bool_]:
        """Points that lie in an event."""
        marked = np.zeros(self.scores.size, dtype=bool)
        for event in self.candidates:
            marked[event.start : event.end] = True
        return marked


def check_series(grid: Grid) -> SeriesCheck:
    """Check a series for events.

    Args:
        grid: The series.
    """
    baseline = find_baseline(grid)
    residuals = baseline.residuals
    scored = residual_scores(residuals, baseline.least_spread)
    away = residuals - float(np.nanmedian(residuals))
    rests = np.abs(away) <= baseline.least_spread
    explained = rests if baseline.periods else np.zeros(rests.size, dtype=bool)
    seen = ~np.isnan(grid.values)
    found = list(find_gaps(grid.values))
    spread = spread_of(residuals)
    level = NORMAL_LEVEL
    if seen.sum() < _FEWEST_SEEN and seen.mean() < _LEAST_SEEN:
        events = events_of(found)
        return SeriesCheck(baseline=baseline, scores=scored.values, threshold=level, candidates=events)
    found += [*_of_breaks(baseline.level), *find_runs(grid.values, explained)]
    if spread <= baseline.least_spread or rests[~np.isnan(residuals)].mean() >= _RESTS:
        found += find_exceptions(np.where(rests, 0.0, away))
    else:
        changes, scores = _changes_of_spread(away / spread)
        scanned = scan(scores)
        found += [*changes, *scanned.candidates, *_of_days(grid, baseline, scores)]
        level = scanned.level
    events = sorted(events_of(found), key=lambda each: (each.expected, -abs(np.nan_to_num(scored.values[each.peak]))))
    most = int(np.ceil(np.sqrt(np.count_nonzero(seen)) / 2))
    events = [event for event in events if event.expected <= _MOST_BY_CHANCE]
    kept = without_regular(list(_unusual(events[: 2 * most], grid.values, baseline)), grid.values)[:most]
    return SeriesCheck(baseline=baseline, scores=scored.values, threshold=level, candidates=kept)


def _unusual(events: list[Candidate], values: Floats, baseline: Baseline) -> Iterator[Candidate]:
    """Leave out events that are as expected as a whole, and those that look the same at several other times.

    So are runs with which a series begins: nothing before them says that they are unusual, and what comes after may be
    a new level.
    """
    patterns = Patterns(interpolated(values)) if events else None
    for event in events:
        residuals = (values - baseline.expected)[event.start : event.end]
        if event.kind == "variation" and np.isnan(residuals).mean() > _LEAST_SEEN:
            continue  # the ends of a gap
        if event.kind == "values" and not event.direction * float(np.nanmean(residuals)) > 0:
            continue
        if event.kind == "values" and event.start <= _BEGINNING and event.end - event.start > 1:
            continue
        looks = patterns if event.kind in ("values", "variation") else None
        if looks is None or not looks.recurs(event.start, event.end, values - baseline.expected):
            yield event


def _of_days(grid: Grid, baseline: Baseline, scores: Floats) -> list[Candidate]:
    """Whole days that stick out of a series with a daily season."""
    length = next((steps for steps, name in grid.periods if name == "day" and name in baseline.periods), None)
    midnights = np.flatnonzero(np.asarray(grid.stamps == grid.stamps.normalize()))
    return scan_days(scores, int(midnights[0]), length) if length and midnights.size else []


def _of_breaks(level: Level, kind: EventKind | None = None) -> list[Candidate]:
    """Candidates for the breaks of a level, and for stretches on another one."""
    single: list[tuple[int, int, Break, EventKind]] = [
        (each.at, each.at + 1, each, kind or each.kind) for each in level.breaks
    ]
    longer: list[tuple[int, int, Break, EventKind]] = [
        (one.at, other.at, one, kind or "values") for one, other in level.stretches
    ]
    return [
        Candidate(
            kind=kind_of, start=start, end=end, peak=start, direction=1 if each.size > 0 else -1, expected=each.chance
        )
        for start, end, each, kind_of in [*single, *longer]
    ]


def _changes_of_spread(scores: Floats) -> tuple[list[Candidate], Floats]:
    """Times at which the spread changes for good, and the scores in units of the spread of their own time."""
    if np.count_nonzero(~np.isnan(scores)) < _LONG:
        return [], scores
    level = find_breaks(np.log(np.abs(interpolated(scores)) + 0.05), _LEAST_CHANGE / LEAST_STEP, bends=False)
    found = _of_breaks(level, "variation")
    if not level.breaks:
        return found, scores
    steps = sum((each.size * (np.arange(scores.size) >= each.at) for each in level.breaks), np.zeros(scores.size))
    rescaled = scores / np.exp(steps)
    return found, rescaled / spread_of(rescaled)
