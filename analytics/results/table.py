"""A result as one table: what every reader of results understands without knowing the kind of result."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from analytics.results.marks import DataColumn, Entries, Internal, Measure, Moment, Name, Prose, Style, mark_of, marked

Cell = str | int | float | bool | datetime | None
"""One value of a table, as JSON can hold it."""

ColumnRole = Literal["name", "data column", "time", "measure", "cell"]
"""Meaning of a column's cells; each cell of a `cell` column is judged by itself."""


@dataclass(frozen=True)
class ResultColumn:
    """One column of a result's table.

    Attributes:
        heading: Heading for a reader; empty if a report leaves the column out.
        role: What its cells are.
        measure: Column of the data set, or of a query, that the numbers measure.
        aggregate: What was done with the values, such as mean; empty for single values.
        style: How its numbers are printed.
        comparable: Whether differences and sums of its numbers say anything.
    """

    heading: str
    role: ColumnRole
    measure: str = ""
    aggregate: str = ""
    style: Style = "number"
    comparable: bool = True


@dataclass(frozen=True)
class ResultTable:
    """The entries of a result as rows.

    Attributes:
        columns: What each cell of a row is.
        rows: Cells, one row an entry, in the order of the result.
        in_all: Number of entries, as far as it is known; more than `len(rows)` when the result holds only some.
        noun: Plural word for the entries.
        note: One sentence that belongs below the table.
        complete: True if the rows are all entries that exist.
    """

    columns: list[ResultColumn]
    rows: list[list[Cell]]
    in_all: int
    noun: str = "rows"
    note: str = ""
    complete: bool = True


def entries_field(model: type[BaseModel]) -> str | None:
    """The field of a result that lists its entries."""
    return next((field for field, mark in marked(model) if isinstance(mark, Entries)), None)


def entry_model(model: type[BaseModel], field: str) -> type[BaseModel]:
    """The model of the entries in a field.

    Raises:
        TypeError: The field is no list of one model.
    """
    (entry,) = getattr(model.model_fields[field].annotation, "__args__", (None,))
    if not (isinstance(entry, type) and issubclass(entry, BaseModel)):
        raise TypeError(f"{model.__name__}.{field} is marked as entries, so it has to be a list of one model.")
    return entry


def table_of(result: BaseModel) -> ResultTable:
    """The table that the marks describe: a row for each entry, or a single row for a result without entries."""
    measured = measured_column(result)
    entries: list[BaseModel] = [result]
    model, in_all, noun = type(result), 1, "rows"
    if (field := entries_field(type(result))) and isinstance(mark := mark_of(type(result), field), Entries):
        entries = getattr(result, field)
        model = entry_model(type(result), field)
        in_all = getattr(result, mark.in_all) if mark.in_all else len(entries)
        noun = mark.noun
    fields = [(field, column) for field, mark in marked(model) if (column := _column(result, mark, measured))]
    return ResultTable(
        columns=[column for _, column in fields],
        rows=[[getattr(entry, field) for field, _ in fields] for entry in entries],
        in_all=in_all,
        noun=noun,
        complete=in_all == len(entries),
    )


def overall(result: BaseModel) -> list[tuple[ResultColumn, float]]:
    """Measures of the whole, which stand on the result itself: the mean of all rows, the number of values checked."""
    measured = measured_column(result)
    return [
        (column, float(value))
        for field, mark in marked(type(result))
        if isinstance(mark, Measure) and (column := _column(result, mark, measured))
        if (value := getattr(result, field)) is not None
    ]


def measured_column(result: BaseModel) -> str:
    """The column of the data set that a result measures; empty if it is not one column."""
    for field, mark in marked(type(result)):
        if isinstance(mark, DataColumn) and mark.measured:
            return str(getattr(result, field))
    return ""


def data_columns(result: BaseModel, table: ResultTable) -> tuple[list[str], list[list[str]]]:
    """Columns of the data set that a result is about, and those that each entry of its table is about."""
    named = [i for i, column in enumerate(table.columns) if column.role == "data column"]
    entries = [[str(row[i]) for i in named] for row in table.rows] if named else []
    if entries_field(type(result)) is None:
        entries = []  # the single row is the result itself
    named_by = [getattr(result, field) for field, mark in marked(type(result)) if isinstance(mark, DataColumn)]
    about = [str(name) for name in named_by if name is not None]
    return about, entries


def prose(result: BaseModel) -> list[str]:
    """Texts of a result that are no names, such as a query's statement."""
    values = [getattr(result, field) for field, mark in marked(type(result)) if isinstance(mark, Prose)]
    return [str(text) for value in values for text in (value if isinstance(value, list) else [value])]


def _column(result: BaseModel, mark: object, measured: str) -> ResultColumn | None:
    match mark:
        case Name(heading):
            return ResultColumn(_filled(heading, result), "name")
        case DataColumn(heading):
            return ResultColumn(heading, "data column")
        case Moment(heading):
            return ResultColumn(heading, "time")
        case Measure(heading, aggregate, style, _, comparable):
            aggregate = _filled(aggregate, result)
            return ResultColumn(heading, "measure", measured, aggregate, style, comparable)
        case Entries() | Prose() | Internal() | _:
            return None


def _filled(text: str, result: BaseModel) -> str:
    """`{by}` replaced by the field `by` of the result. Nothing that stands in the data is read as a pattern."""
    if text.startswith("{") and text.endswith("}"):
        value = getattr(result, text[1:-1])
        return "" if value is None else str(value)
    return text
