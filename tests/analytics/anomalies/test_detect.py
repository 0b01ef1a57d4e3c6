"""Rules of anomaly detection."""

import numpy as np
import pandas as pd
import pytest

from analytics import AnalysisInputError, AnomalyReport, detect_anomalies
from tests.analytics.anomalies.checked import column, rng, three_sigma


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("normal", 0.002),
        ("lognormal", 0.015),
        ("exponential", 0.005),
        ("poisson", 0.005),
        ("uniform", 0.0),
        ("zeros", 0.01),
    ],
)
def test_few_false_alarms(name: str, most: float) -> None:
    """Plain data of many shapes, skewed and mostly zero ones included, is hardly flagged."""
    random, size = rng(), 5000
    values = {
        "normal": random.normal(size=size),
        "lognormal": random.lognormal(0, 1, size),
        "exponential": random.exponential(size=size),
        "poisson": random.poisson(0.3, size),
        "uniform": random.uniform(size=size),
        "zeros": np.where(random.random(size) < 0.7, 0, random.lognormal(1, 1, size)),
    }[name]
    assert detect_anomalies(pd.DataFrame({"x": values}), "x").flagged <= most * size


@pytest.mark.parametrize(("at", "size"), [(8.0, 50), (8.0, 100), (6.0, 100), (-8.0, 100), (9.0, 140)])
def test_masked_outliers_are_found(at: float, size: int) -> None:
    """Outliers that are so many that they hide each other from a mean and standard deviation are all found."""
    random = rng()
    values = random.normal(size=1000)
    injected = set(random.choice(1000, size, replace=False).tolist())
    values[list(injected)] = random.normal(at, 0.4, size)
    report = column(values)
    assert injected <= set(report.rows.tolist())
    assert report.flagged <= size + 3
    assert size < 100 or len(three_sigma(values) & injected) < 0.2 * size


def test_a_second_group_is_no_outlier() -> None:
    """Of two well separated groups, the smaller one with a fifth of the values is not flagged, a value off both is."""
    values = np.concatenate([rng().normal(0, 1, 800), rng().normal(10, 1, 200), [60.0]])
    assert column(values).rows.tolist() == [1000]


def test_injected_outliers_are_found() -> None:
    """Values 8 standard deviations off, on both sides, are all flagged and under 1 % of the others are."""
    values = rng().normal(100, 5, 1000)
    values[[3, 500, 999]], values[[4, 600]] = 140, 60
    report = column(values)
    assert {3, 500, 999, 4, 600} <= set(report.rows.tolist())
    assert report.flagged <= 10


@pytest.mark.parametrize(
    ("values", "rows"),
    [
        ([10.0] * 39 + [410], [39]),
        ([10.0] * 9 + [-410], [9]),
        ([10.0] * 57 + [410, 400, -300], [57, 58, 59]),
        ([0.5] * 39 + [0.75], [39]),
        ([0.0] * 500 + [1, 1, 1] + [1e12], [503]),
        ([1.0, 9] * 50 + [100], [100]),
        ([1.0, 9] * 50 + [1, 1, 100], [102]),
    ],
)
def test_outliers_among_equal_values_are_found(values: list[float], rows: list[int]) -> None:
    """If most values are equal, so that their MAD is 0, an obviously different one is flagged."""
    assert sorted(column(values).rows.tolist()) == rows


@pytest.mark.parametrize(
    "values",
    [
        [10.0] * 80 + [20.0] * 20,
        [0.0] * 980 + [1.0] * 20,
        [0.1 + 0.2] * 20 + [0.3] * 30,
        [1.0, 9] * 50,
        list(rng().poisson(0.05, 1000).astype(float)),
        list(np.where(rng().random(1000) < 0.9, 10, rng().normal(10, 2, 1000))),
    ],
    ids=["two kinds", "rare flag", "rounding", "alternating", "rare counts", "constant and noise"],
)
def test_ordinary_values_beside_equal_ones_are_not_flagged(values: list[float]) -> None:
    """A second usual value, rare events and rounding are no outliers of a mostly constant column."""
    assert column(values).flagged == 0


@pytest.mark.parametrize("size", [10, 15, 20, 30])
def test_few_values(size: int) -> None:
    """In samples of 10 to 30, an outlier is nearly always found and under 2 % of ordinary values are flagged."""
    random, found, wrong = rng(), 0, 0
    for _ in range(100):
        values = random.normal(size=size)
        values[size // 2] = 9
        rows = column(values).rows.tolist()
        found += size // 2 in rows
        wrong += len(set(rows) - {size // 2})
    assert found >= 97
    assert wrong <= 0.02 * 100 * size


def test_the_spread_of_few_values_is_corrected() -> None:
    """A score is the distance from the median in units of 1.4826 MAD n / (n - 0.8): few values spread too little."""
    values = [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 40]
    assert column(values).scores[9] == pytest.approx((40 - 5.5) / (1.4826 * 2.5 * 10 / 9.2))


def test_the_largest_of_few_differences_is_no_measure_of_itself() -> None:
    """A value of another order of magnitude comes first in a short series with hardly any noise."""
    number = np.arange(400)
    days = pd.Timestamp("2025-01-01") + pd.to_timedelta(number % 28, unit="D")
    values = np.where(number == 77, 1e9, number)
    report = detect_anomalies(pd.DataFrame({"day": days, "value": values}), "value", time="day", aggregate="sum")
    assert report.summary.worst[0].value > 1e9


def test_scores_align_to_rows() -> None:
    """Each row has a score in the frame's order, NaN where the value is missing, and rows are worst first."""
    frame = pd.DataFrame({"x": [1.0, 2, np.nan, 3, 2, 1, 2, 90, 3, -50, np.inf]}, index=list("abcdefghijk"))
    report = detect_anomalies(frame, "x")
    assert report.scores.shape == (11,)
    assert np.isnan(report.scores[[2, 10]]).all()
    assert report.rows.tolist() == [7, 9]
    assert [anomaly.row_number for anomaly in report.summary.worst] == [8, 10]
    assert isinstance(report, AnomalyReport)


def test_constant_column_has_no_anomalies() -> None:
    """A constant column scores 0 everywhere."""
    frame = pd.DataFrame({"x": [5] * 20, "t": pd.date_range("2024", periods=20)})
    for time in (None, "t"):
        report = detect_anomalies(frame, "x", time)
        assert report.flagged == 0
        assert (report.scores == 0).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("delya",), "did you mean 'delay'"),
        (("name",), "number columns: delay"),
        (("flag",), "true/false"),
        (("few",), "at least 8"),
        (("delay", "name"), "not times"),
        (("delay", None, "sum"), "give time"),
    ],
)
def test_wrong_input_is_explained(arguments: tuple[str, ...], message: str) -> None:
    """Input that does not fit raises an error that says what is available."""
    frame = pd.DataFrame({"delay": range(20), "name": list("ab") * 10, "flag": [True, False] * 10})
    frame["few"] = [1.0] * 3 + [np.nan] * 17
    with pytest.raises(AnalysisInputError, match=message):
        detect_anomalies(frame, *arguments)  # pyright: ignore


def test_frame_is_not_changed() -> None:
    """The caller's frame stays as it was."""
    frame = pd.DataFrame({"t": pd.date_range("2024", periods=20).astype("str"), "x": [np.inf, *range(19)]})
    before = frame.copy(deep=True)
    detect_anomalies(frame, "x", "t")
    pd.testing.assert_frame_equal(frame, before)
