"""A linear regression in a few lines."""

from typing import Annotated, Literal

from analytics.results.base import AnalysisResult, Result
from analytics.results.marks import DataColumn, Entries, Measure, Name, Prose


class RegressionTerm(Result, frozen=True):
    """A column of a linear regression, or a value of a category."""

    column: Annotated[str, DataColumn("Column")]
    """Column."""
    value: Annotated[str | None, Name("Value")] = None
    """For a category: the value that is compared with the reference."""
    reference: str | None = None
    """For a category: its most frequent value."""
    coefficient: Annotated[float, Measure("Coefficient", aggregate="coefficient")]
    """Change of the outcome for one more of the column, or for the value instead of the reference, all else equal."""
    standard_error: Annotated[float, Measure("Standard error", aggregate="standard_error", comparable=False)]
    """Standard error, robust to a spread that is not constant (HC3); in panels clustered by things such as firms."""
    p_value: Annotated[float, Measure("p", aggregate="p_value", style="p_value", comparable=False)]
    """p-value of the test that the coefficient is 0."""
    beta: Annotated[float, Measure("Standardized", aggregate="beta", style="coefficient", comparable=False)]
    """Coefficient in standard deviations of both columns."""
    vif: Annotated[float, Measure("Variance inflation", aggregate="vif", comparable=False)]
    """Variance inflation factor: above 10, other columns say nearly the same, and the coefficient is not sure."""


class Regression(AnalysisResult, frozen=True):
    """A number column by other columns: ordinary least squares."""

    kind: Literal["regression"] = "regression"
    outcome: Annotated[str, DataColumn(measured=True)]
    """Column that is explained."""
    terms: Annotated[list[RegressionTerm], Entries("terms")]
    """The terms, those of the largest standardized coefficient first."""
    intercept: Annotated[float, Measure(aggregate="intercept", comparable=False)]
    """Expected outcome where all numbers are 0 and all categories have their reference."""
    rows: Annotated[int, Measure(aggregate="count")]
    """Rows that have all values."""
    r_squared: Annotated[float, Measure(aggregate="share", comparable=False)]
    """Part of the outcome's variance that the terms explain, from 0 to 1."""
    adjusted_r_squared: Annotated[float, Measure(aggregate="adjusted_r_squared", comparable=False)]
    """The same, less what as many terms explain by chance."""
    p_value: Annotated[float, Measure(aggregate="p_value", style="p_value", comparable=False)]
    """p-value of the F-test that no term explains anything."""
    normal_p: Annotated[float | None, Measure(aggregate="normal_p", style="p_value", comparable=False)] = None
    """p-value of a test that the residuals are normal (Shapiro-Wilk, or D'Agostino-Pearson for more than 5,000)."""
    constant_spread_p: Annotated[float, Measure(aggregate="constant_spread_p", style="p_value", comparable=False)]
    """p-value of a test that the residuals' spread is constant (Breusch-Pagan)."""
    sampled_rows: int | None = None
    """Rows of the sample of a large table; null for all rows."""
    cautions: Annotated[list[str], Prose()]
    """Assumptions that do not hold, a sentence each."""
    method: Annotated[str, Prose()]
    """The method in a sentence."""
