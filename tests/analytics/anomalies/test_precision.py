"""Events over time that would be false alarms, and ones that are seen only as a whole."""

import numpy as np
import pandas as pd

from analytics import detect_anomalies
from analytics.anomalies.scores.candidates import Candidate
from analytics.anomalies.series.recurring import without_regular
from analytics.anomalies.series.scan import scan_days
from analytics.results import AnomalyEvent

HOURS = pd.date_range("2024-01-01", periods=24 * 120, freq="h")


def events(values: object, times: object = HOURS) -> list[AnomalyEvent]:
    return detect_anomalies(pd.DataFrame({"t": times, "x": values}), "x", "t").summary.events


def test_a_job_that_runs_every_night_is_no_event() -> None:
    """Bursts of about one size at about one hour of every night are how the series goes; one that is larger is not."""
    random = np.random.default_rng(2)
    nightly = 288 * np.arange(14) + 40 + random.integers(-8, 9, 14)
    values = np.full(288 * 14, 0.066)
    values[nightly] += random.uniform(1.3, 1.6, 14)
    values[nightly[6]] = 9.0
    found = [
        Candidate(kind="values", start=at, end=at + 1, peak=at, direction=1, expected=0.01) for at in nightly.tolist()
    ]
    assert [event.peak for event in without_regular(found, values)] == [nightly[6]]
    some = [event for place, event in enumerate(found) if place in (0, 1, 5, 6, 7, 13)]
    assert without_regular(some, values) == some


def test_days_that_are_low_as_a_whole_are_events_though_there_are_several() -> None:
    """Nine holidays of 215 days do not hide each other, and days of chance are none."""
    random = np.random.default_rng(6)
    scores = random.normal(0, 1, (215, 48)) + random.normal(0, 0.5, (215, 1))
    assert scan_days(scores.ravel(), 0, 48) == []
    lows = {12: 5.5, 20: 5.0, 60: 4.6, 61: 4.1, 130: 3.5, 150: 3.2, 170: 3.0, 190: 2.8, 200: 2.7}
    for day, low in lows.items():
        scores[day] -= low
    found = {each.start // 48 for each in scan_days(scores.ravel(), 0, 48) if each.expected <= 0.3}
    assert {12, 20} <= found <= set(lows)


def test_a_time_that_is_wrong_for_its_weekday_is_an_event() -> None:
    """A Wednesday that goes like a Sunday is an event, although the Sundays look the same: they are expected to."""
    at = np.arange(HOURS.size)
    week = np.where(HOURS.weekday == 6, 40.0 * (HOURS.hour >= 12), 0.0)
    values = 100 + week + np.random.default_rng(3).normal(0, 2, at.size)
    odd = (HOURS >= "2024-02-14") & (HOURS < "2024-02-15")
    values[odd] += 40.0 * (HOURS[odd].hour >= 12)
    assert [str(event.time)[:10] for event in events(values)] == ["2024-02-14"]


def test_the_ends_of_a_gap_do_not_vary() -> None:
    """A stretch without values is told as missing at most, and not as one that varies more or less than usual."""
    random = np.random.default_rng(4)
    values = 60 + random.normal(size=HOURS.size)
    values[1000:1015] += random.normal(0, 6, 15)
    values[1700:1715] += random.normal(0, 6, 15)
    keep = (np.arange(HOURS.size) < 1015) | (np.arange(HOURS.size) >= 1700)
    found = events(values[keep], HOURS[keep])
    assert not [event for event in found if event.kind == "variation" and event.points > 300]
