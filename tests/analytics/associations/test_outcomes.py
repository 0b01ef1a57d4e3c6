"""Rules of outcomes against other columns: reference values of scipy, and what is told."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency, mannwhitneyu
from scipy.stats.contingency import association

from analytics import AnalysisInputError, relate_outcome
from analytics.associations.outcomes import cramers_v


@pytest.fixture(scope="module")
def people():
    """Survival by sex, mostly; by age, a little; not by a coin."""
    random = np.random.default_rng(1)
    frame = pd.DataFrame({"sex": random.choice(["male", "female"], 800), "coin": random.choice(["a", "b"], 800)})
    frame["survived"] = (random.random(800) < np.where(frame["sex"] == "female", 0.75, 0.2)).astype(int)
    frame["age"] = random.normal(30, 8, 800) - 4 * frame["survived"]
    frame["alive"] = np.where(frame["survived"] == 1, "yes", "no")
    frame["id"] = np.arange(800)
    return frame


def test_columns_are_ranked_and_negligible_ones_left_out(people):
    """Sex comes first, with its shares; the coin is not told; a copy is named as one; identifiers are not tested."""
    result = relate_outcome(people, "Survived")
    assert [one.column for one in result.columns] == ["sex", "age"]
    assert (result.repeats, result.tested, result.value) == (["alive"], 3, "1")
    sex = result.columns[0]
    shares = people.groupby("sex")["survived"].mean()
    assert (sex.highest, sex.highest_share, sex.lowest_share) == ("female", shares["female"], shares["male"])
    assert result.share == people["survived"].mean()


def test_tests_are_those_of_scipy(people):
    """Chi-square without continuity correction for categories, Mann-Whitney U for numbers, corrected after Holm."""
    result = {one.column: one for one in relate_outcome(people, "survived").columns}
    table = pd.crosstab(people["sex"], people["survived"]).to_numpy()
    assert result["sex"].p_value == pytest.approx(3 * chi2_contingency(table, correction=False).pvalue)
    with_, without = (people[people["survived"] == each]["age"] for each in (1, 0))
    tested = mannwhitneyu(with_, without)
    assert result["age"].p_value == pytest.approx(2 * tested.pvalue)
    assert result["age"].effect_size == pytest.approx(2 * tested.statistic / (len(with_) * len(without)) - 1)
    assert result["age"].median_with == with_.median()


def test_cramers_v_is_corrected_for_bias():
    """Near scipy's plain V for many rows, 1 for a complete relation, and 0 where chance explains the counts."""
    table = np.array([[300, 100], [150, 250]])
    assert cramers_v(table) == pytest.approx(association(table, method="cramer"), abs=0.005)
    assert cramers_v(np.array([[50, 0], [0, 50]])) == pytest.approx(1, abs=0.01)
    assert cramers_v(np.array([[5, 4], [4, 5], [5, 5]])) == 0


def test_a_column_of_more_than_two_values_is_no_outcome(people):
    """The message says how many values there are."""
    with pytest.raises(AnalysisInputError, match="800 different values, not two"):
        relate_outcome(people, "id")
