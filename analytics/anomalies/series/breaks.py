"""Breaks in a series: steps to another level, and trends that change.

The series is put together to at most 120 medians, and a line with steps and bends is fitted to them, the one that
explains most first (forward selection, as binary segmentation does for steps: Scott and Knott 1974). Each is tested by
the t statistic that it adds, corrected for all the places that were tried (Bonferroni) and for residuals that resemble
their neighbours (n (1 - r) / (1 + r) values count, as Bayley and Hammersley 1946): a random walk seems to have many
steps.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from analytics.anomalies.series.seasonality import rolling_median, spread_of
from analytics.columns import Floats

_MOST_BLOCKS = 120
"""Most blocks of points whose medians are searched for breaks."""
_LEAST_BLOCKS = 20
"""Fewest blocks in which breaks are searched for."""
_MOST_BREAKS = 6
_LEAST_CHANCE = 1e-3
"""Probability of a break by chance, below which the series is thought to have it."""
_EXACT = 1e-20
"""Part of the squares up to which what is left of a fit is an error of rounding."""
_STRETCH = 6
"""Part of a series, as its denominator, up to which a stretch on another level is no level of its own."""
_LEAST_SEEN = 0.5
"""Part of a step that the medians of both sides have to show."""
LEAST_STEP, _LEAST_BEND = 1.5, 2.0
"""Size of a step, and what a bend comes to at the end, in spreads of the single values. Less matters to nobody."""


@dataclass(frozen=True, kw_only=True)
class Break:
    """A step or a bend.

    Attributes:
        kind: Which of them.
        at: First point after it.
        size: What it adds: the height of a step; the height that a bend reaches at the end of the series.
        chance: Probability of one like it in a series without.
    """

    kind: Literal["level shift", "trend break"]
    at: int
    size: float
    chance: float


@dataclass(frozen=True, kw_only=True)
class Level:
    """The level of a series: a line with steps and bends.

    Attributes:
        values: The level at each point.
        breaks: Its breaks, in order of time.
        stretches: First and last break of stretches on another level, which are no part of the level.
    """

    values: Floats
    breaks: list[Break]
    stretches: list[tuple[Break, Break]]


def find_breaks(series: Floats, spread: float, *, bends: bool = True) -> Level:
    """Find steps and bends of a series.

    Args:
        series: Values at equal distances, without gaps and season.
        spread: Spread of the single values around their level.
        bends: Look for bends, too.
    """
    width = max(1, -(-series.size // _MOST_BLOCKS))
    count = series.size // width
    at = np.arange(series.size, dtype=np.float64)
    if count < _LEAST_BLOCKS:
        return Level(values=_line(series, at), breaks=[], stretches=[])
    blocks = _blocks(series, width, count, spread)
    chosen = _forward(blocks, spread, bends)
    placed = [_placed(series, kind, place * width, width, size, chance) for kind, place, size, chance in chosen]
    breaks = sorted(
        (each for each in placed if each and width <= each.at <= series.size - width), key=lambda found: found.at
    )
    stretches = _passing(breaks, series.size)
    breaks = [found for found in breaks if not any(found in pair for pair in stretches)]
    return Level(values=_fitted(series, at, breaks), breaks=breaks, stretches=stretches)


def _blocks(series: Floats, width: int, count: int, spread: float) -> Floats:
    """Medians of stretches; of single values, those far from their neighbours are cut."""
    if width > 1:
        return np.median(series[: width * count].reshape(count, width), axis=1)
    around = rolling_median(series, 5)
    return np.clip(series, around - 2.5 * spread, around + 2.5 * spread)


_Found = tuple[Literal["level shift", "trend break"], int, float, float]


def _forward(blocks: Floats, spread: float, bends: bool) -> list[_Found]:
    count = blocks.size
    edge = max(5, count // 20)
    places = np.arange(edge, count - edge + 1)
    at = np.arange(count, dtype=np.float64)
    steps = (at[:, None] >= places).astype(np.float64)
    columns = np.hstack([steps, np.maximum(0, at[:, None] - places)]) if bends else steps
    base = np.column_stack([np.ones(count), at / count, (at / count) ** 2])  # growth that slows down is no break
    chosen: list[tuple[int, float]] = []
    while len(chosen) < _MOST_BREAKS:
        design = np.column_stack([base, columns[:, [index for index, _ in chosen]]])
        basis, _ = np.linalg.qr(design)
        left = blocks - basis @ (basis.T @ blocks)
        if float(left @ left) <= _EXACT * float(blocks @ blocks):
            break
        free = columns - basis @ (basis.T @ columns)
        norm = np.einsum("ij,ij->j", free, free)
        gain = np.where(norm > 1e-6, (free.T @ left) ** 2 / np.maximum(norm, 1e-6), 0.0)
        for index, _ in chosen:  # not beside another one
            near = np.abs(places - places[index % places.size]) < edge
            gain[np.tile(near, 2 if bends else 1)] = 0.0
        best = int(np.argmax(gain))
        chance = _chance(left, free[:, best], float(gain[best]), design.shape[1] + 1, columns.shape[1])
        if chance > _LEAST_CHANCE:
            break
        chosen.append((best, chance))
    sizes = np.linalg.lstsq(np.column_stack([base, columns[:, [i for i, _ in chosen]]]), blocks, rcond=None)[0][3:]
    found: list[_Found] = []
    for (index, chance), size in zip(chosen, sizes, strict=True):
        bend = index >= places.size
        place = int(places[index % places.size])
        reached = float(size) * (count - place) if bend else float(size)
        if abs(reached) >= (_LEAST_BEND if bend else LEAST_STEP) * spread:
            found.append(("trend break" if bend else "level shift", place, reached, chance))
    return found


def _chance(left: Floats, column: Floats, gain: float, parameters: int, tried: int) -> float:
    """Probability that the best of the columns tried explains as much by chance."""
    from scipy.stats import t as student

    rest = left - column * (float(column @ left) / max(float(column @ column), 1e-300))
    freedom = rest.size - parameters
    noise = float(rest @ rest) / freedom
    if noise <= 1e-20 * max(gain, 1e-300):
        return 0.0
    similar = float(rest[1:] @ rest[:-1]) / float(rest @ rest)
    similar = float(np.clip(similar + (1 + 4 * max(similar, 0)) / rest.size, 0, 0.95))  # estimates are too low
    counted = (1 - similar) / (1 + similar)
    statistic = np.sqrt(gain / noise * counted)
    return float(min(1.0, tried * 2 * student.sf(statistic, max(freedom * counted, 3))))


def _passing(breaks: list[Break], size: int) -> list[tuple[Break, Break]]:
    """Steps of which the second takes back the first soon after: that is a stretch, and no new level."""
    steps = [each for each in breaks if each.kind == "level shift"]
    found: list[tuple[Break, Break]] = []
    for one, other in pairwise(steps):
        back = one.size * other.size < 0 and 0.5 < abs(other.size / one.size) < 2
        if back and other.at - one.at <= size / _STRETCH and not any(one in pair for pair in found):
            found.append((one, other))
    return found


def _placed(
    series: Floats, kind: Literal["level shift", "trend break"], at: int, width: int, size: float, chance: float
) -> Break | None:
    """The break at its exact point: a step where both sides, each around its median, differ least.

    None for a step that is not seen there: a curve may be fitted by one.
    """
    if kind == "trend break":
        return Break(kind=kind, at=at, size=size, chance=chance)
    low, high = max(at - 6 * width, 0), min(at + 6 * width, series.size)
    before, after = (
        np.median(series[low : max(at - width, low + 1)]),
        np.median(series[min(at + width, high - 1) : high]),
    )
    if size == 0 or (after - before) / size < _LEAST_SEEN:
        return None
    first = max(at - 2 * width, 1)
    part = series[first : min(at + 2 * width, series.size - 1)]
    nearer = np.where(np.abs(part - before) <= np.abs(part - after), 1, -1)
    return Break(kind=kind, at=first + int(np.argmax(np.append(0, np.cumsum(nearer)))), size=size, chance=chance)


def _fitted(series: Floats, at: Floats, breaks: list[Break]) -> Floats:
    """Line with the breaks through the series: by least squares without what is far off, robust if there are none."""
    if not breaks:
        return _line(series, at)
    columns = [np.ones(at.size), at / at.size]
    columns += [
        (at >= each.at) * 1.0 if each.kind == "level shift" else np.maximum(0, at - each.at) / at.size
        for each in breaks
    ]
    design = np.column_stack(columns)
    keep = np.ones(at.size, dtype=bool)
    level = series
    for _ in range(3):
        level = design @ np.linalg.lstsq(design[keep], series[keep], rcond=None)[0]
        left = np.abs(series - level)
        keep = left <= max(3 * spread_of(series - level), float(np.quantile(left, 0.8)))
    return level


def _line(series: Floats, at: Floats) -> Floats:
    """Robust line of Theil (1950) and Sen (1968), through the medians."""
    from scipy.stats import theilslopes

    some = np.linspace(0, series.size - 1, min(series.size, 200)).round().astype(int)  # all pairs of these
    fitted: Any = theilslopes(series[some], at[some])
    slope = float(fitted[0])
    return slope * at + float(np.median(series - slope * at))
