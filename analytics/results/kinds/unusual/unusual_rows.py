"""Rows that are unusual in several columns together."""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from analytics.results.base import AnalysisResult, Result
from analytics.results.marks import DataColumn, Entries, Measure, Prose
from analytics.results.table import Cell, ResultColumn, ResultTable


class UnusualValue(Result, frozen=True):
    """A value that makes its row unusual, together with others."""

    column: Annotated[str, DataColumn()]
    """Its column."""
    value: Annotated[float, Measure()]
    """The value."""
    usual: Annotated[float, Measure(aggregate="median")]
    """Median of the column."""


class UnusualRow(Result, frozen=True):
    """A row that is unusual in several columns together."""

    row_number: int | None
    """Number of the row, from 1 and without the header; null for a row of a sample."""
    values: list[UnusualValue]
    """The values that make it unusual, most of all first, two or three."""
    p_value: Annotated[float, Measure("p", aggregate="p_value", style="p_value", comparable=False)]
    """Probability that a table like this one shows a row as unusual by chance."""
    labels: dict[str, Cell] = Field(default_factory=dict[str, Cell])
    """A few other cells of the row, to recognise it by."""


class UnusualRows(AnalysisResult, frozen=True):
    """Rows that are unusual in several number columns together, least likely first."""

    kind: Literal["unusual_rows"] = "unusual_rows"
    columns: list[str]
    """Number columns that were compared."""
    checked: Annotated[int, Measure(aggregate="checked")]
    """Rows checked."""
    flagged: Annotated[int, Measure(aggregate="flagged", part_of=("checked",))]
    """Rows flagged."""
    rows: Annotated[list[UnusualRow], Entries("flagged", in_all="flagged")] = Field(default_factory=list[UnusualRow])
    """The least likely ones, at most 10."""
    sampled_rows: int | None = None
    """Rows of the sample that was checked; null for all rows."""
    method: Annotated[str, Prose()]
    """The method in a sentence."""

    def table(self) -> ResultTable:
        """A line for each row with its values and what is usual."""
        return replace(
            super().table(),
            columns=[
                ResultColumn("Row", "name", style="plain"),
                ResultColumn("Values", "name"),
                ResultColumn("Usual", "name"),
            ],
            rows=[
                [
                    row.row_number,
                    ", ".join(f"{each.column} {each.value:g}" for each in row.values),
                    ", ".join(f"{each.column} {each.usual:g}" for each in row.values),
                ]
                for row in self.rows
            ],
        )
