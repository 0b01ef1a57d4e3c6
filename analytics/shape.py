"""Shape of the values of a column: normality, outliers by the usual rules, and how much the largest values hold."""

from typing import Any, NamedTuple

import numpy as np

from analytics.columns import Floats

_SHAPIRO = (8, 5000)
"""Values that the test of Shapiro and Wilk is made on; scipy's p-value is not exact for more."""
_FENCE = 1.5
"""Times the interquartile range beyond the quartiles from which a value is an outlier (Tukey 1977)."""
_DEVIATIONS = 3.0
"""Standard deviations from the mean from which a value is an outlier (z-score)."""
_TENTH = 10


class Normality(NamedTuple):
    """A test of normality."""

    test: str
    """Name of the test."""
    p_value: float
    """Probability of values like these if the column is normally distributed."""


class Outliers(NamedTuple):
    """Values that are outliers by one rule."""

    fence: int
    """Beyond 1.5 interquartile ranges from the quartiles (Tukey 1977)."""
    z_score: int
    """More than 3 standard deviations from the mean."""


class Concentration(NamedTuple):
    """A total in few of its rows."""

    gini: float
    """Gini coefficient: 0 if all values are equal, near 1 if one value is the whole total."""
    largest: int
    """Values of the largest tenth, rounded up."""
    share: float
    """Part of the total that these hold, from 0 to 1."""


def normality(values: Floats) -> Normality | None:
    """Test whether values may be from a normal distribution.

    Shapiro and Wilk (1965) for 8 to 5,000 values; D'Agostino and Pearson (1973), by skewness and kurtosis, for more.
    Values are taken to be independent; of many, the smallest departure is significant.

    Args:
        values: Finite numbers.

    Returns:
        None for fewer than 8 values or a constant.
    """
    from scipy.stats import normaltest, shapiro

    if values.size < _SHAPIRO[0] or np.ptp(values) == 0 or not np.isfinite(np.ptp(values)):
        return None
    name = "Shapiro-Wilk" if values.size <= _SHAPIRO[1] else "D'Agostino-Pearson"
    tested: Any = shapiro(values) if values.size <= _SHAPIRO[1] else normaltest(values)
    return Normality(name, float(tested.pvalue)) if np.isfinite(tested.pvalue) else None


def outliers(values: Floats) -> Outliers:
    """Count outliers by the two usual rules.

    Args:
        values: Finite numbers, at least one.
    """
    low, high = np.percentile(values, [25, 75])
    reach = _FENCE * (high - low)
    fence = int(((values < low - reach) | (values > high + reach)).sum())
    spread = float(values.std(ddof=1)) if values.size > 1 else 0.0
    far = int((np.abs(values - values.mean()) > _DEVIATIONS * spread).sum()) if spread > 0 else 0
    return Outliers(fence, far)


def concentration(values: Floats) -> Concentration | None:
    """Measure how much of a total its largest values hold.

    The Gini coefficient is twice the area between the Lorenz curve and the line of equal values (Gini 1912).

    Args:
        values: Finite numbers.

    Returns:
        None for fewer than 10 values, negative ones, or a total of 0.
    """
    total = float(values.sum()) if values.size else 0.0
    if values.size < _TENTH or values.min() < 0 or not 0 < total < np.inf:
        return None
    ordered = np.sort(values)
    ranks = np.arange(1, ordered.size + 1)
    gini = 2 * float((ranks * ordered).sum()) / (ordered.size * total) - (ordered.size + 1) / ordered.size
    largest = -(-ordered.size // _TENTH)
    return Concentration(max(0.0, gini), largest, float(ordered[-largest:].sum()) / total)


def weighted_mean(values: Floats, weights: Floats) -> float | None:
    """Mean in which each value counts as often as its weight says.

    Args:
        values: Numbers; rows without one are left out.
        weights: Numbers of the same rows; rows without one are left out.

    Returns:
        None where a weight is negative or all are 0.
    """
    known = ~(np.isnan(values) | np.isnan(weights))
    values, weights = values[known], weights[known]
    if not weights.size or weights.min() < 0 or weights.sum() <= 0:
        return None
    return float((values * weights).sum() / weights.sum())
