"""Patterns of missing values: what is found, and what is only chance."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics import missing_patterns, read_dataset
from analytics.engine import relation

N = 400


@pytest.fixture(scope="module")
def visits() -> pd.DataFrame:
    """Blood pressure in two columns that are missing together, a form of one clinic, and a device bought in May."""
    random = np.random.default_rng(5)
    time = pd.date_range("2024-01-01", periods=N, freq="D")
    clinic = random.choice(["North", "South", "East"], N)
    measured = {name: random.normal(0, 1, N) for name in ("upper", "lower", "form", "device", "chance")}
    frame = pd.DataFrame({"time": time, "clinic": clinic, **measured})
    frame.loc[random.random(N) < 0.3, ["upper", "lower"]] = np.nan
    frame.loc[(clinic == "East") & (random.random(N) < 0.8), "form"] = np.nan
    frame.loc[time < "2024-05-01", "device"] = np.nan
    frame.loc[random.random(N) < 0.2, "chance"] = np.nan
    return frame


def test_each_kind_of_pattern_is_found_and_chance_is_none(visits):
    """Two columns together, one group, a beginning in time; a column that is missing by chance has no pattern."""
    result = missing_patterns(visits, "time")
    found = {one.column: one for one in result.patterns}
    assert (result.gaps, set(found)) == (5, {"lower", "form", "device"})
    assert (found["lower"].pattern, found["lower"].other, found["lower"].share) == ("together", "upper", 1.0)
    assert (found["form"].pattern, found["form"].value) == ("group", "East")
    east = visits[visits.clinic == "East"]
    assert (found["form"].rows, found["form"].missing) == (len(east), east.form.isna().sum())
    assert (found["device"].pattern, found["device"].value, found["device"].rows) == (
        "before",
        "2024-05-01T00:00:00",
        121,
    )
    test = stats.chi2_contingency(pd.crosstab(visits.clinic, visits.form.isna()), correction=False)
    assert test.pvalue <= found["form"].p_value <= 3 * test.pvalue + 1e-300


def test_a_table_on_disk_has_the_patterns_of_the_frame(visits, tmp_path, monkeypatch):
    """DuckDB counts the same rows."""
    monkeypatch.setattr(relation, "LARGE_ROWS", 100)
    table = read_dataset(visits, directory=tmp_path, name="visits").table()
    assert missing_patterns(table, "time").patterns == missing_patterns(visits, "time").patterns
