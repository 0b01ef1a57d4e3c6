"""Placebo: the same search where nothing happened, to see how often a segment is named by chance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.columns import Floats
from analytics.drivers.cells import Cells
from analytics.drivers.comparison import Gains, Usual, gains_of, parts_of
from analytics.drivers.search import Columns

_MEDIAN_OF_CHI2 = 0.4549
"""Median of the chi-squared distribution with one degree of freedom."""
_FEWEST_PAIRS = 3
"""Pairs below which nothing is learned from them."""
_FEWEST_SEGMENTS = 10
"""Segments of a column set over all pairs below which their gains say nothing about what is usual."""

Pair = tuple[int, int]


@dataclass(frozen=True)
class Placebo:
    """Result of the search over quiet pairs.

    Attributes:
        usual: How much larger than chance the gains of each column set are.
        pairs: Quiet pairs over which the search was run.
        named: Those in which it named a segment.
    """

    usual: Usual
    pairs: int
    named: int


def placebo(cells: Cells, pairs: Sequence[Pair], *, means: bool, sets: Sequence[Columns]) -> Placebo | None:
    """Run the search over pairs of sides between which nothing happened.

    Each pair is searched with what the others show to be usual, so that it does not judge itself.

    Args:
        cells: The cells.
        pairs: First and second side of each pair.
        means: Means are compared, not totals.
        sets: The columns to combine.
    """
    quiet = _quiet(cells, pairs, means=means)
    if len(quiet) < _FEWEST_PAIRS:
        return None
    gains = [gains_of(cells, *pair, means=means, sets=sets) for pair in quiet]
    named = 0
    for place, pair in enumerate(quiet):
        others = [each for other, each in enumerate(gains) if other != place]
        named += bool(parts_of(cells, *pair, means=means, sets=sets, usual=_usual(others)))
    return Placebo(_usual(gains), len(quiet), named)


def _quiet(cells: Cells, pairs: Sequence[Pair], *, means: bool) -> list[Pair]:
    """Pairs whose whole changed no more than is usual: by at most three robust standard deviations."""
    values = cells.totals.sum(axis=1) / (np.maximum(cells.rows.sum(axis=1), 1) if means else 1.0)
    there = [pair for pair in pairs if all(cells.rows[side].sum() > 0 for side in pair)]
    if len(there) < _FEWEST_PAIRS:
        return there
    changes = np.array([values[after] - values[before] for before, after in there])
    middle = float(np.median(changes))
    spread = 1.4826 * float(np.median(np.abs(changes - middle)))
    near = (np.abs(changes - middle) <= 3 * spread) | (spread == 0)
    return [pair for pair, quiet in zip(there, near, strict=True) if quiet]


def _usual(gains: Sequence[Gains]) -> Usual:
    return {
        cause: {columns: _factor([each[cause][columns] for each in gains]) for columns in sets}
        for cause, sets in gains[0].items()
    }


def _factor(gains: Sequence[Floats]) -> float:
    every = np.concatenate(gains)
    every = every[every > 0]
    return max(1.0, 2 * float(np.median(every)) / _MEDIAN_OF_CHI2) if len(every) >= _FEWEST_SEGMENTS else 1.0
