"""Unusual values over time: seasons, shifts, gaps, short series."""

import numpy as np
import pandas as pd
import pytest

from analytics import AnomalyReport, detect_anomalies
from analytics.anomalies.series import time_grid
from tests.analytics.anomalies.checked import column, rng, three_sigma


def over_time(values: object, freq: str = "D") -> AnomalyReport:
    values = np.asarray(values, dtype=np.float64)
    return detect_anomalies(
        pd.DataFrame({"t": pd.date_range("2024-01-01", periods=values.size, freq=freq), "x": values}), "x", "t"
    )


def daily(size: int = 365) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """A week, a trend and noise of 3."""
    at = np.arange(size)
    return 100 + 0.1 * at + np.array([0, 10, 20, 10, 30, -10, -20.0])[at % 7] + rng().normal(0, 3, size)


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
