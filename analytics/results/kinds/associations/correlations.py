"""Pairs of number columns that move together."""

from dataclasses import replace
from typing import Annotated, Literal

from analytics.results.base import AnalysisResult, Result
from analytics.results.marks import DataColumn, Entries, Measure
from analytics.results.table import ResultTable


class Correlation(Result, frozen=True):
    """The rank correlation of two number columns."""

    left: Annotated[str, DataColumn("Column")]
    """First column."""
    right: Annotated[str, DataColumn("With")]
    """Second column."""
    coefficient: Annotated[float, Measure("Spearman's rho", aggregate="coefficient", style="coefficient")]
    """Spearman's rank correlation, from -1 to 1."""
    p_value: Annotated[float, Measure("p (Holm)", aggregate="p_value", style="p_value", comparable=False)]
    """Two-sided p-value, corrected for the number of pairs (Holm)."""
    pearson: Annotated[float | None, Measure("Pearson's r", aggregate="linear coefficient", style="coefficient")] = None
    """Pearson's correlation: of straight lines, and moved by single far values; null where it is not defined."""
    pearson_p_value: Annotated[float | None, Measure(aggregate="linear p_value", style="p_value", comparable=False)] = (
        None
    )
    """Its two-sided p-value, corrected for the number of pairs (Holm)."""
    count: Annotated[int, Measure("Rows", aggregate="count")]
    """Rows in which both have a value."""


class Correlations(AnalysisResult, frozen=True):
    """Pairs of number columns, strongest first."""

    kind: Literal["correlations"] = "correlations"
    method: Literal["spearman"] = "spearman"
    pairs_checked: Annotated[int, Measure(aggregate="pairs")]
    """Pairs compared."""
    pairs: Annotated[list[Correlation], Entries("pairs")]
    """The strongest pairs, at most 15."""

    sampled_rows: int | None = None
    """Rows of the sample that was compared; null for all rows."""

    def table(self) -> ResultTable:
        """The pairs, with a note on how many were compared."""
        of = f" in a sample of {self.sampled_rows:,} rows" if self.sampled_rows else ""
        note = f"{self.pairs_checked:,} pairs compared{of}."
        return replace(super().table(), note=note, complete=self.pairs_checked == len(self.pairs))
