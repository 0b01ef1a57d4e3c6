"""A query that answers a question, and how its rows are told; helpers that all forms of questions share."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analytics.questions.language.conditions import Condition, literal, quoted
from analytics.questions.language.vocabulary import is_averaged, is_flag, is_summed
from analytics.results import Cell, ColumnProfile
from runtime.texts.number_text import fixed, format_number

Rows = Sequence[Sequence[Cell]]

FUNCTIONS = {
    "sum": "sum", "mean": "avg", "median": "median", "max": "max", "min": "min", "std": "stddev_samp",
    "variance": "var_samp",
}  # fmt: skip
WORDS = {
    "sum": "total of", "mean": "mean of", "median": "median of", "max": "highest value of", "min": "lowest value of",
    "std": "standard deviation of", "variance": "variance of", "share": "share of",
}  # fmt: skip


_COUNT = 2
"""Place of the number of rows in a row of groups."""


@dataclass(frozen=True)
class Plan:
    """The query that answers a question.

    Attributes:
        sql: One SELECT statement over the table `data`.
        say: Tells its rows in a sentence; None if they hold no answer.
        notes: What the question left open, and how it was taken.
        open_among_rows: What it left open if several rows make up a value: the third cell is their number.
    """

    sql: str
    say: Callable[[Rows], str | None]
    notes: tuple[str, ...] = ()
    open_among_rows: tuple[str, ...] = ()

    def left_open(self, rows: Rows) -> tuple[str, ...]:
        """Return what the question left open, now that the rows are known: all aggregates of one row are equal."""
        single = bool(rows) and all(len(row) > _COUNT and row[_COUNT] == 1 for row in rows)
        return tuple(dict.fromkeys(self.notes if single else (*self.notes, *self.open_among_rows)))


def amount(cell: Cell) -> str:
    """A number of an answer: whole, or with about four digits."""
    return format_number(cell) if isinstance(cell, int | float) else str(cell)


def rows_said(count: Cell) -> str:
    """A number of rows in words."""
    return "1 row" if count == 1 else f"{amount(count)} rows"


def percent(part: float, whole: float = 1.0) -> str:
    """A part of a whole as a percentage."""
    value = 100 * part / whole
    return f"{fixed(value, 1 if abs(value) >= 1 or value == 0 else 2).removesuffix('.0')}\u00a0%"


def is_finite(*cells: Cell) -> bool:
    """All cells are numbers."""
    return all(isinstance(cell, int | float) and not isinstance(cell, bool) and math.isfinite(cell) for cell in cells)


def number_of(cell: Cell) -> float:
    """The number in a cell."""
    return float(cell) if isinstance(cell, int | float) else math.nan


def listed(parts: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def present(column: ColumnProfile) -> list[Condition]:
    """The condition that leaves out a number that stands for missing."""
    if column.placeholder is None:
        return []
    value = literal(column.placeholder)
    return [Condition((column.name,), f"{quoted(column.name)} <> {value}", f"{column.name} is not {value}")]


def in_unit(column: ColumnProfile) -> str:
    """The name of a column, with the unit that the hints give it."""
    return f"{column.name} (in {column.unit})" if column.unit else column.name


def usual(column: ColumnProfile) -> str:
    """The way to put rows together if none is named: a share for flags, totals for counts, means for the rest."""
    return "share" if is_flag(column) else "sum" if is_summed(column) else "mean"


def put_together(how: str, column: ColumnProfile) -> str:
    """The SQL of an aggregate of a column."""
    from analytics.questions.language.vocabulary import flag_is

    if is_flag(column):
        met = flag_is(column, true=True)
        count = f"count(*) FILTER (WHERE {met})"
        return (
            count if how == "sum" else f"count(*) FILTER (WHERE {met}) / CAST(count({quoted(column.name)}) AS DOUBLE)"
        )
    return f"{FUNCTIONS[how]}({quoted(column.name)})"


def row_weight_note(how: str, column: ColumnProfile) -> list[str]:
    """A note where a mean of means counts rows of different size the same."""
    if how == "mean" and {"mean", "avg", "average"} & set(column.name.casefold().split("_")):
        return [f"every row counts the same in this mean, though {column.name} is itself a mean"]
    return []


def left_open(how: str, column: ColumnProfile) -> list[str]:
    """A note where totals or means could be meant."""
    if is_flag(column):
        return []
    if how == "sum":
        return [f"it does not say whether totals or means are meant, and these are totals of {column.name}"]
    return (
        []
        if is_averaged(column) and how != "mean"
        else [f"it does not say which number is meant, and these are means of {column.name}"]
    )
