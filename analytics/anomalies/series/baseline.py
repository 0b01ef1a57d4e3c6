"""Baseline of a series over time: the value expected at each point of its grid, and what is left."""

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from analytics.anomalies.series.breaks import Level, find_breaks
from analytics.anomalies.series.cycles import exact_cycle, exact_values, likely_cycle
from analytics.anomalies.series.seasonality import Seasons, find_seasons, interpolated, rolling_median, spread_of
from analytics.anomalies.series.smooth import LEAST_ROUGH, smooth_curve
from analytics.anomalies.series.time_grid import Grid
from analytics.columns import Floats

_LEAST_SPREAD = 1e-3
"""Smallest spread of residuals, as a share of the distance between the quartiles of the series."""
_GROWS_WITH_LEVEL = 0.3
"""Rank correlation of residuals and level from which the logarithm is analysed. Our choice."""
_POISSON = 2.0
"""Variance of counts in units of their mean, which is 1 for Poisson counts, up to which they get the square root."""
_ROUGH = 0.15
"""Part of the spread of a cycle that is not the calendar's, as which its steps are measured: its length is a guess, so
that what is left of it bends."""
_RESTS = 0.5
"""Share of values that equal their median from which a series rests there."""
_EXPLAINS = 0.95
"""Part of the spread that a trend may leave, at most, to be one. Our choice."""
_SECOND, _SEEN = 4, 0.2
"""Points beside a step at which it is seen, and the part of it that is."""
_SHORT = 15
"""Points of a window below which a point is left out of its own median."""
_SHORTEST_WINDOW, _LONGEST_WINDOW = 7, 1001


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """Expected values of a series.

    Attributes:
        expected: Expected values at each grid point.
        residuals: Values minus expected values, in the unit of the values or of their logarithm.
        least_spread: Lower bound for the spread of residuals, in their unit.
        level: Level with its steps and bends, in the unit of the residuals.
        periods: Names of the seasons.
        scale: Transformation that was analysed.
        how: Method of the expectation, in words.
    """

    expected: Floats
    residuals: Floats
    least_spread: float
    level: Level
    periods: list[str]
    scale: Literal["plain", "logarithm", "square root"]
    how: str


def find_baseline(grid: Grid) -> Baseline:
    """Return the baseline of a series, or of its logarithm or square root if the residuals grow with the level.

    Sales that double vary twice as much: on the plain scale, the ordinary days of the last year would all be unusual
    next to the first. The scale is changed if the size of the residuals is rank-correlated with what was expected (0.3
    or more) and the largest expectation is more than twice the smallest. Counts with zeros that vary as Poisson counts
    do get the square root of Anscombe (1948), which gives Poisson counts the same spread everywhere.
    """
    from scipy.stats import spearmanr

    values = grid.values
    plain = _baseline(values, grid.periods)
    low, high = np.percentile(plain.expected, [5, 95])
    if np.nanmin(values) < 0 or not high > 2 * max(low, 0) or spread_of(plain.residuals) <= plain.least_spread:
        return plain
    present = ~np.isnan(plain.residuals)
    grows: Any = spearmanr(np.abs(plain.residuals[present]), plain.expected[present])
    if not grows.statistic >= _GROWS_WITH_LEVEL:
        return plain
    if np.nanmin(values) > 0 and low > 0:
        logged = _baseline(np.log(values), grid.periods, bends=False)
        return replace(
            logged, expected=np.exp(logged.expected), scale="logarithm", how=f"{logged.how} of the logarithm"
        )
    whole = bool((values[present] == np.floor(values[present])).all())
    if not whole or spread_of(plain.residuals) ** 2 > _POISSON * float(np.mean(plain.expected)):
        return plain
    rooted = _baseline(2 * np.sqrt(values + 3 / 8), grid.periods, bends=False)
    expected = np.maximum((rooted.expected / 2) ** 2 - 3 / 8, 0)
    return replace(rooted, expected=expected, scale="square root", how=f"{rooted.how} of the square root")


def _baseline(values: Floats, periods: list[tuple[int, str]], *, bends: bool = True) -> Baseline:
    series = interpolated(values)
    seasons = _seasons(series, periods)
    q1, q3 = np.percentile(series, [25, 75])
    least = max(_LEAST_SPREAD * float(q3 - q1), 1e-9 * float(np.max(np.abs(series))))
    own = bool(seasons.found) and seasons.found[0] not in periods
    rough = _ROUGH * spread_of(seasons.values) if own else 0.0
    left = series - seasons.values
    level = find_breaks(left, max(_noise(left), least, rough), bends=bends and not own)
    base = level.values + seasons.values
    expected = base + _remaining_trend(series - base, least)
    curve = smooth_curve(left, series - expected)
    if curve is not None and not _jumps(left - curve, level):
        level, expected = Level(values=curve, breaks=[], stretches=[]), curve + seasons.values
        least = max(least, LEAST_ROUGH * float(q3 - q1))
    names = [name for _, name in seasons.found]
    how = "trend (rolling median)"
    if level.breaks:
        how += f", {len(level.breaks)} {'break' if len(level.breaks) == 1 else 'breaks'} of level or trend"
    if names:
        how += f" and season (medians by place in the {' and the '.join(names)})"
    return Baseline(
        expected=expected,
        residuals=values - expected,
        least_spread=least,
        level=level,
        periods=names,
        scale="plain",
        how=how,
    )


def _jumps(away: Floats, level: Level) -> bool:
    """Return whether a step of the level is seen beside the curve, which bends where there is none."""
    steps = [
        *(each for each in level.breaks if each.kind == "level shift"),
        *(one for pair in level.stretches for one in pair),
    ]
    return any(
        float(np.max(np.abs(away[max(each.at - _SECOND, 0) : each.at + _SECOND]))) > _SEEN * abs(each.size)
        for each in steps
    )


def _seasons(series: Floats, periods: list[tuple[int, str]]) -> Seasons:
    """The exact cycle of a series; else the seasons of the calendar, else the cycle that it shows itself."""
    exact = exact_cycle(series)
    if exact is not None:
        return Seasons(values=exact_values(series, exact), found=[(exact, f"cycle of {exact} points")])
    seasons = find_seasons(series, periods)
    if seasons.found:
        return seasons
    cycle = likely_cycle(series - _line(series))
    return find_seasons(series, [(cycle, f"cycle of {cycle} points")]) if cycle is not None else seasons


def _line(series: Floats) -> Floats:
    """Robust straight line through a series."""
    from scipy.stats import theilslopes

    at = np.linspace(0, series.size - 1, min(series.size, 200)).round().astype(int)
    fitted: Any = theilslopes(series[at], at)
    return float(fitted[0]) * np.arange(series.size, dtype=np.float64)


def _noise(series: Floats) -> float:
    """Spread of single values around their neighbours; where most equal them, the mean difference."""
    away = series - rolling_median(series, int(np.clip(series.size // 10, 7, 101)) | 1)
    return spread_of(away) or float(np.mean(np.abs(away)))


def _remaining_trend(left: Floats, least: float) -> Floats:
    """Trend in what is left, if it explains anything: else it would only add noise to what is expected."""
    middle = float(np.median(left))
    if float(np.mean(np.abs(left - middle) <= least)) >= _RESTS:
        return np.full(left.size, middle)
    trend = _trend(left)
    return trend if spread_of(left - trend) < _EXPLAINS * spread_of(left) else np.full(left.size, middle)


def _trend(series: Floats) -> Floats:
    """Rolling median; at both ends, where half the window is missing, a robust line through the last full one."""
    from scipy.stats import theilslopes

    window = int(np.clip(series.size // 10, _SHORTEST_WINDOW, _LONGEST_WINDOW)) | 1
    if window < _SHORT:
        return _median_of_others(series, window)
    half = window // 2
    expected = rolling_median(series, window)
    some = np.linspace(0, window - 1, min(window, 100)).round().astype(int)
    for end in (slice(None, window), slice(-window, None)):
        part = series[end]
        fitted: Any = theilslopes(part[some], some)
        slope = float(fitted[0])
        at = np.arange(window, dtype=np.float64)
        line = slope * at + float(np.median(part - slope * at))
        if end.start is None:
            expected[:half] = line[:half]
        else:
            expected[-half:] = line[-half:]
    return expected


def _median_of_others(series: Floats, window: int) -> Floats:
    """Rolling median without the point itself, which in a short window would often be its own expectation."""
    window = min(window, series.size)
    starts = np.clip(np.arange(series.size) - window // 2, 0, series.size - window)
    around = starts[:, None] + np.arange(window)
    others = around[around != np.arange(series.size)[:, None]].reshape(series.size, window - 1)
    return np.median(series[others], axis=1)
