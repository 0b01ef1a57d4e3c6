"""What the analysis functions return: small typed results that a model, a report and a stored file can all read.

Every result is a frozen Pydantic model with a `kind`, so that stored evidence is read back as the type it was. A result
never holds a column of the data set: it holds what was measured, at most a few dozen rows of it.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Cell = str | int | float | bool | datetime | None
"""One value of a table, as JSON can hold it."""

Role = Literal["number", "category", "text", "time", "boolean", "identifier"]
"""What a column is used for, whatever its storage type."""


class Result(BaseModel):
    """Base of all results."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True, extra="forbid")


class TopValue(Result):
    """A frequent value of a column."""

    value: str
    """The value as text, cut at 80 characters."""
    count: int
    """Rows with this value."""


class ColumnProfile(Result):
    """One column of a data set at a glance."""

    name: str
    """Column name."""
    role: Role
    """What the column is: number, category, text, time, boolean or identifier."""
    dtype: str
    """Storage type."""
    missing: int
    """Rows without a value."""
    distinct: int
    """Different values, missing ones not counted."""
    minimum: Cell = None
    """Smallest number or earliest time."""
    maximum: Cell = None
    """Largest number or latest time."""
    mean: float | None = None
    """Arithmetic mean of a number column."""
    median: float | None = None
    """Median of a number column."""
    std: float | None = None
    """Standard deviation (n - 1) of a number column."""
    placeholder: float | None = None
    """A number that repeats at the end of the range, far from all others: it may stand for a missing value."""
    top: list[TopValue] = []
    """Most frequent values of a category, text or boolean column, at most 5."""


class DatasetProfile(Result):
    """A data set at a glance: its size, period, columns and what to be careful about."""

    kind: Literal["profile"] = "profile"
    rows: int
    """Number of rows."""
    columns: list[ColumnProfile]
    """Every column."""
    duplicate_rows: int
    """Rows that repeat an earlier row in every column."""
    time_column: str | None = None
    """The column that orders the rows in time, if there is one."""
    period_start: datetime | None = None
    """Earliest time in `time_column`."""
    period_end: datetime | None = None
    """Latest time in `time_column`."""
    notes: list[str] = []
    """Data-quality notes, worst first: missing values, constant columns, duplicates, mixed types."""


class HistogramBin(Result):
    """One bar of a histogram."""

    low: float
    """Lower edge, included."""
    high: float
    """Upper edge, excluded but for the last bin."""
    count: int
    """Values in the bin."""


class Statistics(Result):
    """Descriptive statistics of one number column."""

    kind: Literal["statistics"] = "statistics"
    column: str
    """Column name."""
    count: int
    """Values present."""
    missing: int
    """Rows without a value."""
    total: float
    """Sum of the values."""
    mean: float
    """Arithmetic mean."""
    std: float | None
    """Standard deviation (n - 1); null for a single value."""
    minimum: float
    """Smallest value."""
    p05: float
    """5th percentile."""
    p25: float
    """25th percentile."""
    median: float
    """50th percentile."""
    p75: float
    """75th percentile."""
    p95: float
    """95th percentile."""
    maximum: float
    """Largest value."""
    above_p95: int
    """Values larger than the 95th percentile; 0 where many rows share the largest one."""
    skewness: float | None = None
    """Sample skewness; null when it is not defined."""
    zeros: int
    """Values that are exactly 0."""
    histogram: list[HistogramBin] = []
    """At most 20 bins over the whole range."""


class Anomaly(Result):
    """One flagged row, or one flagged point in time."""

    row: int | None = None
    """Position of the row (0-based) when single rows were checked."""
    time: datetime | None = None
    """Start of the point in time, when the column was checked over time."""
    until: datetime | None = None
    """First moment after the point in time."""
    count: int | None = None
    """Values that were put together at the point in time."""
    value: float
    """Observed value."""
    expected: float
    """Value the method expected here."""
    score: float
    """Robust z-score: distance from the expected value in units of the usual spread, with its sign."""
    labels: dict[str, Cell] = {}
    """A few other cells of the row, to recognise it by."""


class Anomalies(Result):
    """Unusual values of one column, worst first."""

    kind: Literal["anomalies"] = "anomalies"
    column: str
    """Column checked."""
    time: str | None = None
    """Time column, when the column was checked over time."""
    aggregate: Literal["sum", "mean"] | None = None
    """How rows of one point in time were put together; null when rows were checked singly."""
    step: str | None = None
    """Length of a point in time: day, hour, 10 minutes; null when rows were checked singly."""
    method: Literal["robust", "seasonal"]
    """robust: median and MAD of the whole column. seasonal: STL residuals, then median and MAD."""
    description: str
    """The method in one sentence, with period and threshold, for a report's reader."""
    threshold: float
    """Absolute score from which a value is flagged."""
    checked: int
    """Values or points in time checked."""
    flagged: int
    """Values or points in time flagged."""
    worst: list[Anomaly] = []
    """The flagged ones with the largest absolute score, worst first, at most 20."""


class Correlation(Result):
    """How two number columns move together."""

    left: str
    """First column."""
    right: str
    """Second column."""
    coefficient: float
    """Spearman's rank correlation, from -1 to 1."""
    p_value: float
    """Two-sided p-value, corrected for the number of pairs (Holm)."""
    count: int
    """Rows in which both have a value."""


class Correlations(Result):
    """Pairs of number columns, strongest first."""

    kind: Literal["correlations"] = "correlations"
    method: Literal["spearman"] = "spearman"
    pairs_checked: int
    """Pairs compared."""
    pairs: list[Correlation]
    """The strongest pairs, at most 15."""


class Group(Result):
    """One group in a comparison."""

    name: str
    """Value of the grouping column."""
    count: int
    """Values in the group."""
    mean: float
    """Arithmetic mean."""
    median: float
    """Median."""
    total: float
    """Sum."""


class GroupComparison(Result):
    """A number column compared between the values of a category."""

    kind: Literal["groups"] = "groups"
    column: str
    """Number column compared."""
    by: str
    """Grouping column."""
    sorted_by: Literal["mean", "median", "total"]
    """What the groups are sorted by, highest first."""
    groups_in_all: int
    """Groups in the data; `groups` holds at most 30 of them."""
    groups: list[Group]
    """The groups, highest first."""
    overall_mean: float
    """Mean over all rows."""
    test: str
    """Name of the test for a difference between groups."""
    p_value: float | None
    """p-value of the test; null when it is not defined."""
    effect_size: float | None
    """Share of the rank variance that the grouping explains (epsilon squared), from 0 to 1."""


class QueryResult(Result):
    """Rows that a SQL query returned."""

    kind: Literal["query"] = "query"
    sql: str
    """The statement as it was run."""
    columns: list[str]
    """Column names."""
    rows: list[list[Cell]]
    """Rows, at most `row_limit`."""
    truncated: bool
    """Whether the query had more rows than `row_limit`."""
    row_limit: int
    """Most rows returned."""


AnalysisResult = Annotated[
    DatasetProfile | Statistics | Anomalies | Correlations | GroupComparison | QueryResult, Field(discriminator="kind")
]
"""Any result, told apart by `kind`."""
