"""Claims: what a statement says, in a form that anyone with the data can compute again."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from analytics.results import Cell


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True, extra="forbid")


class RowFilter(_Part):
    """A condition that the rows of a claim fulfil."""

    row_number: int | None = None
    """Number of the only row, from 1."""
    column: str | None = None
    """Column that the condition is about; null for a row by its number."""
    equals: Cell = None
    """The value that the column has, as text, number or truth value."""
    start: str | None = None
    """First moment, ISO 8601, of a time column; included."""
    end: str | None = None
    """First moment after the last, ISO 8601, of a time column; excluded."""
    above: float | None = None
    """Bound that a number column exceeds."""
    at_most: float | None = None
    """Bound that a number column does not exceed."""
    missing: bool = False
    """True if the column has no value."""


Aggregate = Literal[
    "rows",
    "columns",
    "values",
    "missing",
    "repeated",
    "distinct",
    "sum",
    "mean",
    "median",
    "minimum",
    "maximum",
]
"""Ways to put rows together to one number. `rows` and `columns` count those, `values` counts rows with a value,
`missing` those without one, `repeated` those that equal an earlier row in every column, `distinct` counts different
values."""


class NumberClaim(_Part):
    """A number of a statement: an aggregate over some rows, or its ratio to the same aggregate over other rows."""

    kind: Literal["number"] = "number"
    aggregate: Aggregate
    """The way in which the rows are put together."""
    column: str | None = None
    """Column that is put together; null for counts of rows."""
    where: list[RowFilter] = []
    """Conditions of the rows; none for all rows."""
    share_of: list[RowFilter] | None = None
    """For a share: conditions of the rows that are the whole; an empty list stands for all rows."""
    weight: str | None = None
    """Column by which a mean is weighted."""
    value: float
    """The number before rounding; a share from 0 to 1."""


class TopShareClaim(_Part):
    """The part of a column's total that its largest values hold."""

    kind: Literal["top share"] = "top share"
    column: str
    """Column of the values."""
    largest: int
    """So many values, the largest ones."""
    value: float
    """Their part of the total, from 0 to 1, before rounding."""


class OrderClaim(_Part):
    """The groups or periods with the highest and the lowest aggregate."""

    kind: Literal["order"] = "order"
    aggregate: Literal["sum", "mean"]
    """The way in which the rows of a group are put together."""
    column: str
    """Column that is put together."""
    by: str
    """Column that names the groups, or the time column for periods."""
    unit: Literal["month", "year"] | None = None
    """Length of a period; null for groups."""
    among: list[str]
    """The groups or periods that are compared: enough rows, complete."""
    highest: list[str]
    """The first ones, highest first."""
    lowest: list[str]
    """The last one, or all that share the lowest value."""
    values: dict[str, float]
    """The aggregate of each that is named, before rounding."""


class TrendClaim(_Part):
    """A measure that rose or fell from each period to the next."""

    kind: Literal["trend"] = "trend"
    aggregate: Literal["sum", "mean"]
    """The way in which the rows of a period are put together."""
    column: str
    """Column that is put together."""
    time: str
    """Time column."""
    unit: Literal["month", "year"]
    """Length of a period."""
    periods: list[str]
    """The periods, one after the other without a gap, such as 2013-02."""
    direction: Literal["rose", "fell"]
    """Direction of every step from one period to the next."""
    values: dict[str, float]
    """The aggregate of the first and the last period, before rounding."""


class GrowthClaim(_Part):
    """A column that grew or fell from one complete year to another."""

    kind: Literal["growth"] = "growth"
    aggregate: Literal["sum", "mean", "count"]
    """The way in which the rows of a year are put together."""
    column: str | None = None
    """Column that is put together; null for a count of rows."""
    time: str
    """Time column, or a column of years."""
    first: str
    """First year."""
    last: str
    """Last year."""
    was: float
    """The aggregate of the first year, before rounding."""
    value: float
    """The aggregate of the last year, before rounding."""
    growth: float
    """The change as a part of the first value, with its sign."""
    average: float
    """Growth in each year that would make up that change."""
    incomplete: list[str] = []
    """Years at the ends that are left out."""


class PatternClaim(_Part):
    """The weekday, month of the year or hour in which days or hours of a column are highest and lowest on average."""

    kind: Literal["pattern"] = "pattern"
    aggregate: Literal["sum", "mean", "count"]
    """The way in which the rows of a day (for hours: of an hour) are put together."""
    column: str | None = None
    """Column that is put together; null for a count of rows."""
    time: str
    """Time column."""
    part: str
    """`weekday`, `month of the year` or `hour`. Where times are finer, the first and the last step are left out."""
    highest: str
    """Name of the highest part."""
    lowest: str | None
    """Name of the lowest part; null where several share the place."""
    values: dict[str, float]
    """Average of the days or hours of each, before rounding."""
    overall: float
    """Average of all days or hours, before rounding."""


class CorrelationClaim(_Part):
    """Spearman's rank correlation of two columns, over the rows that have both."""

    kind: Literal["correlation"] = "correlation"
    left: str
    """First column."""
    right: str
    """Second column."""
    value: float
    """The coefficient, from -1 to 1, before rounding."""
    rows: int
    """Rows that have both values."""


class AssociationClaim(_Part):
    """Cramér's V of two categories, corrected for bias, over the rows that have both, without values of few rows."""

    kind: Literal["association"] = "association"
    left: str
    """First column."""
    right: str
    """Second column."""
    value: float
    """The coefficient, from 0 to 1, before rounding."""


class EqualityClaim(_Part):
    """Groups whose aggregates are equal at the precision at which they are written."""

    kind: Literal["equal"] = "equal"
    aggregate: Literal["sum", "mean"]
    """The way in which the rows of a group are put together."""
    column: str
    """Column that is put together."""
    by: str
    """Column that names the groups."""
    among: list[str]
    """The groups."""
    value: float
    """Their common value."""


class ExpectedClaim(_Part):
    """A value that is far from what was expected of it, and what that was."""

    kind: Literal["expected"] = "expected"
    aggregate: Literal["sum", "mean"]
    """The way in which the rows of a point in time are put together; `sum` for a single row."""
    column: str
    """Column of the value."""
    where: list[RowFilter]
    """Rows that the value is made of."""
    value: float
    """The value, before rounding."""
    expected: float
    """The median of the column for single rows; over time, what trend and season make likely."""
    direction: Literal["above", "below"]
    """Side on which the value is."""


class ChangeClaim(_Part):
    """The relative change of an aggregate from some rows to others."""

    kind: Literal["change"] = "change"
    aggregate: Literal["sum", "mean"]
    """The way in which the rows are put together."""
    column: str
    """Column that is put together."""
    before: list[RowFilter]
    """Conditions of the rows that come first."""
    after: list[RowFilter]
    """Conditions of the rows that come after."""
    value: float
    """The change as a part of the first value, with its sign."""


class LevelClaim(_Part):
    """A new level of a measure over time: what a point in time comes to on average, before and after."""

    kind: Literal["level"] = "level"
    aggregate: Literal["sum", "mean"]
    """`sum`: the average over points in time of the sums of their rows; `mean`: the mean of the rows."""
    column: str
    """Column that is put together."""
    step: str
    """Length of a point in time, such as day, month or 10 minutes."""
    before: list[RowFilter]
    """Conditions of the rows of the level before."""
    after: list[RowFilter]
    """Conditions of the rows of the new level."""
    was: float
    """The average before, before rounding."""
    value: float
    """The average on the new level, before rounding."""


class TogetherClaim(_Part):
    """A row that is among those farthest from what is usual in several number columns together."""

    kind: Literal["together"] = "together"
    row_number: int
    """Number of the row, from 1."""
    columns: list[str]
    """Columns that were compared: by their ranks as normal scores, and Mahalanobis' distance."""
    among: int
    """The row is one of so many with the largest distance."""


class SpanClaim(_Part):
    """The first and the last moment of a time column."""

    kind: Literal["span"] = "span"
    column: str
    """Time column."""
    first: str
    """Earliest moment, ISO 8601."""
    last: str
    """Latest moment, ISO 8601."""


class QueryClaim(_Part):
    """Rows that a SQL statement over the table `data` returns.

    Every number of the statement is one of their cells, a ratio or difference of two, or stands in the SQL.
    """

    kind: Literal["query"] = "query"
    sql: str
    """The SELECT statement."""
    rows: list[list[Cell]]
    """Rows that it returns, at most the rows that a query may return."""


Claim = (
    QueryClaim
    | NumberClaim
    | TopShareClaim
    | OrderClaim
    | TrendClaim
    | GrowthClaim
    | PatternClaim
    | CorrelationClaim
    | AssociationClaim
    | EqualityClaim
    | ExpectedClaim
    | ChangeClaim
    | LevelClaim
    | TogetherClaim
    | SpanClaim
)
"""Any claim, told apart by `kind`."""
