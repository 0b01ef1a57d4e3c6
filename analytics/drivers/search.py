"""The search for segments that moved: greedy, over all columns, their pairs and, in small tables, threes.

The segment that explains most is taken, then the next in what is left. A segment whose parts explain it better gives
way to them, and a part that says hardly more than the whole gives way to it: each cause is named once, at its level.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from analytics.columns import Floats
from analytics.drivers.cells import Cells
from analytics.drivers.shifts import Shift

Columns = tuple[int, ...]

MOST_SEGMENTS = 6
"""Segments that are taken at most."""
_CHANCE = 3.0
"""Gain beyond the logarithm of the number of segments tried: one in twenty such searches over noise goes on."""
_PARTS_BETTER = 1.1
"""Gain of the parts of a segment next to its own from which they are named instead."""
_WHOLE_AS_GOOD = 0.9
"""Gain of a wider segment next to that of its part from which the wider one is named."""
_MOST_LOOKS = 3_000_000
"""Cells times column sets up to which three columns are combined; ten times as many for two."""


@dataclass(frozen=True)
class Moved:
    """A segment that moved.

    Attributes:
        columns: Its columns, by their place.
        segment: Its number among the segments of these columns.
        inside: Its cells.
        gain: How much better it explains the data, as a log-likelihood.
    """

    columns: Columns
    segment: int
    inside: NDArray[np.bool_]
    gain: float


@dataclass(frozen=True)
class Found:
    """Result of a search.

    Attributes:
        moved: The segments, the one that explains most first.
        left: Gain that the segments of one level still have on average.
        price: Gain that a segment has to be worth.
    """

    moved: list[Moved]
    left: float
    price: float

    @property
    def cost(self) -> float:
        """Unexplained part plus the price of the explanation; the smallest is the best of several searches."""
        return self.left + self.price * len(self.moved)


def column_sets(cells: Cells, deepest: int = 3) -> list[Columns]:
    """The columns, pairs and threes that are searched, simple ones first; of large tables no threes, or no pairs."""
    width, sets = len(cells.dimensions), list[Columns]()
    for depth in range(1, deepest + 1):
        more = list(combinations(range(width), depth))
        most = _MOST_LOOKS * {1: math.inf, 2: 10, 3: 1}[depth]
        if cells.count * len(more) > most or (depth == 3 and width > 6):
            break
        sets += [columns for columns in more if cells.segments(columns)[1] <= 1_000_000]
    return sets


def search(cells: Cells, shift: Shift, sets: Sequence[Columns], usual: Mapping[Columns, float]) -> Found:
    """Find the segments that moved.

    Args:
        cells: The cells.
        shift: How far they moved; what is found counts as known afterwards.
        sets: The columns to combine.
        usual: How much larger than chance the gains of a column set usually are.
    """
    tried = sum(len(np.unique(cells.segments(columns)[0])) for columns in sets)
    price = math.log(max(tried, 1)) + _CHANCE

    def gains(columns: Columns) -> Floats:
        ids, size = cells.segments(columns)
        return shift.gains(ids, size) / usual.get(columns, 1.0)

    moved: list[Moved] = []
    while sets and len(moved) < MOST_SEGMENTS:
        every = {columns: gains(columns) for columns in sets}
        best = max(sets, key=lambda columns: float(every[columns].max()) * (1 - 1e-9 * len(columns)))
        one = _moved(cells, best, int(every[best].argmax()), every)
        one = _own_level(cells, one, every, sets, price)
        if one.gain <= price or any((one.columns, one.segment) == (m.columns, m.segment) for m in moved):
            break
        moved.append(one)
        shift.explain(one.inside)
    left = sum(float(gains(columns).sum()) for columns in sets) / max(len(sets), 1)
    return Found(moved, left, price)


def best_of(searches: Sequence[tuple[float, Callable[[], Found]]]) -> Found:
    """The search that costs least; each is given with what its assumption costs, in prices of a segment."""
    return min(((run(), extra) for extra, run in searches), key=lambda pair: pair[0].cost + pair[1] * pair[0].price)[0]


def _moved(cells: Cells, columns: Columns, segment: int, every: Mapping[Columns, Floats]) -> Moved:
    inside = cells.segments(columns)[0] == segment
    return Moved(columns, segment, inside, float(every[columns][segment]))


def _own_level(
    cells: Cells, one: Moved, every: Mapping[Columns, Floats], sets: Sequence[Columns], price: float
) -> Moved:
    """The wider segment that explains as much, or the part that explains more."""
    for columns in sets:
        if set(columns) < set(one.columns):
            wider = _moved(cells, columns, int(cells.segments(columns)[0][one.inside][0]), every)
            if wider.gain >= _WHOLE_AS_GOOD * one.gain:
                return _parts(cells, wider, every, sets, price)
    return _parts(cells, one, every, sets, price)


def _parts(cells: Cells, one: Moved, every: Mapping[Columns, Floats], sets: Sequence[Columns], price: float) -> Moved:
    best, most = one, _PARTS_BETTER * (one.gain - price)
    for columns in sets:
        if set(one.columns) < set(columns):
            inside = np.unique(cells.segments(columns)[0][one.inside])
            worth = np.maximum(every[columns][inside] - price, 0)
            if worth.sum() > most:
                best, most = _moved(cells, columns, int(inside[worth.argmax()]), every), float(worth.sum())
    return best if best is one else _parts(cells, best, every, sets, price)
