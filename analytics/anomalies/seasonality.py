"""Baseline of a series over time: its period, and the value expected at each point of its grid."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analytics.anomalies.time_grid import Grid
from analytics.columns import Floats

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


def find_period(grid: Grid) -> tuple[int, str] | None:
    """Return the period of the series, by the autocorrelation of the series without its trend.

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
    """Return the series with its gaps filled by straight lines."""
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
        residuals: Values minus expected values, in the unit of the values or of their logarithm.
        least_spread: Lower bound for the spread of residuals, in their unit.
        period: Length of the season in steps, if there is one.
        how: Method of the expectation, in words.
    """

    expected: Floats
    residuals: Floats
    least_spread: float
    period: int | None
    how: str


def find_baseline(grid: Grid) -> Baseline:
    """Return trend and season of a series, or of its logarithm if the residuals grow with the level.

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
    """Return the season: with few periods in two steps, since a robust fit to three values repeats two of them."""
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
