"""Rules of anomaly detection."""

import numpy as np
import pandas as pd
import pytest

from analytics import AnalysisInputError, AnomalyReport, detect_anomalies
from analytics.anomalies.series import time_grid


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


def column(values: "np.ndarray[tuple[int], np.dtype[np.float64]] | list[float]") -> AnomalyReport:
    return detect_anomalies(pd.DataFrame({"x": values}), "x")


def over_time(values: object, freq: str = "D") -> AnomalyReport:
    values = np.asarray(values, dtype=np.float64)
    return detect_anomalies(
        pd.DataFrame({"t": pd.date_range("2024-01-01", periods=values.size, freq=freq), "x": values}), "x", "t"
    )


def daily(size: int = 365) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """A week, a trend and noise of 3."""
    at = np.arange(size)
    return 100 + 0.1 * at + np.array([0, 10, 20, 10, 30, -10, -20.0])[at % 7] + rng().normal(0, 3, size)


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


@pytest.mark.parametrize("at", [0, 1, 120, 363, 364])
@pytest.mark.parametrize("by", [26, -26])
def test_spikes_and_dips_over_time(at: int, by: int) -> None:
    """A spike or dip in daily data with week and trend is found wherever it lies, and little else is."""
    values = daily()
    values[at] += by
    report = over_time(values)
    assert at in report.rows
    assert report.flagged <= 4


@pytest.mark.parametrize("size", [30, 45, 60])
def test_a_clear_spike_in_a_short_series_is_found(size: int) -> None:
    """Eight standard deviations are an event in a month or two of days, and noise alone has hardly any."""
    found = 0
    for seed in range(4):
        values = np.random.default_rng(seed).normal(size=size)
        assert over_time(values).summary.events_in_all == 0
        values[size // 2 + seed] = 8
        found += over_time(values).rows[:1].tolist() == [size // 2 + seed]
    assert found == 4


def test_a_missing_weekday_pattern_is_found() -> None:
    """A Friday that looks like a Sunday is found, though both are ordinary values."""
    values = daily()
    values[102] = values[104]
    assert 102 in over_time(values).rows[:1]


def test_a_bad_week_is_found() -> None:
    """Seven days in a row that are far off are all found: they do not become the trend."""
    values = daily()
    values[100:107] += 40
    assert set(range(100, 107)) <= set(over_time(values).rows.tolist())


@pytest.mark.parametrize("size", [36, 72])
def test_few_periods(size: int) -> None:
    """With three or six years of months, the one unusual month is found, and hardly another."""
    at, flagged = np.arange(size), 0
    for seed in range(6):
        values = 200 + at + 30 * np.sin(at * np.pi / 6) + np.random.default_rng(seed).normal(0, 2, size)
        values[17] += 40
        report = over_time(values, "MS")
        assert report.method == "seasonal"
        assert report.rows[0] == 17
        flagged += report.flagged
    assert flagged <= 6 + 8


@pytest.mark.parametrize("kind", ["constant", "line", "week"])
def test_series_without_noise(kind: str) -> None:
    """In a series without any noise, rounding is not flagged and a spike is, alone."""
    at = np.arange(140.0)
    values = {"constant": 0 * at + 5, "line": 5 * at, "week": np.tile([1.0, 2, 3, 4, 5, 9, 9], 20)}[kind]
    assert over_time(values).flagged == 0
    values[70] += 30
    assert over_time(values).rows.tolist() == [70]


def test_the_largest_of_few_differences_is_no_measure_of_itself() -> None:
    """A value of another order of magnitude comes first in a short series with hardly any noise."""
    number = np.arange(400)
    days = pd.Timestamp("2025-01-01") + pd.to_timedelta(number % 28, unit="D")
    values = np.where(number == 77, 1e9, number)
    report = detect_anomalies(pd.DataFrame({"day": days, "value": values}), "value", time="day", aggregate="sum")
    assert report.summary.worst[0].value > 1e9


def test_growth_is_looked_at_on_a_log_scale() -> None:
    """If noise and season grow with the level, late ordinary days are not flagged, and the description says why."""
    at = np.arange(365)
    values = (100 + 2 * at) * (1 + 0.3 * (at % 7 > 4)) * (1 + rng().normal(0, 0.03, 365))
    values[50] *= 1.5
    report = over_time(values)
    assert report.rows[0] == 50
    assert report.summary.events_in_all <= 2
    assert "logarithm" in report.summary.description
    assert report.summary.worst[0].expected == pytest.approx(values[50] / 1.5, rel=0.15)


def test_rain_is_not_flagged_every_wet_day() -> None:
    """In a series that is mostly 0, ordinary differences are not flagged and an extreme one is."""
    random = rng()
    values = np.where(random.random(365) < 0.6, 0, random.exponential(0.3, 365))
    values[200] = 9
    report = over_time(values)
    assert report.rows[0] == 200
    assert report.flagged <= 5


def test_level_shift_with_a_week_is_no_anomaly() -> None:
    """The days after a level shift are compared with each other, also where there is a season."""
    values = daily()
    values[180:] += 60
    assert over_time(values).flagged <= 8


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
    assert [anomaly.row_number for anomaly in report.summary.worst] == [8, 10]
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
    assert report.flagged < 0.03 * 365
    event = report.summary.events[0]
    assert (event.value, event.points, event.direction, event.all_of) == (865, 2, "above", ["origin"])
    assert event.share == pytest.approx(865 / nyc["cancelled"].sum())
    assert event.p_value < 0.1
    storm = nyc[nyc["date"].between("2013-02-08", "2013-02-09")]
    by_origin = {part.name: part.value for part in event.parts if part.column == "origin"}
    assert by_origin == storm.groupby("origin")["cancelled"].sum().to_dict()


def test_values_of_very_different_size_are_scored_in_time() -> None:
    """Numbers that differ by many powers of ten end: a fast medcouple would look for its middle for ever."""
    values = [100.0**n for n in range(40)]
    assert column(values).summary.checked == 40


def test_the_mean_of_events_is_taken_over_several_of_them() -> None:
    """Events that come by chance are put together so that a point in time has some five or more; readings are not."""
    random = rng()
    events = pd.Timestamp("2024-03-01") + pd.to_timedelta(np.cumsum(random.exponential(900, 2000)), unit="s")
    sales = pd.DataFrame({"t": events, "x": random.normal(10, 1, 2000)})
    assert detect_anomalies(sales, "x", "t", "mean").summary.checked <= 400
    clock = pd.date_range("2024-03-01", periods=2000, freq="900s") + pd.to_timedelta(random.integers(0, 99, 2000), "s")
    readings = pd.DataFrame({"t": clock, "x": random.normal(10, 1, 2000)})
    assert detect_anomalies(readings, "x", "t", "mean").summary.checked == 2000


def test_month_ends_stay_as_they_are_dated() -> None:
    """Monthly data that is dated at the ends of months has its anomalies at these dates."""
    days = pd.date_range("2020-01-31", periods=48, freq="ME")
    values = np.tile([5.0, 6, 5, 6, 7, 6, 5, 6, 5, 6, 7, 6], 4)
    values[30] = 99
    found = detect_anomalies(pd.DataFrame({"day": days, "v": values}), "v", time="day").summary
    assert found.step == "month"
    assert str(found.worst[0].time)[:10] == "2022-07-31"
    assert str(found.worst[0].until)[:10] == "2022-08-01"


def test_sums_of_partial_days_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first and last day of events are no low days because the data begins and ends within them."""
    monkeypatch.setattr(time_grid, "MOST_POINTS", 100)
    random = np.random.default_rng(8)
    hours = np.cumsum(random.exponential(0.5, 60 * 48))
    at = pd.Timestamp("2024-01-01 18:00") + pd.to_timedelta(hours * 3600, "s")
    found = detect_anomalies(pd.DataFrame({"at": at.floor("s"), "v": 1.0}), "v", time="at", aggregate="sum").summary
    assert "Left out, since the data holds only a part of it: the day of 2024-01-01 00:00" in found.description
    assert found.worst == []


def test_where_little_is_seen_nothing_is_unusual() -> None:
    """Nine rows far apart make a series of hundreds of points, of which nobody knows what is usual; gaps are told."""
    days = [0, 2, 3, 68, 81, 88, 91, 98, 133]
    values = [-39.4, -22.7, -82.1, -2.7, -20.9, -124.1, -5.2, -13.5, -42.7]
    frame = pd.DataFrame({"t": pd.Timestamp("2021-12-15") + pd.to_timedelta(days, "D"), "x": values})
    frame.loc[1:, "t"] += pd.Timedelta("10h")
    found = detect_anomalies(frame, "x", "t", "mean").summary
    assert {event.kind for event in found.events} <= {"missing"}
