"""Silences of a stream of rows."""

from datetime import datetime
from typing import Annotated, Literal

from analytics.results.base import AnalysisResult, Result
from analytics.results.marks import DataColumn, Entries, Measure, Moment, Prose


class Silence(Result, frozen=True):
    """A time without rows that is longer than the pace of the rows around it explains."""

    start: Annotated[datetime, Moment("Last before")]
    """Time of the last row before."""
    until: Annotated[datetime, Moment("First after")]
    """Time of the first row after."""
    expected: Annotated[float, Measure("Rows expected", aggregate="expected")]
    """Rows that usually come in such a time, by the weekday, the hour and the pace around it."""
    p_value: Annotated[float, Measure("p", aggregate="p_value", style="p_value", comparable=False)]
    """Probability that the stream shows a silence as long by chance."""


class Silences(AnalysisResult, frozen=True):
    """Times in which a stream of rows falls silent."""

    kind: Literal["silences"] = "silences"
    time: Annotated[str, DataColumn()]
    """Time column."""
    silences: Annotated[list[Silence], Entries("silences", in_all="in_all")]
    """Silences in which most rows were expected, at most 10."""
    in_all: Annotated[int, Measure(aggregate="silences")]
    """Number of silences."""
    checked: Annotated[int, Measure(aggregate="gaps")]
    """Gaps between two times that were checked."""
    method: Annotated[str, Prose()]
    """The method in a sentence."""
