"""Shape of values: reference values of scipy and of the definitions."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics import correlations
from analytics.shape import concentration, normality, outliers, weighted_mean

CHANCE = np.random.default_rng(11)
SKEWED = CHANCE.lognormal(0, 1, 200)


def test_normality_is_that_of_scipy() -> None:
    """Shapiro and Wilk up to 5,000 values, D'Agostino and Pearson above; nothing for a constant or few values."""
    for values, test, expected in (
        (SKEWED, "Shapiro-Wilk", stats.shapiro(SKEWED).pvalue),
        (many := CHANCE.normal(size=5001), "D'Agostino-Pearson", stats.normaltest(many).pvalue),
    ):
        found = normality(values)
        assert found is not None
        assert (found.test, found.p_value) == (test, pytest.approx(expected))
    assert normality(np.ones(50)) is None
    assert normality(SKEWED[:7]) is None


def test_outliers_are_counted_by_each_rule() -> None:
    """Tukey's fences and the z-score are counted apart."""
    low, high = np.percentile(SKEWED, [25, 75])
    fence = ((high + 1.5 * (high - low) < SKEWED) | (low - 1.5 * (high - low) > SKEWED)).sum()
    assert outliers(SKEWED) == (fence, (np.abs(stats.zscore(SKEWED, ddof=1)) > 3).sum())
    assert outliers(np.ones(5)) == (0, 0)


def test_gini_is_half_the_mean_difference() -> None:
    """The coefficient equals the mean absolute difference of all pairs over twice the mean (Gini 1912)."""
    found = concentration(SKEWED)
    assert found is not None
    expected = np.abs(SKEWED[:, None] - SKEWED[None, :]).mean() / (2 * SKEWED.mean())
    assert found.gini == pytest.approx(expected)
    assert (found.largest, found.share) == (20, pytest.approx(np.sort(SKEWED)[-20:].sum() / SKEWED.sum()))
    assert concentration(-SKEWED) is None
    assert concentration(np.zeros(20)) is None


def test_weights_leave_gaps_out() -> None:
    """Rows without a value or a weight do not count, and negative weights are none."""
    assert weighted_mean(np.array([1.0, 5.0, np.nan, 9.0]), np.array([3.0, 1.0, 8.0, np.nan])) == 2.0
    assert weighted_mean(np.array([1.0, 5.0]), np.array([-1.0, 2.0])) is None


def test_pearson_stands_beside_spearman() -> None:
    """Both coefficients are those of scipy; one far value moves Pearson's alone."""
    table = pd.DataFrame({"x": SKEWED, "y": SKEWED**2 + CHANCE.normal(size=200)})
    table.loc[0, ["x", "y"]] = [500.0, -900.0]
    (pair,) = correlations(table).pairs
    rank, line = stats.spearmanr(table), stats.pearsonr(table["x"], table["y"])
    assert (pair.coefficient, pair.pearson) == pytest.approx((rank.statistic, line.statistic))
    assert (pair.p_value, pair.pearson_p_value) == pytest.approx((rank.pvalue, line.pvalue), abs=1e-12)
    assert pair.pearson < 0 < pair.coefficient
