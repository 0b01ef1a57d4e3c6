"""Claims about a measure over time."""

from typing import Literal

from pydantic import Field

from agents.outputs.claims.parts import ClaimPart, RowFilter


class TrendClaim(ClaimPart):
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


class GrowthClaim(ClaimPart):
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
    incomplete: list[str] = Field(default=[])
    """Years at the ends that are left out."""
    thin: list[str] = Field(default=[])
    """Years at the ends with too few rows for their mean to be compared."""
    counts: list[int] = Field(default=[])
    """Values of the first and the last year, where their numbers are told."""


class PatternClaim(ClaimPart):
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


class LevelClaim(ClaimPart):
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


class YearlyClaim(ClaimPart):
    """Days of the year on which the days of a column are on one side of what is usual, in every year."""

    kind: Literal["yearly"] = "yearly"
    aggregate: Literal["sum", "mean"]
    """The way in which the rows of a day are put together."""
    column: str
    """Column that is put together."""
    time: str
    """Time column."""
    days: str
    """The days, such as 24\u201326 December, Easter Monday or the fourth Thursday in November."""
    where: list[RowFilter]
    """These days in each year that has them."""
    weeks: int
    """Weeks before and after, whose same weekdays say what is usual."""
    value: float
    """Average of these days, before rounding."""
    usual: float
    """Average of the same weekdays in the weeks before and after, before rounding."""
    direction: Literal["above", "below"]
    """Side of what is usual on which these days are in every year."""
