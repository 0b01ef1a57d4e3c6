"""A column of two values against every other column."""

from typing import Annotated, Literal

from analytics.results.base import AnalysisResult, Result
from analytics.results.marks import DataColumn, Entries, Measure, Name, Prose


class OutcomeColumn(Result, frozen=True):
    """A column that goes with the outcome."""

    column: Annotated[str, DataColumn("Column")]
    """The column."""
    effect_size: Annotated[float, Measure("Effect", aggregate="effect_size", style="coefficient", comparable=False)]
    """Categories: Cramér's V, bias-corrected, from 0 to 1. Numbers: rank-biserial correlation, from -1 to 1; positive
    if rows with the outcome have larger numbers; where they are cut in two, Cramér's V."""
    p_value: Annotated[float, Measure("p (Holm)", aggregate="p_value", style="p_value", comparable=False)]
    """p-value, corrected for the number of columns tested (Holm)."""
    test: Annotated[str, Prose()]
    """Name of the test."""
    highest: Annotated[str | None, Name("Highest in")] = None
    """Value with the largest share of the outcome, of those with at least 5 rows; null for numbers."""
    highest_share: Annotated[float | None, Measure("Share there", aggregate="share")] = None
    """Its share of rows with the outcome, from 0 to 1."""
    highest_rows: Annotated[int | None, Measure("Rows there", aggregate="count")] = None
    """Its rows."""
    lowest: Annotated[str | None, Name("Lowest in")] = None
    """Value with the smallest share."""
    lowest_share: Annotated[float | None, Measure("Share there (lowest)", aggregate="share")] = None
    """Its share."""
    lowest_rows: Annotated[int | None, Measure("Rows there (lowest)", aggregate="count")] = None
    """Its rows."""
    cut: Annotated[float | None, Measure(aggregate="cut", comparable=False)] = None
    """Numbers that are cut in two: the largest value of the lower part; `highest` and `lowest` are its parts."""
    like: Annotated[str | None, Name("Like")] = None
    """A column that parts the rows alike and is told in its place."""
    median_with: Annotated[float | None, Measure("Median with", aggregate="median")] = None
    """Numbers: median of the rows with the outcome."""
    median_without: Annotated[float | None, Measure("Median without", aggregate="median")] = None
    """Numbers: median of the other rows."""


class Outcome(AnalysisResult, frozen=True):
    """Columns that go with an outcome, by effect size; negligible ones are left out."""

    kind: Literal["outcome"] = "outcome"
    outcome: Annotated[str, DataColumn(measured=True)]
    """Column of the outcome."""
    value: str
    """Value that counts as the outcome, such as 1 or yes."""
    other: str
    """The other value."""
    rows: Annotated[int, Measure(aggregate="count")]
    """Rows that have an outcome or not."""
    happened: Annotated[int, Measure(aggregate="count", part_of=("rows",))]
    """Rows with the outcome."""
    share: Annotated[float, Measure(aggregate="share")]
    """Share of all rows with the outcome, from 0 to 1."""
    columns: Annotated[list[OutcomeColumn], Entries("columns", in_all="related")]
    """The columns with the largest effects, at most 12."""
    related: int
    """Columns whose relation is more than chance and not negligible."""
    tested: Annotated[int, Measure(aggregate="tested")]
    """Columns tested."""
    repeats: list[str]
    """Columns that tell the outcome in every row: copies or recodings of it."""
    method: Annotated[str, Prose()]
    """The method in a sentence."""
