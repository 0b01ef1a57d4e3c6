"""Columns that are the sum of others in each row, such as casual + registered = all riders."""

from collections.abc import Mapping

import numpy as np

from analytics.columns import Floats

_ROWS = 2000
"""Rows that are compared."""
_FEWEST_ROWS = 10
_MOST_COLUMNS = 20
_EXACT = 0.005
"""Largest difference from the sum, as a part of the column's mean: sums of rounded parts are a little off."""
_COUNTS = 0.1
"""Weight below which a column is no part, and how far the weight of a part may be from 1."""


def sums_of_others(columns: Mapping[str, Floats]) -> list[tuple[str, list[str]]]:
    """Find columns that equal the sum of at least two others.

    Each column is fitted by the others with weights that are not negative (Lawson and Hanson 1974); it is a sum where
    all weights are nearly 0 or nearly 1 and the sum itself fits.

    Args:
        columns: Number columns of equal length, NaN where missing; those with negative values are no parts.

    Returns:
        Each sum with its parts.
    """
    from scipy.optimize import nnls

    names = list(columns)[:_MOST_COLUMNS]
    if len(names) < 3:
        return []
    table = np.column_stack([columns[name] for name in names])
    table = table[~np.isnan(table).any(axis=1)][:_ROWS]
    if len(table) < max(_FEWEST_ROWS, len(names) + 1):
        return []
    able = [place for place in range(len(names)) if (table[:, place] >= 0).all() and table[:, place].max() > 0]
    found: list[tuple[str, list[str]]] = []
    for place in able:
        others = [other for other in able if other != place and table[:, other].sum() < table[:, place].sum()]
        if len(others) < 2:
            continue
        weights = nnls(table[:, others], table[:, place])[0]
        parts = [other for other, weight in zip(others, weights, strict=True) if weight > _COUNTS]
        if len(parts) < 2 or any(abs(weight - 1) > _COUNTS for weight in weights if weight > _COUNTS):
            continue
        off = np.abs(table[:, parts].sum(axis=1) - table[:, place])
        if off.mean() <= _EXACT * table[:, place].mean():
            found.append((names[place], [names[part] for part in parts]))
    return found
