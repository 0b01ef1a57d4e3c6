"""One comparison of two sides: the searches that fit the measure, and what each segment adds to the change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analytics.columns import Floats
from analytics.drivers.cells import Cells, counted
from analytics.drivers.search import Columns, Found, Moved, best_of, search
from analytics.drivers.shifts import AmountShift, MeanShift, Shift, usual_factor, weighted_median

Cause = Literal["amount", "rate", "mix"]
Usual = Mapping[Cause, Mapping[Columns, float]]
Gains = Mapping[Cause, Mapping[Columns, Floats]]

_SMALL = 0.05
"""Part of the change below which a segment is not named."""
_PRICE_OF_A_FACTOR = 1.0
"""Segments that the assumption of a common factor costs."""


@dataclass(frozen=True)
class Part:
    """A segment with what it adds to the change.

    Attributes:
        moved: The segment.
        cause: What moved: its total, its mean, or its share of the rows.
        effect: What it adds.
    """

    moved: Moved
    cause: Cause
    effect: float


def parts_of(
    cells: Cells, before: int, after: int, *, means: bool, sets: Sequence[Columns], usual: Usual, forecast: bool = False
) -> list[Part]:
    """The segments that explain the difference of two sides, the largest effect first, small ones left out."""
    if not means:
        change = float(cells.totals[after].sum() - cells.totals[before].sum())
        found = _amounts(cells, before, after, sets, usual.get("amount", {}), forecast=forecast)
        parts = [Part(one, "amount", _difference(cells.totals, before, after, one.inside)) for one in found.moved]
    else:
        change = _mean(cells, after) - _mean(cells, before)
        mixes = _amounts(counted(cells), before, after, sets, usual.get("mix", {}), scaled=True)
        even = _with_mix_of_before(cells, before, after, mixes)
        rates = best_of(
            [
                (price, partial(_run, cells, MeanShift(even, before, after, difference), sets, usual.get("rate", {})))
                for price, difference in ((0.0, 0.0), (_PRICE_OF_A_FACTOR, _usual_difference(even, before, after)))
            ]
        )
        parts = [Part(one, "rate", rate_effect(cells, before, after, one.inside)) for one in rates.moved]
        parts += [Part(one, "mix", mix_effect(cells, before, after, one.inside)) for one in mixes.moved]
    least = _SMALL * max([abs(change), *(abs(part.effect) for part in parts)])
    least = max(least, _error_of_difference(cells, before, after)) if means else least
    return sorted((part for part in parts if abs(part.effect) > least), key=lambda part: -abs(part.effect))


def gains_of(cells: Cells, before: int, after: int, *, means: bool, sets: Sequence[Columns]) -> Gains:
    """Gains of all segments of each column set, before anything is explained."""
    if means:
        counts = counted(cells)
        shifts: dict[Cause, Shift] = {
            "rate": MeanShift(cells, before, after, _usual_difference(cells, before, after)),
            "mix": AmountShift(counts, before, after, usual_factor(counts, before, after)),
        }
    else:
        shifts = {"amount": AmountShift(cells, before, after, usual_factor(cells, before, after))}
    return {
        cause: {columns: shift.gains(*cells.segments(columns)) for columns in sets} for cause, shift in shifts.items()
    }


def rate_effect(cells: Cells, before: int, after: int, inside: NDArray[np.bool_]) -> float:
    """The part of the change of the mean that a segment's own mean makes up: its mean share times its difference."""
    share, mean = _shares(cells, before, after, inside), _means(cells, before, after, inside)
    return float(share.mean() * (mean[1] - mean[0]))


def mix_effect(cells: Cells, before: int, after: int, inside: NDArray[np.bool_]) -> float:
    """The part that a segment's share of the rows makes up, the other rows filling the rest (Kitagawa 1955)."""
    share = _shares(cells, before, after, inside)
    own, others = _means(cells, before, after, inside), _means(cells, before, after, ~inside)
    return float((share[1] - share[0]) * (own.mean() - others.mean()))


def _amounts(
    cells: Cells,
    before: int,
    after: int,
    sets: Sequence[Columns],
    usual: Mapping[Columns, float],
    *,
    forecast: bool = False,
    scaled: bool = False,
) -> Found:
    whole = cells.totals[[before, after]].sum(axis=1)
    first = float(whole[1] / whole[0]) if scaled and whole[0] > 0 else 1.0
    tries = [(0.0, first)]
    if not forecast and (cells.totals >= 0).all():
        factors = (usual_factor(cells, before, after), usual_factor(_single_columns(cells, before, after), 0, 1))
        tries += [(_PRICE_OF_A_FACTOR, factor) for factor in factors]
    return best_of(
        [
            (extra, partial(_run, cells, AmountShift(cells, before, after, factor, forecast=forecast), sets, usual))
            for extra, factor in tries
        ]
    )


def _single_columns(cells: Cells, before: int, after: int) -> Cells:
    """The segments of each column by itself as cells: larger ones, in which a factor shows that all have in common."""
    totals = [
        np.stack([np.bincount(ids, weights=cells.totals[side], minlength=size) for side in (before, after)])
        for ids, size in (cells.segments((column,)) for column in range(len(cells.dimensions)))
    ]
    return replace(cells, totals=np.concatenate(totals, axis=1))


def _with_mix_of_before(cells: Cells, before: int, after: int, mixes: Found) -> Cells:
    """The cells weighted back to the shares that segments had before: else the means of others would seem to move."""
    rows, totals, squares = cells.rows.copy(), cells.totals.copy(), cells.squares.copy()
    for one in mixes.moved:
        whole = cells.rows.sum(axis=1)
        was, now = (cells.rows[side, one.inside].sum() / max(whole[side], 1) for side in (before, after))
        for each in (rows, totals, squares):
            each[after, one.inside] *= was / now if now else 1.0
    return replace(cells, rows=rows, totals=totals, squares=squares)


def _run(cells: Cells, shift: Shift, sets: Sequence[Columns], usual: Mapping[Columns, float]) -> Found:
    return search(cells, shift, sets, usual)


def _usual_difference(cells: Cells, before: int, after: int) -> float:
    """The difference of the means of a segment of one column, in the middle by rows."""
    differences: list[float] = []
    weights: list[float] = []
    for column in range(len(cells.dimensions)):
        ids, size = cells.segments((column,))
        rows = [np.bincount(ids, weights=cells.rows[side], minlength=size) for side in (before, after)]
        totals = [np.bincount(ids, weights=cells.totals[side], minlength=size) for side in (before, after)]
        there = (rows[0] > 0) & (rows[1] > 0)
        differences += list(totals[1][there] / rows[1][there] - totals[0][there] / rows[0][there])
        weights += list(rows[0][there] + rows[1][there])
    return weighted_median(np.array(differences), np.array(weights)) if differences else 0.0


def _error_of_difference(cells: Cells, before: int, after: int) -> float:
    """Standard error of the difference of the whole means: no part of it that is smaller can be told from chance."""
    rows = np.maximum(cells.rows[[before, after]].sum(axis=1), 1)
    totals, squares = (each[[before, after]].sum(axis=1) for each in (cells.totals, cells.squares))
    return float(np.sqrt((np.maximum(squares / rows - (totals / rows) ** 2, 0) / rows).sum()))


def _mean(cells: Cells, side: int) -> float:
    rows = float(cells.rows[side].sum())
    return float(cells.totals[side].sum()) / rows if rows else 0.0


def _difference(values: Floats, before: int, after: int, inside: NDArray[np.bool_]) -> float:
    return float(values[after, inside].sum() - values[before, inside].sum())


def _shares(cells: Cells, before: int, after: int, inside: NDArray[np.bool_]) -> Floats:
    rows = cells.rows[[before, after]]
    return rows[:, inside].sum(axis=1) / np.maximum(rows.sum(axis=1), 1)


def _means(cells: Cells, before: int, after: int, inside: NDArray[np.bool_]) -> Floats:
    """The means of both sides; of a side without rows that of the other, so that it shows no difference."""
    rows = cells.rows[[before, after]][:, inside].sum(axis=1)
    totals = cells.totals[[before, after]][:, inside].sum(axis=1)
    means = totals / np.maximum(rows, 1)
    if not rows.all():
        means[rows == 0] = means[rows > 0].sum()
    return means
