"""Rules of the bands behind a line: when an event was, and what stands at it."""

from datetime import datetime

from analytics.results import Anomalies, Anomaly, AnomalyEvent
from tasks.charts.data import milliseconds
from tasks.charts.event_bands import bands_of


def checked(*events: AnomalyEvent) -> Anomalies:
    worst = [Anomaly(time=datetime(2013, 2, day), value=value, expected=20, score=score)  # noqa: DTZ001 - naive
             for day, value, score in ((8, 472, 40.0), (9, 393, 33.0))]  # fmt: skip
    return Anomalies(
        column="n", time="day", aggregate="sum", step="day", method="robust", description="", threshold=3.5,
        checked=365, flagged=2, worst=worst, events=list(events), events_in_all=len(events),
    )  # fmt: skip


def event(start: datetime, until: datetime, points: int, **more: object) -> AnomalyEvent:
    told = {"kind": "values", "direction": "above", "p_value": 0.01, **more}
    return AnomalyEvent.model_validate({"time": start, "until": until, "points": points, **told})


def test_an_event_is_one_band_with_its_days_and_its_sum() -> None:
    """Several days are shaded from first to last, and labelled once, at the worst of them, with the whole sum."""
    start, until = datetime(2013, 2, 8), datetime(2013, 2, 10)  # noqa: DTZ001 - naive
    [band] = bands_of(checked(event(start, until, 2, value=865.0, expected=27.0)), year=False)
    assert (band.start, band.end) == (milliseconds(start), milliseconds(until))
    assert (band.at, band.value) == (milliseconds(start), 472)
    assert band.label == "8\u20139 Feb \u00b7 865"
    assert band.told == "8\u20139 Feb 2013 (865)"


def test_kinds_without_a_value_are_named() -> None:
    """A new level or missing values are told in words; months and clock times are written out."""
    shift = event(datetime(2013, 5, 2), datetime(2013, 5, 3), 1, kind="level shift", value=120.0)  # noqa: DTZ001
    gap = event(datetime(2013, 1, 30), datetime(2013, 2, 3), 4, kind="missing", direction=None)  # noqa: DTZ001
    hours = event(datetime(2013, 3, 1, 6), datetime(2013, 3, 1, 9), 3, kind="variation")  # noqa: DTZ001
    assert [band.label for band in bands_of(checked(shift, gap, hours), year=False)] == [
        "2 May \u00b7 new level",
        "30 Jan \u2013 2 Feb \u00b7 no values",
        "1 Mar, 06:00 \u2013 1 Mar, 09:00 \u00b7 varies more",
    ]
