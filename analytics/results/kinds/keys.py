"""Columns that tell rows apart."""

from typing import Annotated, Literal

from pydantic import Field

from analytics.results.base import AnalysisResult, Result
from analytics.results.marks import DataColumn, Entries, Measure, Prose


class SharedKey(Result, frozen=True):
    """Rows that have the same value of a key, though nearly every row has its own."""

    rows: list[int]
    """Numbers of the first such rows, from 1; at least two, at most five."""
    count: int
    """Number of all of them."""


class Key(Result, frozen=True):
    """A column, or a pair of columns, of which every row, or nearly every one, has a value of its own."""

    column: Annotated[str, DataColumn("Column")]
    """Column."""
    other: Annotated[str | None, DataColumn("With")] = None
    """For a pair: the second column."""
    rows: Annotated[int, Measure("Rows", aggregate="count")]
    """Rows with a value."""
    shared: Annotated[int, Measure("Rows that share it", aggregate="count", part_of=("rows",))]
    """Rows whose value another row has, too; 0 for a key."""
    examples: list[SharedKey] = Field(default_factory=list[SharedKey])
    """The first values that several rows share, at most 3."""


class Keys(AnalysisResult, frozen=True):
    """Columns and pairs that identify the rows, or nearly do."""

    kind: Literal["keys"] = "keys"
    candidates: Annotated[list[Key], Entries("keys")]
    """Keys first, then what is nearly one."""
    method: Annotated[str, Prose()]
    """The method in a sentence."""
