"""Parts of claims: conditions of rows, and ways to put rows together."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from analytics.results import Cell


class ClaimPart(BaseModel):
    """Base of claims: immutable, and without fields that nobody knows."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True, extra="forbid")


class RowFilter(ClaimPart):
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
    present: bool = False
    """True if the column has a value, whichever."""


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
