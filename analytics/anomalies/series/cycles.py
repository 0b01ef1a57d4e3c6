"""Cycles that a series itself shows, besides those of the calendar: machines, shifts and tides have theirs.

A cycle is exact if nearly all values come again after it, up to a constant drift. Else it is the lag at which the
series resembles itself most, if that is far more than chance brings.
"""

import numpy as np
from numpy.typing import NDArray

from analytics.anomalies.series.seasonality import spread_of
from analytics.columns import Floats

Lags = NDArray[np.intp]

_SHORTEST = 2
"""Shortest cycle in points."""
_MOST_TRIED = 16
"""Lags that are tried for an exact cycle: those of the highest autocorrelation."""
_COME_AGAIN = 0.9
"""Share of values that come again after an exact cycle."""
_EXPLAINED, _EXPLAINED_AT_REST = 0.5, 0.3
"""Steps that an exact cycle leaves unexplained, as a part of those that are no plain drift; for series that rest."""
_RESTS = 0.9
"""Share of values near the median from which a series rests: then its cycle has to be seen three times."""
_LEAST_AUTOCORRELATION, _STANDARD_ERRORS = 0.5, 5.0
"""Autocorrelation of a cycle that is not exact, at least, and in standard errors of white noise. Our choice, tried on
noise that resembles its neighbours."""
_DIP = 0.3
"""Autocorrelation by which that of the cycle exceeds the lowest one before it: drifts resemble themselves, too."""
_FEWEST_SEEN = 4
"""Cycles that are needed to see one that is not exact."""
_EQUAL = 0.9
"""Part of the highest autocorrelation from which a shorter lag is the cycle, of which the other is a multiple."""


def exact_cycle(series: Floats) -> int | None:
    """Return the steps after which nearly all values of a series come again, up to a drift; None if there are none.

    Args:
        series: Values at equal distances, without gaps.
    """
    size = series.size
    steps = np.diff(series)
    tolerance = _tolerance(series)
    drifts = np.abs(steps - np.median(steps)) <= tolerance
    least = int((~drifts).sum())
    if least < 2 or size < 2 * _SHORTEST:
        return None
    similar = _autocorrelation(steps - np.median(steps))[: size // 2 + 1]
    similar[:_SHORTEST] = -np.inf
    rests = float(np.mean(np.abs(series - np.median(series)) <= tolerance)) > _RESTS
    few, most = (3, _EXPLAINED_AT_REST * least) if rests else (2, _EXPLAINED * least)
    for lag in sorted(int(each) for each in np.argsort(-similar, kind="stable")[:_MOST_TRIED] if similar[each] > 0):
        changes = series[lag:] - series[:-lag]
        off = int((np.abs(changes - np.median(changes)) > tolerance).sum())
        again = ~drifts[lag:] & (np.abs(steps[lag:] - steps[:-lag]) <= tolerance)
        if not again.any():  # one value beside a line seems to be explained by any lag that leads out of the series
            continue
        if size // lag >= few and off <= most and off <= (1 - _COME_AGAIN) * changes.size:
            return lag
    return None


def likely_cycle(series: Floats) -> int | None:
    """Return the steps after which a series resembles itself most; None if that may be chance.

    Args:
        series: Values at equal distances, without gaps, trend and the seasons that are known.
    """
    size = series.size
    spread = spread_of(series)
    longest = size // _FEWEST_SEEN
    if longest <= _SHORTEST or spread == 0:
        return None
    similar = _autocorrelation(np.clip(series - np.median(series), -3 * spread, 3 * spread))
    inner = np.arange(_SHORTEST, longest + 1)
    peaks = inner[(similar[inner] >= similar[inner - 1]) & (similar[inner] > similar[inner + 1])]
    lowest = np.minimum.accumulate(similar)
    least = max(_LEAST_AUTOCORRELATION, _STANDARD_ERRORS / np.sqrt(size))
    clear = peaks[(similar[peaks] >= least) & (similar[peaks] >= lowest[peaks] + _DIP)]
    if not clear.size:
        return None
    return int(clear[similar[clear] >= _EQUAL * similar[clear].max()][0])


def exact_values(series: Floats, cycle: int) -> Floats:
    """The value that each point of a series with an exact cycle has at its place, drift included.

    It is the median over the cycles; of two, the value of the other one.

    Args:
        series: Values at equal distances, without gaps.
        cycle: Steps after which nearly all values come again.
    """
    at = np.arange(series.size)
    drift = float(np.median(series[cycle:] - series[:-cycle])) / cycle * at
    rows = -(-series.size // cycle)
    table = np.append(series - drift, np.full(rows * cycle - series.size, np.nan)).reshape(rows, cycle)
    usual = np.nanmedian(table, axis=0, keepdims=True) if rows > 2 else table[::-1]
    values = np.broadcast_to(np.where(np.isnan(usual), table, usual), table.shape).ravel()[: series.size] + drift
    return np.asarray(values, dtype=np.float64)


def _tolerance(series: Floats) -> float:
    low, high = np.quantile(series, [0.05, 0.95])
    return max(1e-6 * float(high - low), 1e-9 * float(np.max(np.abs(series))))


def _autocorrelation(values: Floats) -> Floats:
    """Autocorrelation at each lag, of values around 0; pairs that a lag leaves count as they are, not as if more."""
    length = 1 << int(np.ceil(np.log2(2 * values.size)))
    spectrum = np.abs(np.fft.rfft(values, length)) ** 2
    found = np.fft.irfft(spectrum, length)[: values.size]
    return np.asarray(found / max(float(found[0]), 1e-300), dtype=np.float64)
