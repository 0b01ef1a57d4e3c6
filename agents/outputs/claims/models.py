"""Claims about what a table is built by: keys, silences of its rows, and a linear regression."""

from typing import Literal

from agents.outputs.claims.parts import ClaimPart


class KeyClaim(ClaimPart):
    """Rows that share the value of a column, or of a pair of columns, with another row."""

    kind: Literal["key"] = "key"
    columns: list[str]
    """The column, or the pair."""
    rows: int
    """Rows that have a value."""
    shared: int
    """Rows whose value another row has, too."""
    examples: list[list[int]]
    """Numbers of rows, from 1, that share one value."""


class SilenceClaim(ClaimPart):
    """A time between two moments of a column in which no row lies."""

    kind: Literal["silence"] = "silence"
    time: str
    """Time column."""
    start: str
    """Last moment before, ISO 8601."""
    end: str
    """First moment after, ISO 8601."""
    expected: float
    """Rows that usually come in such a time, by the pace of the rows around it."""


class RegressionClaim(ClaimPart):
    """Coefficients of a linear regression by ordinary least squares, over the rows that have all values."""

    kind: Literal["regression"] = "regression"
    outcome: str
    """Column that is explained."""
    numbers: list[str]
    """Number columns that explain it."""
    categories: dict[str, str]
    """Categories that explain it, each with the value that the others are compared with."""
    coefficients: dict[str, float]
    """Coefficients that are told: by number column, or by `category = value`."""
    rows: int
    """Rows that have all values."""
    r_squared: float
    """Part of the outcome's variance that is explained, from 0 to 1."""
