"""Patterns of missing values."""

from typing import Annotated, Literal

from analytics.results.base import AnalysisResult, Result
from analytics.results.marks import DataColumn, Entries, Measure, Name, Prose


class MissingPattern(Result, frozen=True):
    """Where the missing values of a column lie."""

    column: Annotated[str, DataColumn("Column", measured=True)]
    """Column with missing values."""
    pattern: Literal["together", "group", "before", "after"]
    """`together`: in the rows in which another column is missing, too. `group`: in one value of a category more than in
    the others. `before` and `after`: all values before, or after, a point in time."""
    other: Annotated[str, DataColumn("With")]
    """The other column, the category, or the time column."""
    value: Annotated[str | None, Name("Value")] = None
    """Value of the category; first moment with a value (`before`), or last (`after`), ISO 8601."""
    missing: Annotated[int, Measure("Missing", aggregate="missing")]
    """Missing values of the column in those rows."""
    rows: Annotated[int, Measure("Rows there", aggregate="count")]
    """Number of rows that the pattern is about."""
    share: Annotated[float, Measure("Share there", aggregate="share")]
    """Part of those rows in which the column is missing, from 0 to 1."""
    overall: Annotated[float, Measure("Share in all", aggregate="share")]
    """Part of all rows in which it is missing."""
    p_value: Annotated[float | None, Measure("p (Holm)", aggregate="p_value", style="p_value", comparable=False)] = None
    """Groups: p-value of the chi-square test, corrected for the number of pairs tested (Holm)."""


class MissingPatterns(AnalysisResult, frozen=True):
    """Columns that are missing together, in one group more than in others, or before or after a point in time."""

    kind: Literal["missing_patterns"] = "missing_patterns"
    patterns: Annotated[list[MissingPattern], Entries("patterns")]
    """The patterns, those that concern most values first, at most 12."""
    gaps: Annotated[int, Measure(aggregate="columns")]
    """Columns with missing values."""
    method: Annotated[str, Prose()]
    """The method in a sentence."""
