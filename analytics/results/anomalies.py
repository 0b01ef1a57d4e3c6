"""Unusual values of one column."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from analytics.results.base import AnalysisResult, Result
from analytics.results.marks import DataColumn, Entries, Internal, Measure, Moment, Prose
from analytics.results.table import Cell, ResultColumn, ResultTable

_MOST_LABELS = 4
"""Columns of a table for cells that recognise a row."""


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


class Anomalies(AnalysisResult, frozen=True):
    """Unusual values of one column, worst first."""

    kind: Literal["anomalies"] = "anomalies"
    column: Annotated[str, DataColumn(measured=True)]
    """Column checked."""
    time: str | None = None
    """Time column, when the column was checked over time."""
    aggregate: Literal["sum", "mean"] | None = None
    """Aggregate of the rows of one point in time; null when rows were checked singly."""
    step: str | None = None
    """Length of a point in time: day, hour, 10 minutes; null when rows were checked singly."""
    method: Literal["robust", "seasonal"]
    """robust: median and MAD of the whole column. seasonal: STL residuals, then median and MAD."""
    description: Annotated[str, Prose()]
    """The method in one sentence, with period and threshold, for a report's reader."""
    threshold: float
    """Absolute score from which a value is flagged."""
    checked: Annotated[int, Measure(aggregate="checked")]
    """Values or points in time checked."""
    flagged: Annotated[int, Measure(aggregate="flagged", part_of=("checked",))]
    """Values or points in time flagged."""
    worst: Annotated[list[Anomaly], Entries("flagged", in_all="flagged")] = Field(default_factory=list[Anomaly])
    """The flagged ones with the largest absolute score, worst first, at most 20."""

    def compact(self, room: int) -> dict[str, Any]:
        """Points in time are recognised by their time, so they go without labels."""
        short = self
        if self.time:
            worst = [anomaly.model_copy(update={"labels": {}}) for anomaly in self.worst]
            short = self.model_copy(update={"worst": worst})
        body = super(Anomalies, short).compact(room)
        for anomaly in body["worst"]:
            if not anomaly["labels"]:
                del anomaly["labels"]
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
