"""Pairs of columns that go together, numbers and categories alike."""

from typing import Annotated, Literal

from analytics.results.base import AnalysisResult, Result
from analytics.results.marks import DataColumn, Entries, Internal, Measure, Name, Prose


class RelatedPair(Result, frozen=True):
    """Two columns that go together."""

    left: Annotated[str, DataColumn("Column")]
    """First column; of a number and a category, the number."""
    right: Annotated[str, DataColumn("With")]
    """Second column."""
    of: Literal["numbers", "groups", "categories"]
    """Kinds of the two: two numbers, a number by a category, two categories."""
    effect_size: Annotated[float, Measure("Effect", aggregate="effect_size", style="coefficient", comparable=False)]
    """From 0 to 1. Numbers: size of Spearman's rho. Groups: root of eta squared of the ranks. Categories: Cramér's V,
    corrected for bias."""
    p_value: Annotated[float, Measure("p (Holm)", aggregate="p_value", style="p_value", comparable=False)]
    """p-value, corrected for the number of pairs tested (Holm)."""
    test: Annotated[str, Prose()]
    """Name of the test."""
    count: Annotated[int, Measure("Rows", aggregate="count")]
    """Rows tested, which have a value in both."""
    left_value: Annotated[str | None, Name("Of")] = None
    """Categories: a value of the first column, ..."""
    right_value: Annotated[str | None, Name("Have")] = None
    """... and the value of the second that its rows have more often than others."""
    share: Annotated[float | None, Measure("Share there", aggregate="share")] = None
    """Share of that second value, from 0 to 1, in rows with the first that have a second value."""
    rows_there: Annotated[int | None, Measure("Rows there", aggregate="count")] = None
    """Rows with the first value that have a second value."""
    overall: Annotated[float | None, Measure("Share in all", aggregate="share")] = None
    """Share of the second value in all rows that have one."""


class Whole(Result, frozen=True):
    """A column that is the sum of others in each row."""

    column: str
    """The sum."""
    parts: list[str]
    """The columns that it adds up."""


class RelatedColumns(AnalysisResult, frozen=True):
    """Pairs of columns that go together, strongest first; negligible ones are left out."""

    kind: Literal["relations"] = "relations"
    pairs: Annotated[list[RelatedPair], Entries("pairs", in_all="related")]
    """The strongest pairs, at most 40."""
    related: int
    """Pairs that go together, more than chance and not negligibly."""
    tested: Annotated[int, Measure(aggregate="tested")]
    """Pairs tested."""
    wholes: Annotated[list[Whole], Internal()]
    """Columns that are sums of others; pairs of a sum and its part are left out."""
    sampled_rows: int | None = None
    """Rows of the sample that was tested; null for all rows. Shares are over all rows."""
    method: Annotated[str, Prose()]
    """The method in a sentence."""
