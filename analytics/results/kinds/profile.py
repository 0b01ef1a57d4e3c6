"""A data set at a glance."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from analytics.results.base import AnalysisResult, Result
from analytics.results.marks import DataColumn, Entries, Internal, Measure, Prose
from analytics.results.short_form import rounded
from analytics.results.table import Cell

Role = Literal["number", "category", "text", "time", "boolean", "identifier"]
"""Use of a column, whatever its storage type."""
Quantity = Literal[
    "amount", "count", "price", "temperature", "rate", "percentage", "ordinal", "latitude", "longitude", "coordinate"
]
"""Kind of what a column measures. Amounts and counts add up; `ordinal` is a step of a scale, whose order counts;
`coordinate` is a place in a grid of a map, such as an easting."""
RoleOrQuantity = Literal[Role, Quantity]
"""Word that a user may give as the role of a column."""

_MOST_NOTES = 10
_LONGEST_NOTE = 200
_LONGEST_NAME = 80
_ROOM_FOR_THE_REST = 1_000
"""Characters for all of the short form but its columns and notes."""
_LAST = datetime(9999, 12, 31, 23, 59, 59)  # noqa: DTZ001 - clock time, as the data has it
"""Last second that Python's dates can tell."""


class TopValue(Result, frozen=True):
    """A frequent value of a column."""

    value: str
    """The value as text, cut at 80 characters."""
    count: Annotated[int, Measure(aggregate="count", part_of=("rows",))]
    """Rows with this value."""


class ColumnProfile(Result, frozen=True):
    """One column of a data set at a glance."""

    name: Annotated[str, DataColumn("Column", measured=True)]
    """Column name."""
    role: Role
    """Use of the column: number, category, text, time, boolean or identifier."""
    reason: str = ""
    """Reason for role and quantity."""
    quantity: Quantity | None = None
    """Kind of what it measures, such as price or count; null where nothing is known."""
    order: list[str] = Field(default_factory=list[str])
    """Values of an ordinal column, lowest first."""
    dtype: str
    """Storage type."""
    missing: Annotated[int, Measure("Missing", aggregate="missing", part_of=("rows",))]
    """Rows without a value."""
    distinct: Annotated[int, Measure("Distinct", aggregate="distinct", part_of=("rows",))]
    """Different values, missing ones not counted."""
    minimum: Cell = None
    """Smallest number or earliest time."""
    maximum: Cell = None
    """Largest number or latest time."""
    mean: Annotated[float | None, Measure("Mean", aggregate="mean")] = None
    """Arithmetic mean of a number column."""
    median: Annotated[float | None, Measure("Median", aggregate="median")] = None
    """Median of a number column."""
    std: Annotated[float | None, Measure("Std", aggregate="std")] = None
    """Standard deviation (n - 1) of a number column."""
    placeholder: float | None = None
    """A number that repeats at the end of the range, far from all others: it may stand for a missing value."""
    top: list[TopValue] = Field(default_factory=list[TopValue])
    """Most frequent values of a category, text or boolean column, at most 5."""
    unit: str = ""
    """Unit of its numbers, as the user's hints name it."""
    aggregate: Literal["sum", "mean"] | None = None
    """Way to put its rows together, as the hints say; `mean` for what is never summed."""
    outcome: bool = False
    """The hints name it as what other columns may explain."""
    synonyms: list[str] = Field(default_factory=list[str])
    """Other names of it, by the hints."""
    description: str = ""
    """Content of the column, by the hints."""
    told_apart_by: str = ""
    """Column that tells apart the measures that this one holds: a mean over all rows of it says nothing."""
    approximate: list[Literal["distinct", "median"]] = Field(default_factory=list[Literal["distinct", "median"]])
    """Figures of a large table that are estimates: `distinct` by a part of the values, `median` by a sample of rows."""

    @property
    def adds_up(self) -> bool | None:
        """Tell whether rows add up, by the hints or the quantity; None where nothing is known."""
        if self.aggregate is not None or self.quantity is None:
            return None if self.aggregate is None else self.aggregate == "sum"
        return self.quantity in ("amount", "count")


class Repeat(Result, frozen=True):
    """A column that follows from another one, row for row."""

    column: str
    """The column that says nothing new."""
    of: str
    """The column that it follows from."""
    how: Literal["copy", "recoding", "coarser"]
    """`copy`: the same values. `recoding`: one value for each value of the other. `coarser`: fewer values than it."""


class DatasetProfile(AnalysisResult, frozen=True):
    """A data set at a glance: its size, period, columns and what to be careful about."""

    kind: Literal["profile"] = "profile"
    rows: Annotated[int, Measure(aggregate="count")]
    """Number of rows."""
    columns: Annotated[list[ColumnProfile], Entries("columns")]
    """Every column."""
    duplicate_rows: Annotated[int, Measure(aggregate="count", part_of=("rows",))]
    """Rows that repeat an earlier row in every column."""
    duplicates_estimated: bool = False
    """True where `duplicate_rows` is an estimate by a part of a large table."""
    time_column: str | None = None
    """The column that orders the rows in time, if there is one."""
    period_start: datetime | None = None
    """Earliest time in `time_column`."""
    period_end: datetime | None = None
    """Latest time in `time_column`."""
    grain: str = ""
    """Meaning of one row, as the user's hints say."""
    fiscal_year_start: int = 1
    """First month of the fiscal year, as the hints say."""
    glossary: dict[str, str] = Field(default_factory=dict[str, str])
    """Terms of the hints and what they mean."""
    repeats: Annotated[list[Repeat], Internal()] = Field(default_factory=list[Repeat])
    """Columns that follow from another one; the notes say which."""
    notes: Annotated[list[str], Prose()] = Field(default_factory=list[str])
    """Data-quality notes, worst first: missing values, constant columns, duplicates, mixed types."""

    def compact(self, room: int) -> dict[str, Any]:
        """Size, period and notes, and one line for each column.

        Small models read a line more easily than nested objects. Wide tables get shorter lines, and where even names
        do not fit, the last columns are left out.
        """
        body = self.model_dump(mode="json", include={"rows", "duplicate_rows"})
        if self.duplicates_estimated:
            body["duplicate_rows"] = f"about {self.duplicate_rows}"
        body["columns_in_all"] = len(self.columns)
        if self.time_column:
            body["time_column"] = self.time_column
            body["period"] = f"{self.period_start} to {self.period_end}"
            if partial := sorted(self.partial_periods("month")):
                body["incomplete_months"] = partial
        body |= self._hinted()
        body["notes"] = [_short(note, _LONGEST_NOTE) for note in self.notes[:_MOST_NOTES]]
        left = (
            room
            - _ROOM_FOR_THE_REST
            - sum(map(len, body["notes"]))
            - len(json.dumps(self._hinted(), ensure_ascii=False))
        )
        columns: list[str] = []
        for line in (_full_line, _line, _name):
            columns = _fitting(map(line, self.columns), left)
            if len(columns) == len(self.columns):
                break
        else:
            body["not_shown"] = len(self.columns) - len(columns)
        body["columns"] = columns
        return body

    def _hinted(self) -> dict[str, Any]:
        """Return what the hints say of the whole table, in few words."""
        body: dict[str, Any] = {}
        if self.grain:
            body["one_row_is"] = _short(self.grain, _LONGEST_NOTE)
        if self.fiscal_year_start != 1:
            body["fiscal_year_starts_in_month"] = self.fiscal_year_start
        if self.glossary:
            terms = list(self.glossary.items())[:_MOST_NOTES]
            body["glossary"] = {_short(term, _LONGEST_NAME): _short(text, _LONGEST_NOTE) for term, text in terms}
        return body

    def partial_periods(self, unit: Literal["month", "year"]) -> set[str]:
        """The first and the last month or year of the data, where the data begins later or ends earlier than it.

        One usual distance between two points in time may be missing at either end, or a day of a month, three of a
        year.
        """
        times = next((each.distinct for each in self.columns if each.name == self.time_column), 0)
        if self.period_start is None or self.period_end is None or times < 2:
            return set()
        start, end = self.period_start.replace(tzinfo=None), self.period_end.replace(tzinfo=None)
        usual = (end - start) / (times - 1)
        slack = max(1.5 * usual, timedelta(days=1 if unit == "month" else 3))
        form = "%Y-%m" if unit == "month" else "%Y"
        found: set[str] = set()
        if start - _first_moment(start, unit) > slack:
            found.add(start.strftime(form))
        if _first_moment_after(end, unit) - end > slack:
            found.add(end.strftime(form))
        return found

    def derived(self) -> Iterator[float]:
        """Columns of each role, columns and cells with gaps, and the length of the period in days and months."""
        roles = [column.role for column in self.columns]
        yield from (roles.count(role) for role in set(roles))
        yield sum(column.missing > 0 for column in self.columns)
        yield sum(column.missing for column in self.columns)
        if self.period_start and self.period_end:
            days = (self.period_end - self.period_start).days
            months = 12 * (self.period_end.year - self.period_start.year)
            months += self.period_end.month - self.period_start.month
            yield from (days, days + 1, months, months + 1)


def _fitting(lines: Iterable[str], room: int) -> list[str]:
    """The first lines that there is room for."""
    found: list[str] = []
    for line in lines:
        room -= len(line) + 4  # quotes, comma and space of each in JSON
        if room < 0:
            break
        found.append(line)
    return found


def _full_line(column: ColumnProfile) -> str:
    parts = [_line(column)]
    if column.description:
        parts.append(f"holds {_quoted(column.description)}")
    if column.synonyms:
        parts.append("also called " + ", ".join(map(_quoted, column.synonyms[:5])))
    if column.median is not None:
        about = "about " if "median" in column.approximate else ""
        parts.append(f"median {about}{_plain(column.median)}")
    if column.std is not None:
        parts.append(f"standard deviation {_plain(column.std)}")
    if column.top:
        parts.append("most frequent " + ", ".join(f"{_quoted(top.value)} {top.count}" for top in column.top))
    return ", ".join(parts)


def _line(column: ColumnProfile) -> str:
    parts = [_name(column)]
    if column.missing:
        parts.append(f"{column.missing} missing")
    if column.minimum is not None and column.maximum is not None:
        parts.append(f"{_plain(column.minimum)} to {_plain(column.maximum)}")
    if column.mean is not None:
        parts.append(f"mean {_plain(column.mean)}")
    if column.role in {"category", "text", "identifier", "boolean"}:
        about = "about " if "distinct" in column.approximate else ""
        parts.append(f"{about}{column.distinct} different values")
    return ", ".join(parts)


def _name(column: ColumnProfile) -> str:
    said = [column.quantity or column.role, *([f"in {_short(column.unit, _LONGEST_NAME)}"] if column.unit else [])]
    said += ["never summed"] if column.adds_up is False else ["may be summed"] if column.adds_up else []
    said += ["outcome"] if column.outcome else []
    return f"{_quoted(column.name)} ({', '.join(said)})"


def _quoted(text: str) -> str:
    # Quotes mark the beginning and the end of text from the data.
    return json.dumps(_short(text, _LONGEST_NAME), ensure_ascii=False)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _plain(value: object) -> str:
    return str(rounded(value)) if isinstance(value, float) else str(value)


def _first_moment(time: datetime, unit: str) -> datetime:
    return datetime(time.year, time.month if unit == "month" else 1, 1)  # noqa: DTZ001 - clock time, as the data has it


def _first_moment_after(time: datetime, unit: str) -> datetime:
    start, longest = _first_moment(time, unit), timedelta(days=32 if unit == "month" else 367)
    # After the last month that there is comes none: 9999-12-31 is a common placeholder.
    return _first_moment(start + longest, unit) if start < _LAST - longest else _LAST
