"""Claims about columns that go together, computed again from the definitions of the statistics."""

import math

import numpy as np
import pandas as pd

from agents.outputs.claims import AssociationClaim, CorrelationClaim, RegressionClaim, TogetherClaim
from tests.agents.offline.oracle.columns import labels_of, values_of


def correlation_problem(claim: CorrelationClaim, frame: pd.DataFrame) -> str | None:
    """Say what a rank correlation is and over how many rows, if a claim says something else."""
    pair = frame[[claim.left, claim.right]].replace([np.inf, -np.inf], np.nan).dropna()
    value = float(pair[claim.left].corr(pair[claim.right], method="spearman"))
    if len(frame) <= 50_000 and len(pair) != claim.rows:
        return f"there are {len(pair)} rows"
    return None if abs(value - claim.value) < 0.02 else f"is {value}"


def association_problem(claim: AssociationClaim, frame: pd.DataFrame) -> str | None:
    """Say what the association of two categories is, if a claim says something else."""
    value = _cramers_v(frame[claim.left], frame[claim.right])
    return None if abs(value - claim.value) < (0.006 if len(frame) <= 20_000 else 0.05) else f"is {value}"


def together_problem(claim: TogetherClaim, frame: pd.DataFrame) -> str | None:
    """Say which rows are farthest from the others, if the row of a claim is not one of them."""
    order = _distances(frame[claim.columns]).sort_values(ascending=False).index
    return None if claim.row_number - 1 in order[: claim.among] else f"first are rows {order[:3] + 1}"


def _cramers_v(left: pd.Series, right: pd.Series) -> float:
    """Cramér's V after Bergsma (2013), from the definition, without values of fewer than five rows."""
    pair = pd.DataFrame({"left": labels_of(left), "right": labels_of(right)})
    for name in pair:
        pair[name] = pair[name].where(pair[name].map(pair[name].value_counts()) >= 5)
    counts = pair.groupby(["left", "right"]).size().unstack(fill_value=0)
    n, (r, k) = counts.to_numpy().sum(), counts.shape
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / n
    phi = max(0.0, ((counts - expected) ** 2 / expected).to_numpy().sum() / n - (r - 1) * (k - 1) / (n - 1))
    return float(np.sqrt(phi / (min(r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)) - 1)))


def regression_problem(claim: RegressionClaim, frame: pd.DataFrame) -> str | None:
    """Say what least squares give, if a claim says something else."""
    table = pd.DataFrame({name: values_of(frame, name) for name in (claim.outcome, *claim.numbers)})
    for name in claim.categories:
        table[name] = labels_of(frame[name])
    table = table.dropna().reset_index(drop=True)
    design = table[claim.numbers].copy()
    for name, reference in claim.categories.items():
        for value in sorted(set(table[name]) - {reference}):
            design[f"{name} = {value}"] = (table[name] == value).astype("float64")
    scaled = (design - design.mean()) / design.std()
    found, *_ = np.linalg.lstsq(scaled.to_numpy(), (table[claim.outcome] - table[claim.outcome].mean()).to_numpy())
    left = table[claim.outcome] - table[claim.outcome].mean() - scaled.to_numpy() @ found
    coefficients = dict(zip(design.columns, found / design.std().to_numpy(), strict=True))
    r_squared = 1 - (left**2).sum() / ((table[claim.outcome] - table[claim.outcome].mean()) ** 2).sum()
    said = [claim.r_squared, *claim.coefficients.values()]
    right = [r_squared, *(coefficients[name] for name in claim.coefficients)]
    same = all(math.isclose(a, b, rel_tol=1e-5) for a, b in zip(right, said, strict=True))
    return None if same and len(table) == claim.rows else f"is {right} over {len(table)} rows"


def _distances(table: pd.DataFrame) -> pd.Series:
    """Mahalanobis' distance of each row, by the normal scores of the ranks of its values."""
    from scipy.stats import norm

    table = table.astype("float64").replace([np.inf, -np.inf], np.nan).reset_index(drop=True)
    scores = pd.DataFrame({name: norm.ppf(table[name].rank() / (table[name].count() + 1)) for name in table}).fillna(0)
    related = 0.98 * 2 * np.sin(np.pi * scores.corr(method="spearman") / 6) + 0.02 * np.eye(len(scores.columns))
    return (scores * np.linalg.solve(related, scores.T).T).sum(axis=1)
