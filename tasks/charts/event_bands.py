"""Events of a series as bands behind its line, each with its label."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics.results import Anomalies, Anomaly, AnomalyEvent
from tasks.charts.data import milliseconds
from tasks.text import format_number, format_time

_KINDS = {
    "variation": "varies more",
    "level shift": "new level",
    "trend break": "trend turns",
    "one value": "one value",
    "missing": "no values",
}
_MOST = 8
"""Events that are shaded: the least likely by chance."""


@dataclass(frozen=True, kw_only=True)
class Band:
    """An event as it is drawn.

    Attributes:
        start: Its first moment, as a clock time in milliseconds.
        end: First moment after it.
        at: Time at which its label stands.
        value: Value at which its label stands; None where it has none of its own.
        above: The label is above the value.
        label: Words of the label.
        told: Words of the description.
    """

    start: int
    end: int
    at: int
    value: float | None
    above: bool
    label: str
    told: str


def bands_of(result: Anomalies, *, year: bool) -> list[Band]:
    """The bands of a column's events, least likely by chance first.

    Args:
        result: The column, checked over time.
        year: Labels name the year.
    """
    return [_band(result, event, year) for event in result.events[:_MOST]]


def _band(result: Anomalies, event: AnomalyEvent, year: bool) -> Band:
    inside = [mark for mark in result.worst if mark.time is not None and event.time <= mark.time < event.until]
    peak: Anomaly | None = max(inside, key=lambda mark: abs(mark.score), default=None)
    kind = _KINDS.get(event.kind, "")
    if event.kind == "variation" and event.direction == "below":
        kind = "varies less"
    value = event.value if event.kind == "values" else None
    what = format_number(value) if value is not None else kind
    place = peak.time if peak is not None and peak.time is not None else event.time
    return Band(
        start=milliseconds(event.time),
        end=milliseconds(event.until),
        at=milliseconds(place),
        value=peak.value if peak is not None else event.value,
        above=event.direction != "below",
        label=f"{_span(event, year=year)} \u00b7 {what}",
        told=f"{_span(event, year=True)} ({what})",
    )


def _span(event: AnomalyEvent, *, year: bool) -> str:
    """`8\u20139 Feb`, `30 Jan \u2013 2 Feb`; of one point in time only its start."""
    if event.points == 1:
        return format_time(event.time, year=year)
    first, last = event.time, event.until - timedelta(microseconds=1)
    if _whole_day(first) and _whole_day(event.until):
        if first.date() == last.date():
            return format_time(first, year=year)
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}\u2013{format_time(last.date(), year=year)}"
        start = format_time(first.date(), year=year and first.year != last.year)
        return f"{start} \u2013 {format_time(last.date(), year=year)}"
    return f"{format_time(first, year=year)} \u2013 {format_time(event.until, year=year)}"


def _whole_day(time: datetime) -> bool:
    return (time.hour, time.minute, time.second) == (0, 0, 0)
