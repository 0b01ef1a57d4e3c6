"""Statistics of a segment's shift: how much better the data is explained if the segment moved and the others did not.

For amounts this is the expectation-based Gaussian scan statistic (Neill 2009) over the deviation scores of Squeeze
(Li et al. 2019): cells of one cause move in the same proportion. For means it is the same statistic over differences
of means.
"""

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from analytics.columns import Floats
from analytics.drivers.cells import Cells, Codes, counted

_MEDIAN_OF_CHI2 = 0.4549
"""Median of the chi-square distribution with one degree of freedom."""
_MANY_ROWS = 30
"""Rows of a cell in the middle from which its own noise is known."""
_SHRINK = 10
"""Rows of the whole that are added to those of a cell where its spread is estimated."""
_FEWEST_ROWS = 5
"""Rows of a mean on each side without which it is not compared."""
_NEARLY_ALL = 1.9
"""Deviation score beyond which hardly anything is left of one side, so that their ratio says nothing."""
_LEAST_DISPERSION = 0.25
"""Least variance of counts next to that of Poisson: where most never vary, that of the few that do is unknown."""
_LEAST_NOISE = 1e-4
"""Least relative variance of a forecast: one per cent."""


class Shift(ABC):
    """Two sides of cells, what is expected of the second, and how far segments are from it."""

    @abstractmethod
    def gains(self, ids: Codes, size: int) -> Floats:
        """Log-likelihood gain of each segment, if it alone moves.

        Args:
            ids: Segment of each cell.
            size: Number of segments.
        """

    @abstractmethod
    def explain(self, inside: NDArray[np.bool_]) -> None:
        """Take the shift of a segment as known: from now on it is expected."""


class AmountShift(Shift):
    """Sums or counts: cells of one cause move in the same proportion.

    Args:
        cells: The cells.
        before: Side of the first sums.
        after: Side of the second.
        factor: What all cells moved by in any case.
        forecast: The first side is a forecast of each cell; its error is estimated from the cells alone.
    """

    def __init__(self, cells: Cells, before: int, after: int, factor: float = 1.0, *, forecast: bool = False) -> None:
        self._after = cells.totals[after]
        # The noise is that around what most cells do, whatever is assumed: else a change of all would pass for noise.
        self._expected = cells.totals[before] * usual_factor(cells, before, after)
        size = self._size()
        rows = cells.rows[before] + cells.rows[after]
        noise = np.zeros_like(size) if forecast else _noise_of_sums(cells, before, after)
        enough = (size > 0) & (rows >= (0 if forecast else _FEWEST_ROWS))
        # Where cells are small, their noise is known for segments only: then all rows weigh the same.
        self._even = not forecast and float(np.median(rows[rows > 0])) < _MANY_ROWS
        relative = (
            0.0 if self._even else _extra_noise(self._apart()[enough] / size[enough], noise[enough] / size[enough] ** 2)
        )
        self._noise = noise + max(relative, _LEAST_NOISE if forecast else 0.0) * size**2
        self._noise[self._noise <= 0] = np.inf
        self._expected = cells.totals[before] * factor

    def _size(self) -> Floats:
        return (np.abs(self._after) + np.abs(self._expected)) / 2

    def _apart(self) -> Floats:
        return self._after - self._expected

    def _weight(self) -> Floats:
        return np.ones_like(self._noise) if self._even else self._size() / self._noise

    def gains(self, ids: Codes, size: int) -> Floats:
        """Gain of each segment."""
        weight = self._weight()
        noise = np.where(np.isfinite(self._noise), self._noise, 0.0)
        shift = np.bincount(ids, weights=self._apart() * weight, minlength=size)
        spread = np.bincount(ids, weights=weight**2 * noise, minlength=size)
        return shift**2 / (2 * np.where(spread > 0, spread, np.inf))

    def explain(self, inside: NDArray[np.bool_]) -> None:
        """Let the cells inside move by their common factor, or where some are negative, by their deviation score."""
        size, weight = self._size()[inside], self._weight()[inside]
        expected, whole = self._expected[inside], float((size * weight).sum())
        score = float((self._apart()[inside] * weight).sum()) / whole if whole else 0.0
        self._expected = self._expected.copy()
        if (expected < 0).any() or (self._after[inside] < 0).any():
            self._expected[inside] += score * size
        elif score < _NEARLY_ALL:
            self._expected[inside] *= (2 + score) / (2 - score)
        else:  # nearly nothing was expected
            self._expected[inside] = self._after[inside]


class MeanShift(Shift):
    """Means: each segment's mean moves by its own difference.

    Args:
        cells: The cells.
        before: Side of the first means.
        after: Side of the second.
        difference: What all means moved by in any case.
    """

    def __init__(self, cells: Cells, before: int, after: int, difference: float = 0.0) -> None:
        self._rows = cells.rows[[before, after]]
        self._totals = cells.totals[[before, after]].copy()
        self._squares = cells.squares[[before, after]].copy()
        self._move(np.ones(cells.count, dtype=np.bool_), difference)
        whole = self._rows.sum(axis=1)
        means = self._totals.sum(axis=1) / np.maximum(whole, 1)
        self._spread = float((self._squares.sum(axis=1) - whole * means**2).sum() / max(whole.sum() - 2, 1))

    def gains(self, ids: Codes, size: int) -> Floats:
        """Gain of each segment."""
        rows, totals, squares = (
            np.stack([np.bincount(ids, weights=side, minlength=size) for side in sides])
            for sides in (self._rows, self._totals, self._squares)
        )
        enough = (rows >= _FEWEST_ROWS).all(axis=0)
        safe = np.maximum(rows, 1)
        means = totals / safe
        inside = np.maximum(squares - rows * means**2, 0).sum(axis=0)
        spread = (inside + _SHRINK * self._spread) / (rows.sum(axis=0) + _SHRINK)
        noise = spread * (1 / safe).sum(axis=0)
        gain = (means[1] - means[0]) ** 2 / (2 * np.where(noise > 0, noise, np.inf))
        return np.where(enough, gain, 0.0)

    def explain(self, inside: NDArray[np.bool_]) -> None:
        """Let the mean of the cells inside move by its difference."""
        rows, totals = self._rows[:, inside].sum(axis=1), self._totals[:, inside].sum(axis=1)
        if (rows > 0).all():
            self._move(inside, float(totals[1] / rows[1] - totals[0] / rows[0]))

    def _move(self, inside: NDArray[np.bool_], by: float) -> None:
        """Take a difference off the second side."""
        rows, totals = self._rows[1, inside], self._totals[1, inside]
        self._squares[1, inside] += rows * by**2 - 2 * by * totals
        self._totals[1, inside] = totals - by * rows


def usual_factor(cells: Cells, before: int, after: int) -> float:
    """The ratio of the two sides of a cell, in the middle by size: what all move by, if less than half move apart."""
    one, other = cells.totals[before], cells.totals[after]
    size = one + other
    if not (size > 0).any() or (one < 0).any() or (other < 0).any():
        return 1.0
    middle = weighted_median(2 * (other - one)[size > 0] / size[size > 0], size[size > 0])
    return (2 + middle) / (2 - middle) if abs(middle) < _NEARLY_ALL else 1.0


def weighted_median(values: Floats, weights: Floats) -> float:
    """The value in the middle of the weights."""
    order = np.argsort(values, kind="stable")
    place = np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)
    return float(values[order][min(int(place), len(values) - 1)])


def _noise_of_sums(cells: Cells, before: int, after: int) -> Floats:
    """Variance of the difference of two sums: that of their values, and that of how many there are.

    Where counts vary like Poisson, it is the sum of the squares; less where each cell always has as many rows.
    """
    factor = usual_factor(counted(cells), before, after)
    count = cells.rows[before] + cells.rows[after]
    squares = cells.squares[before] + cells.squares[after]
    around = np.maximum(squares - (cells.totals[before] + cells.totals[after]) ** 2 / np.maximum(count, 1), 0).sum()
    middle = squares.sum() - around
    dispersion = _dispersion(cells.rows[before], cells.rows[after], factor)
    part = (around + dispersion * middle) / squares.sum() if squares.any() else 0.0
    return (cells.squares[before] * factor**2 + cells.squares[after]) * float(part)


def _dispersion(before: Floats, after: Floats, factor: float) -> float:
    """Variance of counts next to that of Poisson, at most 1; near 0 where each cell always has as many rows."""
    noise = after + factor**2 * before
    enough = noise >= 2 * _FEWEST_ROWS
    if enough.sum() < 2 * _FEWEST_ROWS:
        return 1.0
    squared = (after - factor * before)[enough] ** 2 / noise[enough]
    return min(max(float(np.median(squared)) / _MEDIAN_OF_CHI2, _LEAST_DISPERSION), 1.0)


def _extra_noise(scores: Floats, known: Floats) -> float:
    """Relative variance that cells have beside the known one, so that half of them are within its quartiles."""
    if len(scores) < 2 * _FEWEST_ROWS:
        return 0.0
    squared = scores**2
    low, high = 0.0, float(squared.max())
    if float(np.median(squared / np.maximum(known, 1e-300))) <= _MEDIAN_OF_CHI2:
        return 0.0
    for _ in range(50):
        middle = (low + high) / 2
        above = float(np.median(squared / (known + middle))) > _MEDIAN_OF_CHI2 if middle else True
        low, high = (middle, high) if above else (low, middle)
    return high
