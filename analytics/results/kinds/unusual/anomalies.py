"""Unusual values of one column."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from analytics.results.base import AnalysisResult, Result
from analytics.results.marks import DataColumn, Entries, Internal, Measure, Moment, Name, Prose
from analytics.results.table import Cell, ResultColumn, ResultTable

_EVENTS_SHOWN, _PARTS_SHOWN = 8, 6
"""Events, and groups of rows in each, of the short form."""
_MOST_LABELS = 4
"""Columns of a table for cells that recognise a row."""


EventKind = Literal["values", "variation", "level shift", "trend break", "one value", "missing"]
"""Kinds of events: values far from what is expected; values that vary more or less than usual; a new level; another
trend; one value for too long; no values."""


class Anomaly(Result, frozen=True):
    """One flagged row, or one flagged point in time."""

    row_number: int | None = None
    """Number of the row, from 1 and without the header, when single rows were checked."""
    time: Annotated[datetime | None, Moment("When")] = None
    """Start of the point in time, when the column was checked over time."""
    until: Annotated[datetime | None, Internal()] = None
    """First moment after the point in time."""
    count: Annotated[int | None, Measure(aggregate="count")] = None
    """Values that were put together at the point in time."""
    value: Annotated[float, Measure("Value", aggregate="{aggregate}")]
    """Observed value."""
    expected: Annotated[float, Measure("Expected", aggregate="expected")]
    """Value the method expected here."""
    score: Annotated[float, Measure("Score", aggregate="score", style="signed", comparable=False)]
    """Robust z-score: distance from the expected value in units of the usual spread, with its sign."""
    labels: dict[str, Cell] = Field(default_factory=dict[str, Cell])
    """A few other cells of the row, to recognise it by."""


class EventPart(Result, frozen=True):
    """One group of rows in an event, such as one airport."""

    column: Annotated[str, DataColumn()]
    """Category column."""
    name: Annotated[str, Name()]
    """Its value."""
    value: Annotated[float, Measure(aggregate="{aggregate}")]
    """Aggregate of the group's rows in the event."""
    expected: Annotated[float, Measure(aggregate="expected")]
    """Average of the group over as many points in time outside the event."""
    share: Annotated[float | None, Measure(aggregate="share")] = None
    """Part of the event's sum, from 0 to 1; null for means, and where values are negative."""


class EventCompanion(Result, frozen=True):
    """Another number column that is far from its usual values in an event."""

    column: Annotated[str, DataColumn()]
    """The column."""
    value: Annotated[float, Measure(aggregate="mean")]
    """Mean of the event's rows."""
    usual: Annotated[float, Measure(aggregate="mean")]
    """Mean of all rows."""


class AnomalyEvent(Result, frozen=True):
    """Neighbouring points in time that stick out together."""

    kind: EventKind
    """Kind of event: the property that is unusual."""
    time: Annotated[datetime, Moment("From")]
    """Start of its first point in time."""
    until: Annotated[datetime, Moment("Until")]
    """First moment after its last point in time."""
    points: Annotated[int, Measure(aggregate="count")]
    """Points in time, those without a value included."""
    direction: Literal["above", "below"] | None = None
    """Side of what is expected; null where that says nothing. For variation, above is more than usual."""
    value: Annotated[float | None, Measure("Value", aggregate="{aggregate}")] = None
    """Aggregate of its rows; null where there are none, and for a trend break. For a level shift, what a point in time
    comes to on average on the new level."""
    expected: Annotated[float | None, Measure("Expected", aggregate="expected")] = None
    """Value expected in its place from trend and season; null where something else than the value is unusual. For a
    level shift, the average of the level before."""
    since: Annotated[datetime | None, Internal()] = None
    """For a level shift: start of the level before."""
    until_next: Annotated[datetime | None, Internal()] = None
    """For a level shift: first moment after the new level, which the next break or the end of the data ends."""
    share: Annotated[float | None, Measure(aggregate="share")] = None
    """Part of the column's total, from 0 to 1; null for means, and where values are negative."""
    things: Annotated[int | None, Measure(aggregate="count")] = None
    """In a panel: things, such as firms, that have a value in it; for a level shift, on the new level."""
    usual_things: Annotated[int | None, Measure(aggregate="count")] = None
    """In a panel: things that have a value at any time; for a level shift, on the level before."""
    p_value: Annotated[float, Measure("p", aggregate="p_value", style="p_value", comparable=False)]
    """Probability that a series like this one shows an event as unusual by chance."""
    parts: list[EventPart] = Field(default_factory=list[EventPart])
    """Groups of rows that contribute most, at most three a category column; none for tables that stay on disk."""
    all_of: list[str] = Field(default_factory=list[str])
    """Category columns of which every value takes part."""
    companions: list[EventCompanion] = Field(default_factory=list[EventCompanion])
    """Other columns that are far from usual at the same time, at most three; none for tables that stay on disk."""


class YearlyDays(Result, frozen=True):
    """Days of the year, such as holidays, on which a column is on one side of what is usual in every year."""

    days: Annotated[str, Name()]
    """The days, such as 24\u201326 December or the fourth Thursday in November."""
    direction: Literal["above", "below"]
    """Side of what is usual."""
    value: Annotated[float, Measure(aggregate="mean")]
    """Average of these days over all years."""
    usual: Annotated[float, Measure(aggregate="mean")]
    """Average of the same weekdays in the three weeks before and after."""
    since: Annotated[datetime, Moment()]
    """First of these days in the data."""
    last: Annotated[datetime, Moment()]
    """Last of these days in the data."""
    starts: Annotated[list[datetime], Internal()]
    """Start of these days in each year."""
    ends: Annotated[list[datetime], Internal()]
    """First moment after them in each year."""
    p_value: Annotated[float, Measure("p", aggregate="p_value", style="p_value", comparable=False)]
    """Probability that a series like this one shows such days by chance."""


class Anomalies(AnalysisResult, frozen=True):
    """Unusual values of one column, worst first."""

    kind: Literal["anomalies"] = "anomalies"
    column: Annotated[str, DataColumn(measured=True)]
    """Column checked."""
    time: str | None = None
    """Time column, when the column was checked over time."""
    entity: Annotated[str | None, DataColumn()] = None
    """Column that names the things of a panel, such as firms with a row for each day; null for other tables."""
    aggregate: Literal["sum", "mean"] | None = None
    """Aggregate of the rows of one point in time; null when rows were checked singly."""
    step: str | None = None
    """Length of a point in time: day, hour, 10 minutes; null when rows were checked singly."""
    method: Literal["robust", "seasonal"]
    """seasonal: compared with a season, and the trend; robust: with the trend alone, or the whole column."""
    description: Annotated[str, Prose()]
    """The method in one sentence, with period and threshold, for a report's reader."""
    threshold: float
    """Absolute score from which a single value is flagged. Stretches are flagged together, also below it."""
    checked: Annotated[int, Measure(aggregate="checked")]
    """Values or points in time checked."""
    flagged: Annotated[int, Measure(aggregate="flagged", part_of=("checked",))]
    """Values or points in time flagged."""
    worst: Annotated[list[Anomaly], Entries("flagged", in_all="flagged")] = Field(default_factory=list[Anomaly])
    """The flagged ones with the largest absolute score, worst first, at most 20."""
    events: list[AnomalyEvent] = Field(default_factory=list[AnomalyEvent])
    """Over time: what sticks out together, least likely by chance first, at most 20. One event is one finding."""
    events_in_all: Annotated[int, Measure(aggregate="events")] = 0
    """Number of events."""
    yearly: list[YearlyDays] = Field(default_factory=list[YearlyDays])
    """Over at least three years of days: days of the year that are lower or higher every year. They are no events."""

    def compact(self, room: int) -> dict[str, Any]:
        """Points in time are recognised by their time, so they go without labels."""
        short = self
        if self.time:
            worst = [anomaly.model_copy(update={"labels": {}}) for anomaly in self.worst]
            short = self.model_copy(update={"worst": worst})
        few = [event.model_copy(update={"parts": event.parts[:_PARTS_SHOWN]}) for event in short.events[:_EVENTS_SHOWN]]
        short = short.model_copy(update={"events": few})
        body = super(Anomalies, short).compact(room)
        for entry in [*body["worst"], *body["events"]]:
            for empty in [key for key, value in entry.items() if value in ({}, [])]:
                del entry[empty]
        if not self.time:
            del body["events"], body["events_in_all"]
        for days in body["yearly"]:
            del days["starts"], days["ends"]
        if not body["yearly"]:
            del body["yearly"]
        return body

    def table(self) -> ResultTable:
        """Rows that were checked singly have their position and a column for each label."""
        table = super().table()
        if self.time:
            return table
        labels = list(dict.fromkeys(name for anomaly in self.worst for name in anomaly.labels))[:_MOST_LABELS]
        return replace(
            table,
            columns=[
                ResultColumn("Row", "name", style="plain"),
                *(ResultColumn(label, "name") for label in labels),
                *table.columns[1:],
            ],
            rows=[
                [anomaly.row_number, *(anomaly.labels.get(label) for label in labels), *row[1:]]
                for anomaly, row in zip(self.worst, table.rows, strict=True)
            ],
        )
