"""Kinds of results of one's own, which only their marks describe."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Literal

from analytics.results import AnalysisResult, Result
from analytics.results.marks import DataColumn, Entries, Measure, Moment, Name


class Wait(Result, frozen=True):
    """Waiting times of one desk."""

    desk: Annotated[str, Name("Desk")]
    column: Annotated[str, DataColumn("About")]
    opened: Annotated[datetime | None, Moment("Opened")]
    year: Annotated[str, Name("Year")]
    minutes: Annotated[float | None, Measure("", aggregate="mean")]
    people: Annotated[int, Measure("People", aggregate="count")]
    longest: Annotated[float, Measure("Longest", aggregate="p95")]


class Waits(AnalysisResult, frozen=True):
    """A kind of result of one's own."""

    kind: Literal["test waits"] = "test waits"
    about: Annotated[str, DataColumn(measured=True)]
    waits: Annotated[list[Wait], Entries("desk waits", in_all="desks")]
    desks: int
    overall: Annotated[float, Measure("", aggregate="maximum")]
    spread: Annotated[float | None, Measure("Spread", aggregate="std")] = None

    def derived(self) -> Iterator[float]:
        """A difference that a sentence may state."""
        yield self.overall - 1


class Untold(AnalysisResult, frozen=True):
    """One without a column that it is about."""

    kind: Literal["test untold"] = "test untold"
    figure: Annotated[float, Measure("Total delay", aggregate="sum")]
