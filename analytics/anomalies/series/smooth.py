"""Series that are smooth curves, such as running totals and compound interest: each point follows from its neighbours.

What such a curve leaves without its trend bends, and bends are no noise. Between neighbours a curve is a cubic; at the
ends it goes on as a parabola. Several sets of neighbours are asked, so that one that is far off decides nothing.
"""

import numpy as np

from analytics.anomalies.series.seasonality import spread_of
from analytics.columns import Floats

_PAIRS = ((1, 2), (2, 3), (3, 4))
"""Distances on both sides of a point; each two of them give a cubic."""
_LONGEST_STEP = 5
"""Longest distance of the three points by which a curve is gone on with at its ends."""
_FEWEST = 12
_SMOOTH = 0.05
"""Part of what another expectation leaves, up to which the neighbours leave less because the series is a curve."""
_RESTS = 0.5
"""Share of values that equal their median from which a series rests there, and is no curve."""
LEAST_ROUGH = 0.02
"""Smallest spread of what a curve leaves, as a share of the distance between its quartiles. Our choice."""


def smooth_curve(series: Floats, left: Floats) -> Floats | None:
    """Return what the neighbours of each point make expected, if the series is a smooth curve; else None.

    Args:
        series: Values at equal distances, without gaps and season.
        left: What another expectation leaves of them.
    """
    # Where most values are one, such as the 0 of days without sales, neighbours agree and no curve is seen.
    if series.size < _FEWEST or float(np.mean(series == np.median(series))) >= _RESTS:
        return None
    between = _between(series)
    inner = ~np.isnan(between)
    usual = float(np.mean(np.abs(left)))  # a median window leaves only the ends of some curves
    if usual == 0 or spread_of((series - between)[inner]) > _SMOOTH * usual:
        return None
    return np.where(inner, between, _going_on(series))


def _between(series: Floats) -> Floats:
    """Median of the cubics through neighbours on both sides; NaN at the ends."""
    size, reach = series.size, max(b for _, b in _PAIRS)
    found = np.full((len(_PAIRS), size), np.nan)
    inner = slice(reach, size - reach)
    for row, (a, b) in zip(found, _PAIRS, strict=True):
        near, far = (
            series[reach - step : size - reach - step] + series[reach + step : size - reach + step] for step in (a, b)
        )
        row[inner] = (b**2 * near - a**2 * far) / (2 * (b**2 - a**2))
    return np.median(found, axis=0)


def _going_on(series: Floats) -> Floats:
    """At the ends, the nearest of the parabolas that go on with the curve; the value itself elsewhere."""
    expected = series.copy()
    reach = max(b for _, b in _PAIRS)
    for turned, out in ((series[::-1], expected[::-1]), (series, expected)):
        for at in range(reach):
            steps = [step for step in range(1, _LONGEST_STEP + 1) if at + 3 * step < turned.size]
            all_of = np.array([3 * turned[at + s] - 3 * turned[at + 2 * s] + turned[at + 3 * s] for s in steps])
            out[at] = all_of[int(np.argmin(np.abs(all_of - turned[at])))]
    return expected
