"""Rows put together by every combination of the columns looked at: all that the search for drivers reads."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analytics.columns import Floats
from analytics.drivers.dimensions import MISSING, Dimension

Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Sums:
    """Rows of a table, or rows that stand for several.

    Attributes:
        rows: Rows with a value that each stands for.
        totals: Sum of their values.
        squares: Sum of the squares.
    """

    rows: Floats
    totals: Floats
    squares: Floats


def sums_of(values: Floats) -> Sums:
    """Single rows; those without a number count as none."""
    known = np.isfinite(values)
    plain = np.where(known, values, 0.0)
    return Sums(known.astype(np.float64), plain, plain**2)


@dataclass(frozen=True)
class Cells:
    """Sums by combination of segments (cell) and by side: before, after, and pairs of sides for the placebo.

    Attributes:
        dimensions: The columns, with the labels of their codes.
        codes: The segment of each cell, a column of the array for each dimension.
        rows: Number of rows, a line for each side.
        totals: Sum of the measure.
        squares: Sum of its squares.
    """

    dimensions: Sequence[Dimension]
    codes: Codes
    rows: Floats
    totals: Floats
    squares: Floats
    _ids: dict[tuple[int, ...], tuple[Codes, int]] = field(default_factory=dict[tuple[int, ...], tuple[Codes, int]])

    @cached_property
    def count(self) -> int:
        """Number of cells."""
        return self.codes.shape[0]

    def segments(self, columns: tuple[int, ...]) -> tuple[Codes, int]:
        """The segment of each cell by some of the columns, as a number from 0, and how many there can be."""
        if columns not in self._ids:
            ids, size = np.zeros(self.count, dtype=np.int64), 1
            for column in columns:
                width = len(self.dimensions[column].labels)
                ids, size = ids * width + self.codes[:, column], size * width
            self._ids[columns] = ids, size
        return self._ids[columns]

    def labels(self, columns: tuple[int, ...], segment: int) -> dict[str, str]:
        """The values of a segment by column."""
        return {one.name: one.labels[code] for one, code in self._values(columns, segment)}

    def ranges(self, columns: tuple[int, ...], segment: int) -> dict[str, tuple[float, float]]:
        """The bounds of a segment in columns of numbers in ranges."""
        values = self._values(columns, segment)
        return {one.name: one.bounds[code] for one, code in values if one.bounds and one.labels[code] != MISSING}

    def _values(self, columns: tuple[int, ...], segment: int) -> list[tuple[Dimension, int]]:
        found: list[tuple[Dimension, int]] = []
        for column in reversed(columns):
            dimension = self.dimensions[column]
            segment, code = divmod(segment, len(dimension.labels))
            found.append((dimension, code))
        return found[::-1]


def cells_of(dimensions: Sequence[Dimension], sums: Sums, sides: Sequence[NDArray[np.bool_]]) -> Cells:
    """Put rows together.

    Args:
        dimensions: Columns of the rows, at least one.
        sums: The measure of each row.
        sides: For each side, which rows are on it. A row may be on several sides.
    """
    keep = (sums.rows > 0) & np.logical_or.reduce(sides)
    ids = np.zeros(int(keep.sum()), dtype=np.int64)
    for dimension in dimensions:  # step by step, so that the product of all widths cannot overflow
        _, ids = np.unique(ids * len(dimension.labels) + dimension.codes[keep], return_inverse=True)
    size = int(ids.max(initial=-1)) + 1
    first = np.zeros(size, dtype=np.int64)
    first[ids] = np.arange(len(ids))
    codes = np.stack([dimension.codes[keep][first] for dimension in dimensions], axis=1)
    rows, totals, squares = (np.zeros((len(sides), size)) for _ in range(3))
    for place, side in enumerate(sides):
        inside = side[keep]
        for table, values in ((rows, sums.rows), (totals, sums.totals), (squares, sums.squares)):
            table[place] = np.bincount(ids[inside], weights=values[keep][inside], minlength=size)
    return Cells(tuple(dimensions), codes, rows, totals, squares)


def counted(cells: Cells) -> Cells:
    """The cells with their numbers of rows in place of the measure."""
    return replace(cells, totals=cells.rows, squares=cells.rows)
