"""Correlation of number columns."""

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd

from analytics.columns import Floats, find_column, numbers
from analytics.engine.relation import Relation
from analytics.errors import AnalysisInputError
from analytics.false_discoveries import holm
from analytics.profile.roles import measures
from analytics.results import Correlation, Correlations

_MOST_COLUMNS = 40
"""Columns compared: 780 pairs."""
_MOST_PAIRS = 15
"""Pairs in a result."""
_MOST_ROWS = 50_000
"""Above this many rows a fixed random sample is ranked: the coefficient is then good to about 0.01."""
_FEWEST_ROWS = 5
"""Rows with both values that a pair needs."""


def correlations(frame: pd.DataFrame | Relation, columns: Sequence[str] | None = None) -> Correlations:
    """Spearman's rank correlation of every pair of number columns, and Pearson's beside it; p-values after Holm (1979).

    Args:
        frame: The rows; not changed. Of more than 50,000 rows, a fixed random sample of that size is used.
        columns: Number columns to compare, at most the first 40; by default those that measure something, which
            leaves out identifiers and date parts. Constant columns are skipped.

    Returns:
        The 15 strongest pairs. Rows in which either value is missing are left out, pair by pair.

    Raises:
        AnalysisInputError: An unknown or non-number column, or fewer than two columns that vary.
    """
    asked = list(dict.fromkeys(find_column(frame, name) for name in (measures(frame) if columns is None else columns)))
    rows = frame.rows if isinstance(frame, Relation) else len(frame)
    if isinstance(frame, Relation):
        sample = frame.sample()
    else:
        sample = frame if rows <= _MOST_ROWS else frame.sample(_MOST_ROWS, random_state=0)
    table = pd.DataFrame({name: numbers(sample, name) for name in asked[:_MOST_COLUMNS]})
    table = table.loc[:, table.nunique() > 1]
    if table.shape[1] < 2:
        raise AnalysisInputError(
            f"correlations need two number columns that vary; got {list(table.columns) or 'none'}. "
            f"Number columns: {', '.join(measures(frame)[:_MOST_COLUMNS]) or 'none'}"
        )
    pairs = _pairs(table)
    strongest = sorted(pairs, key=lambda pair: (-abs(pair.coefficient), pair.left, pair.right))
    sampled = len(sample) if len(sample) < rows else None
    return Correlations(pairs_checked=len(pairs), pairs=strongest[:_MOST_PAIRS], sampled_rows=sampled)


def _pairs(table: pd.DataFrame) -> list[Correlation]:
    from scipy.stats import t as student_t

    coefficients = table.corr(method="spearman", min_periods=_FEWEST_ROWS).to_numpy()
    present = table.notna().to_numpy(dtype=np.float64)
    counts = present.T @ present
    names = [str(name) for name in table.columns]
    chosen = [
        (i, j) for i, j in itertools.combinations(range(len(names)), 2) if np.isfinite(coefficients[i, j])
    ]  # a pair can be constant where both have values
    if not chosen:
        return []
    left, right = (np.array(side) for side in zip(*chosen, strict=True))
    r, n = coefficients[left, right].clip(-1, 1), counts[left, right]
    linear = table.corr(method="pearson", min_periods=_FEWEST_ROWS).to_numpy()[left, right].clip(-1, 1)

    def corrected_p(coefficients: Floats) -> list[float]:
        with np.errstate(divide="ignore", invalid="ignore"):  # a perfect correlation has an infinite t and p = 0
            p = 2 * student_t.sf(np.abs(coefficients) * np.sqrt((n - 2) / (1 - coefficients**2)), n - 2)
        return holm(p)

    corrected, linear_p = corrected_p(r), corrected_p(linear)
    return [
        Correlation(
            left=names[i],
            right=names[j],
            coefficient=float(r[k]),
            p_value=corrected[k],
            pearson=float(linear[k]) if np.isfinite(linear[k]) else None,
            pearson_p_value=linear_p[k] if np.isfinite(linear[k]) else None,
            count=int(n[k]),
        )
        for k, (i, j) in enumerate(chosen)
    ]
