"""Rules of anomaly detection."""

import numpy as np
import pandas as pd
import pytest

from analytics import AnalysisInputError, AnomalyReport, detect_anomalies


def three_sigma(values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> set[int]:
    return set(np.flatnonzero(np.abs(values - values.mean()) > 3 * values.std()).tolist())


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


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


def test_masked_outliers_are_found() -> None:
    """Outliers that are so many that they hide each other from a 3-sigma rule are all found."""
    random = rng()
    values = random.normal(size=1000)
    injected = set(random.choice(1000, 110, replace=False).tolist())
    values[list(injected)] = random.normal(12, 0.5, 110)
    report = detect_anomalies(pd.DataFrame({"x": values}), "x")
    assert len(three_sigma(values) & injected) < 20
    assert injected <= set(report.rows.tolist())
    assert report.flagged < 115


def test_seasonal_anomalies_are_found() -> None:
    """A value that is ordinary for the year but wrong for its hour is found over time, and only there."""
    random = rng()
    hours = np.arange(24 * 40)
    values = 10 * np.sin(2 * np.pi * hours / 24) + random.normal(0, 0.5, hours.size)
    values[500] = values[506]
    values[-1] += 9
    frame = pd.DataFrame({"t": pd.date_range("2024", periods=hours.size, freq="h", tz="UTC"), "x": values})
    frame = frame.sample(frac=1, random_state=1)
    report = detect_anomalies(frame, "x", "t")
    assert not three_sigma(values)
    assert detect_anomalies(frame, "x").flagged == 0
    assert {500, hours.size - 1} <= set(frame.index[report.rows])
    assert report.flagged <= 5
    assert report.method == "seasonal"
    assert report.summary.worst[0].time is not None
    assert report.summary.worst[0].time.tzinfo is not None


@pytest.mark.parametrize("kind", ["noise", "trend", "shift", "week", "month"])
def test_series_without_anomalies(kind: str) -> None:
    """Noise, a trend, a level shift and a season are not taken for anomalies."""
    random, at = rng(), np.arange(300)
    shape, freq = {
        "noise": (0 * at, "D"),
        "trend": (0.5 * at, "D"),
        "shift": (20 * (at > 150), "D"),
        "week": (6 * (at % 7 > 4), "D"),
        "month": (8 * np.sin(at * np.pi / 6), "MS"),
    }[kind]
    frame = pd.DataFrame({"t": pd.date_range("2000", periods=300, freq=freq), "x": shape + random.normal(size=300)})
    assert detect_anomalies(frame, "x", "t").flagged <= 3


def test_scores_align_to_rows() -> None:
    """Each row has a score in the frame's order, NaN where the value is missing, and rows are worst first."""
    frame = pd.DataFrame({"x": [1.0, 2, np.nan, 3, 2, 1, 2, 90, 3, -50, np.inf]}, index=list("abcdefghijk"))
    report = detect_anomalies(frame, "x")
    assert report.scores.shape == (11,)
    assert np.isnan(report.scores[[2, 10]]).all()
    assert report.rows.tolist() == [7, 9]
    assert [anomaly.row for anomaly in report.summary.worst] == [7, 9]
    assert isinstance(report, AnomalyReport)


def test_repeated_times_are_put_together() -> None:
    """Rows of one time share a score, and `sum` and `mean` put them together as they say."""
    days = pd.date_range("2024", periods=30)
    frame = pd.DataFrame({"t": np.repeat(days, 2), "x": np.tile([1.0, 3.0], 30) + np.repeat(np.arange(30) % 3, 2)})
    frame.loc[20:21, "x"] = 50
    summed, mean = detect_anomalies(frame, "x", "t", "sum"), detect_anomalies(frame, "x", "t")
    assert summed.summary.worst[0].value == 100
    assert mean.summary.worst[0].value == 50
    assert mean.summary.aggregate == "mean"
    assert set(mean.rows[:2].tolist()) == {20, 21}
    assert mean.summary.checked == 30


def test_gaps_and_irregular_times() -> None:
    """Missing days are not points, and event times are put together into a larger unit."""
    random = rng()
    days = pd.date_range("2024", periods=200).delete(range(50, 60))
    gappy = pd.DataFrame({"t": days, "x": random.normal(size=190)})
    assert detect_anomalies(gappy, "x", "t").summary.checked == 190
    seconds = np.sort(random.choice(86_400 * 20, 5000, replace=False))
    events = pd.DataFrame({"t": pd.Timestamp("2024") + pd.to_timedelta(seconds, unit="s"), "x": 1.0})
    events.loc[seconds // 3600 == 100, "x"] = 30.0
    report = detect_anomalies(events, "x", "t", "sum")
    assert report.summary.checked < 5000
    assert {int(seconds[row]) // 3600 for row in report.rows[:1]} == {100}


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


def test_blizzard_is_first(nyc: pd.DataFrame) -> None:
    """The blizzard of 8 and 9 February 2013 tops the cancellations from New York."""
    report = detect_anomalies(nyc, "cancelled", time="date", aggregate="sum")
    assert [str(anomaly.time)[:10] for anomaly in report.summary.worst[:2]] == ["2013-02-08", "2013-02-09"]
    assert report.summary.worst[0].value == 472
    assert report.flagged < 0.15 * 365
    days = {str(anomaly.time)[:10] for anomaly in report.summary.worst}
    assert {"2013-12-05", "2013-12-10", "2013-06-28", "2013-07-10", "2013-07-22"} <= days


def test_thunderstorm_and_winter_days_show_up(nyc: pd.DataFrame) -> None:
    """Delays over time show the thunderstorms of May to July and the snow of December."""
    report = detect_anomalies(nyc, "dep_delay_mean", time="date", aggregate="mean")
    days = {str(anomaly.time)[:10] for anomaly in report.summary.worst}
    assert {"2013-03-08", "2013-05-23", "2013-06-13", "2013-07-01", "2013-07-23", "2013-12-05"} <= days
    assert report.flagged < 30
