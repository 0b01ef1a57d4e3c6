"""Silences in streams of rows: outages are found, nights and slow hours are none."""

import numpy as np
import pandas as pd
import pytest

from analytics import find_silences, read_dataset
from analytics.engine.relation import Relation
from analytics.errors import AnalysisInputError


def calls(weeks: int = 5) -> "np.ndarray":
    """Seconds of calls to an office: six an hour by day, hardly any at night."""
    random = np.random.default_rng(0)
    pace = np.where((np.arange(weeks * 168) % 24 >= 8) & (np.arange(weeks * 168) % 24 < 20), 6.0, 0.2)
    counts = random.poisson(pace)
    return np.concatenate([(hour + np.sort(random.random(count))) * 3600 for hour, count in enumerate(counts)])


def stream(seconds: "np.ndarray", zone: str | None = None) -> pd.DataFrame:
    """A stream of rows that begins on a Monday."""
    return pd.DataFrame({"at": pd.Timestamp("2024-01-01", tz=zone) + pd.to_timedelta(np.round(seconds, 3), "s")})


def test_an_outage_by_day_is_a_silence_and_a_night_is_none(tmp_path):
    """Fifteen hours of one day without calls are told with the calls that were due, over a table on disk, too."""
    seconds = calls()
    assert find_silences(stream(seconds), "at").silences == []
    day = 20 * 86_400
    frame = stream(seconds[(seconds < day + 8 * 3600) | (seconds > day + 23 * 3600)], "Europe/Berlin")
    dataset = read_dataset(frame, directory=tmp_path)
    found = find_silences(frame, "at")
    (silence,) = found.silences
    assert frame["at"].between(silence.start, silence.until, inclusive="neither").sum() == 0
    assert (silence.start.day, silence.until.day) == (20, 22)
    assert 40 < silence.expected < 110
    assert silence.p_value < 0.01
    on_disk = find_silences(Relation(dataset.snapshot, dataset.rows), "at").silences
    assert [(one.start, one.until) for one in on_disk] == [(silence.start, silence.until)]


@pytest.mark.parametrize("kind", ["exponential", "lognormal", "bursts", "working days"])
def test_a_stream_without_an_outage_has_no_silence(kind):
    """Gaps by chance, with a heavy tail, between bursts, and weekends are what the stream's own pace brings."""
    random = np.random.default_rng(2)
    gaps = {
        "exponential": random.exponential(600, 1500),
        "lognormal": random.lognormal(5, 1.5, 1500),
        "bursts": np.where(random.random(1500) < 0.1, random.exponential(20_000, 1500), random.exponential(30, 1500)),
    }
    days = pd.DataFrame({"at": pd.bdate_range("2021-01-01", periods=700)})
    frame = days if kind == "working days" else stream(np.cumsum(gaps[kind]))
    assert find_silences(frame, "at").silences == []


def test_too_few_times_have_no_pace():
    """A pace needs a hundred times; the error says so."""
    with pytest.raises(AnalysisInputError, match="30 different times: 100 are needed"):
        find_silences(stream(np.arange(30.0)), "at")


def test_the_time_between_two_samples_is_no_silence():
    """Days of 1950 and of 2022 are two samples: nobody knows the pace of the years between; weeks in 1950 are told."""
    days = pd.date_range("1950-01-01", "1950-12-31").append(pd.date_range("2022-01-01", "2022-12-31"))
    assert find_silences(pd.DataFrame({"at": days}), "at").silences == []
    one = pd.DatetimeIndex([day for day in days[:365] if not (day.month == 6 and day.day < 20)])
    assert [silence.start.month for silence in find_silences(pd.DataFrame({"at": one}), "at").silences] == [5]
