"""Marks on the fields of a result: what each field is, for code that does not know the kind of result.

A mark is written in the field's annotation: `mean: Annotated[float, Measure("Mean", aggregate="mean")]`. From the marks
follow the result's table, its short form for a model, the numbers that a finding may cite, its default chart and the
subject of a finding.
"""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

Style = Literal["number", "signed", "coefficient", "p_value", "plain"]
"""Ways to print a number.

number: about four digits, thousands separated. signed: one decimal and the sign. coefficient: two decimals and the
sign. p_value: as papers print it. plain: whole numbers below 10,000 without separators, since they may be years or
codes.
"""


@dataclass(frozen=True)
class Name:
    """The field names its entry: a group, a label.

    Attributes:
        heading: Heading in a table; a field name in braces is replaced by that field of the result.
    """

    heading: str = ""


@dataclass(frozen=True)
class DataColumn:
    """The field holds the name of a column of the data set.

    Attributes:
        heading: Heading in a table; a field without one is not in the table.
        measured: True if this is the column that the measures of the result are about.
    """

    heading: str = ""
    measured: bool = False


@dataclass(frozen=True)
class Moment:
    """The field is a point in time at which its entry stands.

    Attributes:
        heading: Heading in a table.
    """

    heading: str = ""


@dataclass(frozen=True)
class Measure:
    """The field is a number that was measured.

    Attributes:
        heading: Heading in a table; a field without one is not in the table.
        aggregate: What was done with the values: sum, mean, median, count, minimum, p95, expected and so on; empty for
            a single value. A field name in braces is replaced by that field of the result. Two measures of the same
            column with the same aggregate may be compared.
        style: How the number is printed.
        part_of: Fields of the same entry, or else of the result, that are wholes of which this number counts a part.
        comparable: False for numbers whose differences and sums say nothing, such as p-values and scores.
    """

    heading: str = ""
    aggregate: str = ""
    style: Style = "number"
    part_of: tuple[str, ...] = ()
    comparable: bool = True


@dataclass(frozen=True)
class Entries:
    """The field is the list of the result's entries: the rows of its table.

    Attributes:
        noun: Plural word for the entries, such as groups.
        in_all: Field of the result that says how many entries there are; without it the list holds all of them.
    """

    noun: str
    in_all: str = ""


@dataclass(frozen=True)
class Prose:
    """The field is text of this project or of a query; numbers in it may be cited, and it is no name."""


@dataclass(frozen=True)
class Internal:
    """The field is kept in the stored result only: no model sees it and no finding may cite it."""


Mark = Name | DataColumn | Moment | Measure | Entries | Prose | Internal


def mark_of(model: type[BaseModel], field: str) -> Mark | None:
    """The mark of a field, or None."""
    return next((mark for mark in model.model_fields[field].metadata if isinstance(mark, Mark)), None)


def marked(model: type[BaseModel]) -> list[tuple[str, Mark]]:
    """Every marked field of a model with its mark, in the order of the fields."""
    return [(field, mark) for field in model.model_fields if (mark := mark_of(model, field)) is not None]
