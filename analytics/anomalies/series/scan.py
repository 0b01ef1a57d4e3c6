"""Stretches of a series that stick out: points, pairs, longer ones, and those that vary more or less than usual.

What is left without trend and season is looked at through windows of several lengths, each against the surroundings
of the window: a moderate difference that lasts is as unusual as a large one that does not. Each view of the series has
its own tail (`anomalies.scores.tails`), so that noise that resembles its neighbours, or is heavy-tailed, is measured
by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.anomalies.scores.candidates import Candidate
from analytics.anomalies.scores.tails import Tail, fit_tail, threshold_of
from analytics.anomalies.series.exceptions import find_exceptions
from analytics.anomalies.series.seasonality import rolling_median, spread_of
from analytics.columns import Floats
from analytics.false_discoveries import FALSE_SHARE
from analytics.results import EventKind

_WINDOWS = (5, 25, 100)
"""Lengths of windows in points."""
_WINDOWS_IN_SERIES = 40
"""Windows that have to fit into a series side by side."""
_AROUND = 12
"""Length of the surroundings of a window, in windows."""
_CUT = 6.0
"""Spreads beyond which a point counts no more in a window: one point is no stretch."""
_DRIFTS = 0.5
"""Autocorrelation of neighbours from which points are also compared with their near surroundings alone."""
_NEAR = 31
"""Length in points of the near surroundings."""
_HEAVY = 0.25
"""Shape of a tail from which a single point needs a chance ten times smaller, since nothing confirms it. Our choice."""
_SINGLE = 10.0
"""Factor on what chance brings of a single point in a heavy tail, see `_HEAVY`."""
_LONG = 100
"""Points from which there are other views than single points."""
_MAIN_SHARE = 0.8
"""Part of what may be false that goes to single points and pairs, the rest to the other views."""
NORMAL_LEVEL = 3.5
"""Score of a single event where there are too few values for a tail."""
_FEWEST_PEAKS = 5
"""Fewest peaks to which a tail is fitted."""
_FEWEST_DAYS, _SHORTEST_DAY = 30, 8
"""Whole days, and points of each, from which days as a whole are looked at."""
_UNUSUAL_DAYS = 0.3
"""Part of the peaks of days that may be holidays, so that they do not say what is usual. Our choice."""
_MOST_CANDIDATES = 200
"""Most candidates of one view, the highest ones."""
_INTERESTING = 0.5
"""Most expected by chance of a candidate that is kept."""


@dataclass(frozen=True, kw_only=True)
class Scan:
    """Result of a scan.

    Attributes:
        candidates: Stretches that stick out.
        level: Score from which a single point sticks out so far that chance brings a tenth of one.
    """

    candidates: list[Candidate]
    level: float


def scan(scores: Floats) -> Scan:
    """Find stretches that stick out.

    Args:
        scores: Residuals in units of their spread, NaN for missing.
    """
    found: list[Candidate] = []
    levels: list[float] = []
    views = list(_views(scores))
    main = [view for view in views if view.main]
    for view in views:
        share = 1.0 if len(views) == len(main) else _MAIN_SHARE if view.main else 1 - _MAIN_SHARE
        tests = (len(main) if view.main else len(views) - len(main)) / share
        for side in (1, -1):
            turned = view.turned(side)
            if (tail := _tail_of(turned, view.width)) is not None:
                levels += [tail[0].level(FALSE_SHARE / tests)] if view is views[0] else []
                found += _candidates(turned, view, side, *tail, tests)
            elif view is views[0]:
                found += find_exceptions(np.where(turned > NORMAL_LEVEL, side * scores, 0.0))
    return Scan(candidates=found, level=min(levels, default=NORMAL_LEVEL))


def scan_days(scores: Floats, first: int, length: int) -> list[Candidate]:
    """Find whole days that stick out, such as holidays: half of their hours are as expected, and many a little off.

    Args:
        scores: Residuals in units of their spread, NaN for missing.
        first: First point of the first whole day.
        length: Points of a day.
    """
    days = (scores.size - first) // length
    if days < _FEWEST_DAYS or length < _SHORTEST_DAY:
        return []
    table = np.clip(scores[first : first + days * length], -_CUT, _CUT).reshape(days, length)
    known = np.isnan(table).mean(axis=1) < 0.5
    means = np.full(days, np.nan)
    means[known] = np.nanmean(table[known], axis=1)
    found: list[Candidate] = []
    for side in (1, -1):
        view = _View(kind="values", signal=means - np.nanmedian(means))
        turned = view.turned(side)
        if (found_tail := _tail_of(turned, 1)) is not None:
            tail, stretches, peaks = found_tail
            spread = spread_of(means)
            tail = fit_tail(peaks, tail.threshold, spread=spread, censored_share=_UNUSUAL_DAYS)
            found += _candidates(turned, view, side, tail, stretches, peaks, tests=2.0)
    return [
        replace(each, start=first + each.start * length, end=first + each.end * length, peak=first + each.peak * length)
        for each in found
    ]


@dataclass(frozen=True, kw_only=True)
class _View:
    """One way to look at a series.

    Attributes:
        kind: What sticks out in it.
        signal: Its values, NaN for missing.
        width: Points that each of them is a mean of.
        pairs: A point counts as far as the next one goes with it.
        main: It is one of the two that most of what may be false goes to.
    """

    kind: EventKind
    signal: Floats
    width: int = 1
    pairs: bool = False
    main: bool = False

    def turned(self, side: int) -> Floats:
        """The values so that those on one side of what is expected are the largest; missing ones are the smallest."""
        turned = np.nan_to_num(side * self.signal, nan=-np.inf)
        return np.minimum(turned, np.append(turned[1:], -np.inf)) if self.pairs else turned


def _views(scores: Floats) -> Iterator[_View]:
    yield _View(kind="values", signal=scores, main=True)
    present = ~np.isnan(scores)
    size = int(present.sum())
    if size >= _LONG:
        yield _View(kind="values", signal=scores, pairs=True, main=True)
    cut = pd.Series(np.clip(scores, -_CUT, _CUT))
    both = present[1:] & present[:-1]
    if size >= 10 * _NEAR and np.corrcoef(cut[1:][both], cut[:-1][both])[0, 1] > _DRIFTS:
        yield _View(kind="values", signal=scores - rolling_median(scores, _NEAR))
    for width in _WINDOWS:
        if size < _WINDOWS_IN_SERIES * width:
            break
        around = min(_AROUND * width, size // 4) | 1
        mean = np.array(cut.rolling(width, center=True, min_periods=width // 2 + 1).mean(), dtype=np.float64)
        yield _View(kind="values", signal=mean - rolling_median(mean, around), width=width)
    width = _WINDOWS[1]
    if size >= _WINDOWS_IN_SERIES * width // 2:
        mean = np.array(cut.abs().rolling(width, center=True, min_periods=width // 2 + 1).mean(), dtype=np.float64)
        log = np.log(mean + 0.02)
        yield _View(
            kind="variation", signal=log - rolling_median(log, min(_AROUND * width, size // 4) | 1), width=width
        )


_Stretches = list[tuple[int, int]]


def _tail_of(turned: Floats, width: int) -> tuple[Tail, _Stretches, Floats] | None:
    """The tail of a view's side, the stretches above its threshold and the peak of each; None if there are too few."""
    present = turned[np.isfinite(turned)]
    if present.size < 8 or np.ptp(present) == 0:
        return None
    threshold = threshold_of(present, width)
    stretches = _stretches(turned, threshold, gap=max(width, 2))
    if len(stretches) < _FEWEST_PEAKS:
        return None
    peaks = np.maximum.reduceat(np.append(turned, -np.inf), np.array(stretches).ravel())[::2]
    return _tail(peaks, threshold, present, width), stretches, peaks


def _candidates(
    turned: Floats, view: _View, side: int, tail: Tail, stretches: _Stretches, peaks: Floats, tests: float
) -> Iterator[Candidate]:
    highest = np.argsort(-peaks)[:_MOST_CANDIDATES]
    expected = tests * tail.expected_beyond(peaks[highest])
    for place, chance in zip(highest, expected, strict=True):
        if chance > _INTERESTING:
            break
        start, end = stretches[place]
        at = start + int(np.argmax(turned[start:end]))
        first, last = _core(turned, at, max(tail.threshold, 0.5 * float(peaks[place])), start, end)
        single = view.width == 1 and not view.pairs and last - first == 1 and tail.shape >= _HEAVY
        yield Candidate(
            kind=view.kind,
            start=first,
            end=last + view.pairs,
            peak=at,
            direction=side,
            expected=float(chance) * (_SINGLE if single else 1.0),
        )


def _tail(peaks: Floats, threshold: float, values: Floats, width: int) -> Tail:
    """The tail of the peaks. More than a few that are far out come again and again: then they are measured, too."""
    spread = spread_of(values)
    tail = fit_tail(peaks, threshold, width=width, spread=spread)
    far = int((tail.expected_beyond(np.sort(peaks)[-50:]) < FALSE_SHARE).sum())
    usual = far > max(3, round(np.sqrt(values.size) / 8))
    return fit_tail(peaks, threshold, censor=False, width=width, spread=spread) if usual else tail


def _stretches(signal: Floats, threshold: float, gap: int) -> list[tuple[int, int]]:
    """Runs of points above the threshold, together if fewer than `gap` points lie between them."""
    above = np.flatnonzero(signal > threshold)
    if not above.size:
        return []
    ends = np.flatnonzero(np.diff(above) > gap)
    starts = above[np.append(0, ends + 1)]
    lasts = above[np.append(ends, above.size - 1)]
    return [(int(start), int(last) + 1) for start, last in zip(starts, lasts, strict=True)]


def _core(signal: Floats, peak: int, level: float, start: int, end: int) -> tuple[int, int]:
    """The part of a stretch around its peak that is at least at the level."""
    first, last = peak, peak + 1
    while first > start and signal[first - 1] >= level:
        first -= 1
    while last < end and signal[last] >= level:
        last += 1
    return first, last
