"""A column by years, months, weekdays or hours."""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from analytics.results.base import AnalysisResult, Result
from analytics.results.marks import DataColumn, Entries, Internal, Measure, Name, Prose
from analytics.results.table import ResultTable

PeriodPart = Literal["year", "quarter", "month", "weekday", "month of the year", "hour"]
"""Ways to part a time: the first three follow each other, the others come again."""


class Period(Result, frozen=True):
    """One year, month, weekday or hour."""

    name: Annotated[str, Name("{part}")]
    """Such as 2013, 2013-02, Sunday, February or hour 18 (from 18:00 on)."""
    value: Annotated[float, Measure("Value", aggregate="{told_as}")]
    """Total, mean or number of rows; for what comes again, the average of its days or hours."""
    count: Annotated[int, Measure("Steps", aggregate="count")]
    """Rows; for what comes again, its days or hours that have rows."""


class Periods(AnalysisResult, frozen=True):
    """A column by periods: growth and trend of those that follow each other, a pattern of those that come again."""

    kind: Literal["periods"] = "periods"
    column: Annotated[str, DataColumn(measured=True)]
    """Column; `records` where rows are counted."""
    time: Annotated[str, DataColumn()]
    """Time column, or a column of years."""
    part: PeriodPart
    """Way to part the time."""
    aggregate: Literal["sum", "mean", "count"]
    """Aggregate of the rows of one period, or of one day or hour."""
    told_as: Annotated[Literal["sum", "mean", "count"], Internal()]
    """Aggregate that `value` is; for weekdays, months of the year and hours it is a mean of days or hours."""
    step: Literal["day", "hour"] | None = None
    """For what comes again, the steps that are averaged."""
    periods: Annotated[list[Period], Entries("periods")]
    """The periods in order, complete ones only."""
    incomplete: list[str]
    """Periods at the beginning or the end that are cut off, and left out."""
    thin: list[str] = Field(default_factory=list[str])
    """Periods at the ends left out of a mean, as they have few rows."""
    overall: Annotated[float | None, Measure(aggregate="mean")] = None
    """For what comes again, the average over all its days or hours."""
    growth: Annotated[float | None, Measure(aggregate="share", comparable=False)] = None
    """Change from the first to the last period as a part of the first; null where a value is not above 0."""
    average_growth: Annotated[float | None, Measure(aggregate="share", comparable=False)] = None
    """Growth in each period that would make up the growth from the first to the last."""
    slope: Annotated[float | None, Measure(aggregate="slope", comparable=False)] = None
    """Change from one period to the next: the median of the slopes of all pairs (Theil and Sen)."""
    p_value: Annotated[float | None, Measure(aggregate="p_value", style="p_value", comparable=False)] = None
    """p-value of the trend (Mann and Kendall), or of the differences between what comes again (Kruskal and Wallis)."""
    chance: Annotated[float | None, Measure(aggregate="p_value", style="p_value", comparable=False)] = None
    """For periods that follow each other, p-value of their differences; null where it cannot be tested."""
    effect_size: Annotated[float | None, Measure(aggregate="effect_size", comparable=False)] = None
    """Kendall's tau of the trend, or the share of the rank variance that the parts explain (epsilon squared)."""
    method: Annotated[str, Prose()]
    """Method and assumptions, in a sentence or two."""

    def table(self) -> ResultTable:
        """The periods under a heading that names what is measured, with growth and test in a note."""
        table, note = super().table(), self.method
        word = {"sum": "Total of ", "mean": "Mean of ", "count": "Number of "}[self.told_as]
        columns = [
            replace(column, heading=f"{word}{self.column}") if column.heading == "Value" else column
            for column in table.columns
        ]
        if self.incomplete:
            note = f"Left out as incomplete: {', '.join(self.incomplete)}. {note}"
        if self.thin:
            note = f"Left out for too few rows: {', '.join(self.thin)}. {note}"
        return replace(table, columns=columns, note=note)
