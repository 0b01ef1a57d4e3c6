"""Conditions that a question puts on rows, as SQL and in words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Condition:
    """One condition.

    Attributes:
        columns: Columns that it is about.
        sql: As SQL.
        said: In words, such as `fare is above 10`.
        value: For one value of a category, that value.
    """

    columns: tuple[str, ...]
    sql: str
    said: str
    value: str | None = None

    def negated(self) -> "Condition":
        """The opposite; rows without a value fulfil neither."""
        said = self.said.replace(" is ", " is not ", 1)
        return replace(self, sql=f"NOT ({self.sql})", said=said, value=None)


def quoted(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | float) -> str:
    """A value as SQL."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return f"{value:g}" if abs(value) < 1e5 and float(f"{value:g}") == value else repr(value).removesuffix(".0")


def where(conditions: Sequence[Condition]) -> str:
    """` WHERE …`, or nothing."""
    return f" WHERE {both(conditions)}" if conditions else ""


def both(conditions: Sequence[Condition]) -> str:
    """All conditions as one."""
    return " AND ".join(each.sql for each in conditions) or "true"


def said(conditions: Sequence[Condition]) -> str:
    """All conditions in words."""
    parts = [each.said for each in conditions]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
