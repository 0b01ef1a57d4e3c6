"""Rows that are unusual in several number columns together, though each of their values alone may be common.

Each column is turned into normal scores by rank, so that no single extreme value decides, and the columns' correlations
follow from Spearman's (Kruskal 1958), which few odd rows do not change. A row's distance is Mahalanobis' of its scores,
as in the robust distances of Rousseeuw and van Zomeren (1990); rows count as unusual by the tail of all distances
(`anomalies.scores.tails`) and by the chi-squared distribution that the distances have if the columns vary together
as normal ones do, whichever is less sure.
"""

import numpy as np
import pandas as pd

from analytics.anomalies.detect import label_columns, labels_of
from analytics.anomalies.scores.candidates import significant
from analytics.anomalies.scores.tails import fit_tail, threshold_of
from analytics.associations.correlations import measures
from analytics.columns import Floats, find_column, numbers
from analytics.engine.relation import Relation
from analytics.errors import AnalysisInputError
from analytics.results import UnusualRow, UnusualRows, UnusualValue

_MOST_COLUMNS, _MOST_SHOWN, _MOST_NAMED = 20, 10, 3
FEWEST_ROWS, _ROWS_A_COLUMN = 50, 10
"""Rows without which it is not known what is usual, in all and for each column."""
_FEWEST_VALUES = 10
"""Different values that a column needs to have an order worth speaking of."""
_RIDGE = 0.02
"""Part of each column that is taken to be its own: copies of a column have no distance from each other."""
_CLEAR = 0.1
"""Tenth by which a chance has to be smaller than for events: a row like this is told without a second look."""
_EXCESS = 3.0
"""Distance beyond the threshold that squared distances usually have: that of chi-squared ones is 2 to 4."""
_NAMED = 0.2
"""Part of the distance from which a column is named for a row."""


def find_unusual_rows(frame: pd.DataFrame | Relation, columns: list[str] | None = None) -> UnusualRows:
    """Find rows that are unusual in several number columns together.

    Args:
        frame: The rows; of a large table, a sample. A missing value counts as usual.
        columns: Number columns, at most 20; by default all of at least 10 different values.

    Raises:
        AnalysisInputError: Unknown columns, fewer than 2 that fit, fewer than 50 rows or 10 for each column.
    """
    asked = [find_column(frame, name) for name in (measures(frame) if columns is None else columns)]
    sample = frame.sample() if isinstance(frame, Relation) else frame
    table = pd.DataFrame({name: numbers(sample, name) for name in dict.fromkeys(asked)})
    table = table.loc[:, table.nunique() >= _FEWEST_VALUES].iloc[:, :_MOST_COLUMNS]
    names = [str(name) for name in table.columns]
    if len(names) < 2:
        raise AnalysisInputError(f"two number columns of at least {_FEWEST_VALUES} different values are needed")
    if len(table) < max(FEWEST_ROWS, _ROWS_A_COLUMN * len(names)):
        raise AnalysisInputError(
            f"{len(table)} rows are too few for {len(names)} columns: "
            f"{max(FEWEST_ROWS, _ROWS_A_COLUMN * len(names))} are needed to say what is usual"
        )
    values = table.to_numpy(np.float64)
    usual = np.nanmedian(values, axis=0)
    scores = _normal_scores(table)
    inverse = np.linalg.inv(_correlation(scores))
    weighted = scores @ inverse
    distances = np.einsum("ij,ij->i", weighted, scores)
    expected = _expected(distances, len(names))
    parts = weighted**2 / np.diag(inverse) / np.maximum(distances, 1e-300)[:, None]
    parts[np.isnan(values)] = 0.0  # a value that is not there makes no row unusual
    several = (parts >= _NAMED).sum(axis=1) >= 2
    chosen = np.flatnonzero(np.array(significant((expected / _CLEAR).tolist())) & several)
    worst = chosen[np.argsort(expected[chosen], kind="stable")]
    labels = label_columns(sample, names[0])
    whole = not isinstance(frame, Relation)
    rows = [
        UnusualRow(
            row_number=int(row) + 1 if whole else None,
            p_value=float(-np.expm1(-expected[row])),
            values=[
                UnusualValue(column=names[place], value=float(values[row, place]), usual=float(usual[place]))
                for place in np.argsort(-parts[row], kind="stable")[:_MOST_NAMED]
                if parts[row, place] >= _NAMED
            ],
            labels={name: cell for name, cell in labels_of(sample, labels, int(row)).items() if name not in names},
        )
        for row in worst[:_MOST_SHOWN]
    ]
    return UnusualRows(
        columns=names,
        checked=len(table),
        flagged=worst.size,
        rows=rows,
        sampled_rows=None if whole else len(table),
        method=(
            "Mahalanobis distance of the normal scores of each row's values, correlations from Spearman's; flagged by "
            "the tail of all distances (generalized Pareto) and the chi-squared distribution, so that about one row in "
            "a hundred reports without any is flagged by chance."
        ),
    )


def _normal_scores(table: pd.DataFrame) -> Floats:
    """Normal scores by rank (van der Waerden), 0 where a value is missing."""
    from scipy.stats import norm

    ranks = table.rank() / (table.notna().sum() + 1)
    return np.nan_to_num(np.asarray(norm.ppf(ranks.to_numpy(np.float64)), dtype=np.float64))


def _correlation(scores: Floats) -> Floats:
    """Correlations of the normal scores that Spearman's let expect, made invertible."""
    ranks = pd.DataFrame(scores).corr(method="spearman").fillna(0.0).to_numpy(np.float64)
    values, vectors = np.linalg.eigh(2 * np.sin(np.pi * ranks / 6))
    whole = (vectors * np.maximum(values, 1e-3)) @ vectors.T
    size = np.sqrt(np.diag(whole))
    return (1 - _RIDGE) * whole / np.outer(size, size) + _RIDGE * np.eye(size.size)


def _expected(distances: Floats, columns: int) -> Floats:
    """Rows as far out that chance brings: the larger of what the chi-squared distribution and the tail let expect."""
    from scipy.stats import chi2

    by_normal = distances.size * np.asarray(chi2.sf(distances, columns), dtype=np.float64)
    threshold = threshold_of(distances)
    above = distances > threshold
    tail = np.full(distances.size, float(distances.size))
    tail[above] = fit_tail(distances[above], threshold, spread=_EXCESS).expected_beyond(distances[above])
    return np.maximum(by_normal, tail)
