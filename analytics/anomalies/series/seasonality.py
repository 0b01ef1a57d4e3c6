"""Seasons of a series: which there are, and the usual value at each place in them.

A season is the median, over its cycles, of what is left without the trend (classical decomposition with medians in
place of means). It is found where the series resembles itself a cycle later. With few cycles each value is compared
with the other cycles alone, since it would else be a part of its own expectation, and the differences too small.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.columns import Floats

_LEAST_AUTOCORRELATION = 0.25
"""Autocorrelation at a period from which the period counts as a season. Our choice, tried on noise."""
_STANDARD_ERRORS = 2.5
"""The same in standard errors of white noise, 1 / sqrt(n), which is more for short series."""
_FEW_CYCLES = 12
"""Cycles up to which a value is left out of its own expectation."""
_MOST_PLACES = 200
"""Places in a cycle; longer ones are put together."""
_MOST_SEASONS = 2
_PARTS_OF_WINDOW = 40
"""Parts into which a long window is cut, for a median of their medians."""
_FAR = 5.0
"""Spreads from which a value is left out of the expectation of the others."""


@dataclass(frozen=True, kw_only=True)
class Seasons:
    """The seasonal part of a series.

    Attributes:
        values: Its value at each point; zeros without a season.
        found: Steps and name of each period, shortest first.
    """

    values: Floats
    found: list[tuple[int, str]]


def find_seasons(series: Floats, periods: list[tuple[int, str]]) -> Seasons:
    """Find the seasons of a series, at most two.

    Args:
        series: Values at equal distances, without gaps.
        periods: Lengths to try, in steps, with their names.
    """
    total = np.zeros(series.size)
    found: list[tuple[int, str]] = []
    for length, name in sorted(periods):
        left = series - total
        season = _season(left, length)
        if season is not None:
            total = total + season
            found.append((length, name))
        if len(found) == _MOST_SEASONS:
            break
    return Seasons(values=total, found=found)


def interpolated(values: Floats) -> Floats:
    """Return the series with its gaps filled by straight lines."""
    missing = np.isnan(values)
    if not missing.any():
        return values
    at = np.arange(values.size)
    return np.interp(at, at[~missing], values[~missing])


def rolling_median(series: Floats, window: int) -> Floats:
    """Median of the values around each point, at both ends of those that there are; in long windows, of medians."""
    step = window // _PARTS_OF_WINDOW
    if step > 1:
        blocks = interpolated(_block_medians(series, step))
        middles = np.minimum(np.arange(blocks.size) * step + (step - 1) / 2, series.size - 1)
        return np.interp(np.arange(series.size), middles, rolling_median(blocks, window // step | 1))
    rolled = pd.Series(series).rolling(window, center=True, min_periods=max(window // 2, 1)).median()
    return np.array(rolled.bfill().ffill(), dtype=np.float64)


def spread_of(values: Floats) -> float:
    """Distance between the quartiles in standard deviations of a normal distribution; missing values are left out."""
    q1, q3 = np.nanquantile(values, [0.25, 0.75])
    return float(q3 - q1) / 1.349


def _season(series: Floats, length: int) -> Floats | None:
    """Season of one length, centered; None if the series does not resemble itself a cycle later."""
    step = next((f for f in range(1, length) if length % f == 0 and length // f <= _MOST_PLACES), length)
    blocks = _block_medians(series, step)
    cycle = length // step
    if blocks.size < 3 * cycle or cycle < 2:
        return None
    left = blocks - rolling_median(blocks, 2 * cycle + 1)
    left = left - np.median(left)
    spread = spread_of(left)
    if spread == 0 or not _repeats(np.clip(left, -3 * spread, 3 * spread), cycle):  # a blizzard must not hide the week
        return None
    return np.repeat(_usual(left, cycle), step)[: series.size]


def _block_medians(series: Floats, step: int) -> Floats:
    if step == 1:
        return series
    whole = np.append(series, np.full(-series.size % step, np.nan)).reshape(-1, step)
    blocks = np.median(whole, axis=1)
    some = np.isnan(blocks) & ~np.isnan(whole).all(axis=1)
    blocks[some] = np.nanmedian(whole[some], axis=1)
    return blocks


def _repeats(left: Floats, cycle: int) -> bool:
    def correlation(lag: int) -> float:
        return float(np.dot(left[lag:], left[:-lag]) / max(np.dot(left, left), 1e-300))

    least = max(_LEAST_AUTOCORRELATION, _STANDARD_ERRORS / np.sqrt(left.size))
    return correlation(cycle) >= max(least, correlation(cycle // 2) + 0.1)


def _usual(left: Floats, cycle: int) -> Floats:
    """Usual value at each point's place in the cycle."""
    cycles = -(-left.size // cycle)
    table = np.append(left, np.full(cycles * cycle - left.size, np.nan)).reshape(cycles, cycle)
    if cycles > _FEW_CYCLES:
        usual = np.nanmedian(table, axis=0)
        return np.tile(usual - np.median(usual), cycles)[: left.size]
    usual = _median_of_others(table, table)
    away = np.abs(table - usual)
    outlying = (away > _FAR * spread_of(away[~np.isnan(away)]) * 2) & (away == np.nanmax(away, axis=0))
    usual = _median_of_others(table, np.where(outlying, np.nan, table))
    return (usual - np.median(usual)).ravel()[: left.size]


def _median_of_others(table: Floats, known: Floats) -> Floats:
    usual = np.empty_like(table)
    for row in range(table.shape[0]):
        others = np.delete(known, row, axis=0)
        none = np.isnan(others).all(axis=0)
        usual[row] = np.where(none, 0.0, np.nanmedian(np.where(none, 0.0, others), axis=0))
    return usual
