"""Descriptive statistics of one number column."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from analytics.results.base import AnalysisResult, Result
from analytics.results.marks import DataColumn, Internal, Measure, Prose


class HistogramBin(Result, frozen=True):
    """One bar of a histogram."""

    low: float
    """Lower edge, included."""
    high: float
    """Upper edge, excluded but for the last bin."""
    count: int
    """Values in the bin."""


class Statistics(AnalysisResult, frozen=True):
    """Descriptive statistics of one number column."""

    kind: Literal["statistics"] = "statistics"
    column: Annotated[str, DataColumn(measured=True)]
    """Column name."""
    count: Annotated[int, Measure("Values", aggregate="count", part_of=("rows",))]
    """Values present."""
    missing: Annotated[int, Measure("Missing", aggregate="missing", part_of=("rows",))]
    """Rows without a value."""
    total: Annotated[float | None, Measure(aggregate="sum")]
    """Sum of the values; null for what is never added up, such as a price."""
    mean: Annotated[float, Measure("Mean", aggregate="mean")]
    """Arithmetic mean."""
    std: Annotated[float | None, Measure("Std", aggregate="std")]
    """Standard deviation (n - 1); null for a single value."""
    minimum: Annotated[float | None, Measure("Min", aggregate="minimum")]
    """Smallest value; null in private mode."""
    p05: Annotated[float, Measure("5 %", aggregate="p05")]
    """5th percentile."""
    p25: Annotated[float, Measure(aggregate="p25")]
    """25th percentile."""
    median: Annotated[float, Measure("Median", aggregate="median")]
    """50th percentile."""
    p75: Annotated[float, Measure(aggregate="p75")]
    """75th percentile."""
    p95: Annotated[float, Measure("95 %", aggregate="p95")]
    """95th percentile."""
    maximum: Annotated[float | None, Measure("Max", aggregate="maximum")]
    """Largest value; null in private mode."""
    above_p95: Annotated[int, Measure(aggregate="above_p95", part_of=("count",))]
    """Values larger than the 95th percentile; 0 where many rows share the largest one."""
    skewness: Annotated[float | None, Measure(aggregate="skewness", comparable=False)] = None
    """Sample skewness; null when it is not defined."""
    zeros: Annotated[int, Measure(aggregate="zeros", part_of=("count", "rows"))]
    """Values that are exactly 0."""
    normality_test: Annotated[str | None, Prose()] = None
    """Test of normality: Shapiro-Wilk, or D'Agostino-Pearson for more than 5,000 values."""
    normality_p: Annotated[
        float | None, Measure("p (normal)", aggregate="normality_p", style="p_value", comparable=False)
    ] = None
    """Its p-value: small for values that are not normally distributed; null for few values."""
    outliers_fence: Annotated[int | None, Measure(aggregate="outliers_fence", part_of=("count",))] = None
    """Values beyond 1.5 interquartile ranges from the quartiles."""
    outliers_z: Annotated[int | None, Measure(aggregate="outliers_z", part_of=("count",))] = None
    """Values more than 3 standard deviations from the mean."""
    gini: Annotated[float | None, Measure(aggregate="gini", comparable=False)] = None
    """Gini coefficient of amounts: 0 if all are equal, near 1 if one is the whole total."""
    largest_tenth: Annotated[int | None, Measure(aggregate="largest_tenth", part_of=("count",))] = None
    """Values of the largest tenth."""
    largest_tenth_share: Annotated[float | None, Measure(aggregate="share", comparable=False)] = None
    """Part of the total that the largest tenth of the values holds."""
    weighted_by: str | None = None
    """Column by which a price or a rate is weighted."""
    weighted_mean: Annotated[float | None, Measure(aggregate="weighted_mean")] = None
    """Mean in which each value counts as often as its weight says."""
    histogram: Annotated[list[HistogramBin], Internal()] = Field(default_factory=list[HistogramBin])
    """At most 20 bins over the whole range."""
    percentiles_sampled: bool = False
    """True where the median and the other percentiles are those of a sample of a large table."""

    def compact(self, room: int) -> dict[str, Any]:
        """A sample is only told when there is one, and nothing is told that is not defined."""
        body = {key: value for key, value in super().compact(room).items() if value is not None}
        if not self.percentiles_sampled:
            body.pop("percentiles_sampled")
        return body

    @property
    def rows(self) -> int:
        """Rows of the data set, with a value or without."""
        return self.count + self.missing

    def derived(self) -> Iterator[float]:
        """Rows, ranges, and how far the tail lies above the middle."""
        yield self.rows
        yield from (self.p75 - self.p25, self.mean - self.median)
        if self.minimum is not None and self.maximum is not None:
            yield self.maximum - self.minimum
        for high, low in (
            (self.maximum, self.mean),
            (self.maximum, self.median),
            (self.p95, self.median),
            (self.mean, self.median),
        ):
            if low and high is not None:
                yield high / low
