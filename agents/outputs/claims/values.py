"""Claims about rows, groups and columns of a table."""

from typing import Literal

from pydantic import Field

from agents.outputs.claims.parts import Aggregate, ClaimPart, RowFilter
from analytics.results import Cell


class NumberClaim(ClaimPart):
    """A number of a statement: an aggregate over some rows, or its ratio to the same aggregate over other rows."""

    kind: Literal["number"] = "number"
    aggregate: Aggregate
    """The way in which the rows are put together."""
    column: str | None = None
    """Column that is put together; null for counts of rows."""
    where: list[RowFilter] = Field(default=[])
    """Conditions of the rows; none for all rows."""
    share_of: list[RowFilter] | None = None
    """For a share: conditions of the rows that are the whole; an empty list stands for all rows."""
    weight: str | None = None
    """Column by which a mean is weighted."""
    value: float
    """The number before rounding; a share from 0 to 1."""


class TopShareClaim(ClaimPart):
    """The part of a column's total that its largest values hold."""

    kind: Literal["top share"] = "top share"
    column: str
    """Column of the values."""
    largest: int
    """So many values, the largest ones."""
    value: float
    """Their part of the total, from 0 to 1, before rounding."""


class OrderClaim(ClaimPart):
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
    incomplete: list[str] = Field(default=[])
    """Periods at the ends of the data that are left out, since the data covers only a part of them."""


class CorrelationClaim(ClaimPart):
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


class AssociationClaim(ClaimPart):
    """Cramér's V of two categories, corrected for bias, over the rows that have both, without values of few rows."""

    kind: Literal["association"] = "association"
    left: str
    """First column."""
    right: str
    """Second column."""
    value: float
    """The coefficient, from 0 to 1, before rounding."""


class EqualityClaim(ClaimPart):
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


class ExpectedClaim(ClaimPart):
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


class ChangeClaim(ClaimPart):
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


class TogetherClaim(ClaimPart):
    """A row that is among those farthest from what is usual in several number columns together."""

    kind: Literal["together"] = "together"
    row_number: int
    """Number of the row, from 1."""
    columns: list[str]
    """Columns that were compared: by their ranks as normal scores, and Mahalanobis' distance."""
    among: int
    """The row is one of so many with the largest distance."""


class SpanClaim(ClaimPart):
    """The first and the last moment of a time column."""

    kind: Literal["span"] = "span"
    column: str
    """Time column."""
    first: str
    """Earliest moment, ISO 8601."""
    last: str
    """Latest moment, ISO 8601."""


class QueryClaim(ClaimPart):
    """Rows that a SQL statement over the table `data` returns.

    Every number of the statement is one of their cells, a ratio or difference of two, or stands in the SQL.
    """

    kind: Literal["query"] = "query"
    sql: str
    """The SELECT statement."""
    rows: list[list[Cell]]
    """Rows that it returns, at most the rows that a query may return."""
