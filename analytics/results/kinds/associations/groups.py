"""A number column compared between the values of a category."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from analytics.results.base import AnalysisResult, Result
from analytics.results.marks import DataColumn, Entries, Measure, Name, Prose
from analytics.results.table import ResultTable


class Group(Result, frozen=True):
    """One group in a comparison."""

    name: Annotated[str, Name("{by}")]
    """Value of the grouping column."""
    count: Annotated[int, Measure("Rows", aggregate="count")]
    """Values in the group."""
    mean: Annotated[float, Measure("Mean", aggregate="mean")]
    """Arithmetic mean."""
    median: Annotated[float, Measure("Median", aggregate="median")]
    """Median."""
    total: Annotated[float | None, Measure("Total", aggregate="sum")]
    """Sum; null for what is never added up, such as a price."""


class GroupComparison(AnalysisResult, frozen=True):
    """A number column compared between the values of a category."""

    kind: Literal["groups"] = "groups"
    column: Annotated[str, DataColumn(measured=True)]
    """Number column compared."""
    by: Annotated[str, DataColumn()]
    """Grouping column."""
    sorted_by: Literal["mean", "median", "total"]
    """Sort key of the groups, highest first."""
    groups_in_all: int
    """Groups in the data; `groups` holds at most 30 of them."""
    groups: Annotated[list[Group], Entries("groups", in_all="groups_in_all")]
    """The groups, highest first."""
    overall_mean: Annotated[float, Measure(aggregate="mean")]
    """Mean over all rows."""
    test: Annotated[str, Prose()]
    """Name of the test for a difference between groups."""
    p_value: Annotated[float | None, Measure(aggregate="p_value", style="p_value", comparable=False)]
    """p-value of the test; null when it is not defined."""
    effect_size: Annotated[float | None, Measure(aggregate="effect_size", comparable=False)]
    """Share of the rank variance that the grouping explains (epsilon squared), from 0 to 1."""

    medians_sampled: bool = False
    """True where the medians are those of a sample of a large table."""

    def compact(self, room: int) -> dict[str, Any]:
        """The number of groups is only told when some are left out, and a sample when there is one."""
        body = super().compact(room)
        if not self.medians_sampled:
            body.pop("medians_sampled")
        if self.groups_in_all == len(self.groups):
            body.pop("groups_in_all")
        return body

    def table(self) -> ResultTable:
        """The groups, with the test in a note."""
        p_value = "not defined" if self.p_value is None else f"= {self.p_value:.3f}"
        p_value = "< 0.001" if self.p_value is not None and self.p_value < 0.001 else p_value
        effect = "" if self.effect_size is None else f", effect size {self.effect_size:.3f}"
        note = f"{self.test[:60]}: p {p_value}{effect}."
        if self.medians_sampled:
            note += " Medians are those of a sample of the rows."
        return replace(super().table(), note=note)
