"""Baseline of a series over time: a regular grid, its period, and the value expected at each point."""

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from analytics.columns import Floats

Aggregate = Literal["sum", "mean"]
Counts = np.ndarray[Any, np.dtype[np.intp]]

MOST_POINTS = 20_000
"""Longer series are put together into the next larger unit of time, since STL takes about a second at this length."""

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
_SHORTEST_PERIOD, _LONGEST_PERIOD = 4, 1500
"""Grid steps of a season."""
_LEAST_AUTOCORRELATION = 0.25
"""Autocorrelation at a period from which the period counts as a season. Our choice, tried on noise."""
_LEAST_SPREAD = 1e-3
"""Smallest spread of residuals, as a share of the distance between the quartiles of the series."""
_SHORT = 15
"""Points of a window below which a point is left out of its own median."""
_FEW_PERIODS = 5
"""Periods below which the season is fitted in two steps."""
_GROWS_WITH_LEVEL = 0.3
"""Rank correlation of residuals and level from which the logarithm is analysed. Our choice."""


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A series on a regular grid of time.

    Attributes:
        values: One value a grid point; NaN where there is none.
        counts: Values that were put together at each grid point.
        stamps: Start of each grid point.
        ends: First moment after each grid point.
        positions: Grid point of each row that had a time and a value.
        step: Length of a grid step in words.
        periods: Period lengths worth trying, in steps, with the name of what repeats.
    """

    values: Floats
    counts: Counts
    stamps: pd.DatetimeIndex
    ends: pd.DatetimeIndex
    positions: "np.ndarray[Any, np.dtype[np.intp]]"
    step: str
    periods: list[tuple[int, str]]


def to_grid(stamps: pd.DatetimeIndex, values: Floats, aggregate: Aggregate) -> Grid:
    """Put values on a regular grid of time.

    The step is a calendar month, quarter or year if the times are that far apart, else the most frequent distance; if
    the times are irregular or more than 20,000, the smallest usual unit (second … week) that fills most of the grid.
    Rows of one grid point are put together by `aggregate`.

    Args:
        stamps: Times without a zone, in any order, repeated or not; at least two different ones.
        values: Values without NaN, aligned to the stamps.
        aggregate: How to put values of one grid point together.
    """
    distinct = np.sort(stamps.unique().to_numpy().astype("datetime64[us]").astype(np.int64))
    steps = np.diff(distinct)
    day = 86_400_000_000
    for code, least, most, per_year, name in _CALENDAR:
        if least * day <= np.median(steps) <= most * day and steps.min() >= (least - 1) * day:
            periods = stamps.to_period(code)
            positions = periods.asi8 - periods.asi8.min()
            edges = pd.period_range(periods.min(), periods=int(positions.max()) + 2, freq=code).to_timestamp()
            return _filled(positions, values, aggregate, edges, name, [(per_year, "year")])
    lengths, counts = np.unique(steps, return_counts=True)
    usual = int(lengths[np.argmax(counts)])
    whole = np.isclose(steps / usual, np.round(steps / usual), atol=0.05).mean() > 0.95
    span = int(distinct[-1] - distinct[0])
    if whole and _fits(distinct.size, span // usual + 1):
        return _fixed(stamps, values, aggregate, usual, int(distinct[0]))
    median = int(np.median(steps))
    for _, unit in _UNITS:
        length = unit // pd.Timedelta("1us")
        origin = int(distinct[0]) // length * length
        if length >= median and span // length < MOST_POINTS:
            buckets = np.unique((distinct - origin) // length).size
            if _fits(buckets, span // length + 1):
                return _fixed(stamps, values, aggregate, length, origin)
    length = max(int(np.ceil(span / 500)), 1)  # far apart and irregular: 500 equal stretches
    return _fixed(stamps, values, aggregate, length, int(distinct[0]))


def _fits(points: int, length: int) -> bool:
    return length <= MOST_POINTS and points >= 0.5 * length


def _fixed(stamps: pd.DatetimeIndex, values: Floats, aggregate: Aggregate, length: int, origin: int) -> Grid:
    positions = np.round((stamps.to_numpy().astype("datetime64[us]").astype(np.int64) - origin) / length - 1e-9)
    if (positions * length + origin != stamps.to_numpy().astype("datetime64[us]").astype(np.int64)).any():
        positions = (stamps.to_numpy().astype("datetime64[us]").astype(np.int64) - origin) // length
    positions = positions.astype(np.intp)
    step: Any = pd.Timedelta(length, unit="us")
    edges = pd.DatetimeIndex(origin + np.arange(int(positions.max()) + 2) * length, dtype="datetime64[us]")
    periods = [(round(whole / step), name) for whole, name in _PERIODS if abs(whole / step - round(whole / step)) < 0.2]
    return _filled(positions, values, aggregate, edges, _words(step), periods)


def _words(step: Any) -> str:
    for length, word in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        count = step.total_seconds() / length
        if count >= 1:
            return word if count == 1 else "week" if (word, count) == ("day", 7) else f"{count:g} {word}s"
    return str(step)


def _filled(
    positions: Any, values: Floats, aggregate: Aggregate, edges: pd.DatetimeIndex, step: str, periods: Any
) -> Grid:
    starts = edges[:-1]
    positions = np.asarray(positions, dtype=np.intp)
    counts = np.bincount(positions, minlength=len(starts))
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


def find_period(grid: Grid) -> tuple[int, str] | None:
    """The period that the series really has, by the autocorrelation of what is left without the trend.

    Returns:
        Steps and name of the period with the largest autocorrelation, if it is at least 0.25 and larger than that of
        half a period; None if there is none. A period must fit three times.
    """
    from statsmodels.tsa.stattools import acf

    series = interpolated(grid.values)
    found: list[tuple[float, int, str]] = []
    for length, name in grid.periods:
        left = series - _rolling_median(series, 2 * length + 1)
        middle = np.median(left)
        spread = np.median(np.abs(left - middle)) * 1.4826
        if spread == 0:
            continue
        clipped = np.clip(left - middle, -3 * spread, 3 * spread)  # one blizzard must not hide the week
        correlation = np.nan_to_num(np.asarray(acf(clipped, nlags=length, fft=True), dtype=np.float64))
        if correlation[length] >= max(_LEAST_AUTOCORRELATION, correlation[length // 2] + 0.1):
            found.append((float(correlation[length]), length, name))
    if not found:
        return None
    _, length, name = max(found)
    return length, name


def interpolated(values: Floats) -> Floats:
    """The series with its gaps filled in a straight line."""
    missing = np.isnan(values)
    if not missing.any():
        return values
    at = np.arange(values.size)
    return np.interp(at, at[~missing], values[~missing])


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """Expected values of a series.

    Attributes:
        expected: Expected values at each grid point.
        residuals: What is left, in the unit of the values or of their logarithm.
        least_spread: The smallest spread of residuals worth telling apart, in their unit.
        period: Length of the season in steps, if there is one.
        how: What the values are compared with, in words.
    """

    expected: Floats
    residuals: Floats
    least_spread: float
    period: int | None
    how: str


def find_baseline(grid: Grid) -> Baseline:
    """Trend and season of a series; of its logarithm where the differences grow with the level.

    Sales that double vary twice as much: on the plain scale, the ordinary days of the last year would all be unusual
    next to the first. Logarithms are taken of positive values if the size of the residuals is rank-correlated
    with what was expected (0.3 or more) and the largest expectation is more than twice the smallest.
    """
    from scipy.stats import spearmanr

    found = find_period(grid)
    plain = _baseline(grid.values, found, "")
    if np.nanmin(grid.values) <= 0:
        return plain
    low, high = np.percentile(plain.expected, [5, 95])
    if not (low > 0 and high > 2 * low):
        return plain
    present = ~np.isnan(plain.residuals)
    grows: Any = spearmanr(np.abs(plain.residuals[present]), plain.expected[present])
    if not grows.statistic >= _GROWS_WITH_LEVEL:  # NaN where there is no noise
        return plain
    logged = _baseline(np.log(grid.values), found, " of the logarithm")
    return replace(logged, expected=np.exp(logged.expected))


def _baseline(values: Floats, found: tuple[int, str] | None, of: str) -> Baseline:
    """Season by STL (Cleveland et al. 1990); trend by a rolling median of the rest, which follows a level shift."""
    series = interpolated(values)
    season = _season(series, found[0]) if found else np.zeros(series.size)
    expected = season + _trend(series - season)
    q1, q3 = np.percentile(series, [25, 75])
    how = (
        f"trend{of} and {found[0]}-step season (the {found[1]}) by robust STL"
        if found
        else f"trend{of} (rolling median)"
    )
    return Baseline(
        expected=expected,
        residuals=values - expected,
        least_spread=max(_LEAST_SPREAD * float(q3 - q1), 1e-9 * float(np.max(np.abs(series)))),
        period=found[0] if found else None,
        how=how,
    )


def _season(series: Floats, period: int) -> Floats:
    """The season; with few periods in two steps, since a robust fit of three values all but repeats two of them."""
    if series.size >= _FEW_PERIODS * period:
        return _stl(series, period, robust=True)
    season = _stl(series, period, robust=False)
    left = series - season - _trend(series - season)
    q1, q3 = np.percentile(left, [25, 75])
    phase = np.arange(series.size) % period
    largest = np.zeros(period)
    np.maximum.at(largest, phase, np.abs(left))
    outlying = (np.abs(left) > 2.6 * (q3 - q1)) & (np.abs(left) == largest[phase])
    periods = series.size / period
    return _stl(np.where(outlying, series - left / (1 - 1 / periods), series), period, robust=False)


def _stl(series: Floats, period: int, *, robust: bool) -> Floats:
    from statsmodels.tsa.seasonal import STL

    trend = max(2 * period, 7) | 1
    fit: Any = STL(
        series,
        period=period,
        seasonal=max(13, series.size // period * 4 | 1),
        trend=trend,
        seasonal_deg=0,
        robust=robust,
        trend_jump=max(1, trend // 10),
        low_pass_jump=max(1, period // 10),
    ).fit()
    return np.asarray(fit.seasonal, dtype=np.float64)


def _trend(series: Floats) -> Floats:
    """A robust line (Theil and Sen) plus the rolling median around it, which follows a level shift at once."""
    from scipy.stats import theilslopes

    at = np.arange(series.size, dtype=np.float64)
    some = np.linspace(0, series.size - 1, min(series.size, 500)).round().astype(int)  # all pairs of these
    fitted: Any = theilslopes(series[some], at[some])
    line = float(fitted[0]) * at
    return line + _local_median(series - line)  # on a slope, the median would be the point itself


def _local_median(series: Floats) -> Floats:
    """Rolling median; at both ends, where half the window is missing, a robust line through the last full one."""
    from scipy.stats import theilslopes

    window = int(np.clip(series.size // 6, 7, 61)) | 1
    half = window // 2
    if window < _SHORT:
        return _median_of_others(series, window)
    expected = _rolling_median(series, window)
    at = np.arange(window, dtype=np.float64)
    for end in (slice(None, window), slice(-window, None)):
        fitted: Any = theilslopes(series[end], at)
        line = fitted[1] + fitted[0] * at
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


def _rolling_median(series: Floats, window: int) -> Floats:
    rolled = pd.Series(series).rolling(window, center=True, min_periods=window // 2 + 1).median()
    return np.array(rolled.bfill().ffill(), dtype=np.float64)
