"""The query of two sides that are compared, and its sentence."""

from analytics.questions.answers.plan import Plan, Rows, amount, is_finite, number_of, percent
from analytics.questions.language.conditions import Condition, both, literal, quoted, said
from analytics.questions.understanding.reading import DatePart

_IN_ORDER = ("year", "fiscal_year", "quarter", "month", "day")
"""Periods of which one comes after the other, so that something rises or falls between them."""


def plan_of_sides(
    value: str,
    what: str,
    two: tuple[Condition, Condition],
    rest: list[Condition],
    notes: list[str],
    direction: str,
    *,
    shares: bool,
    timely: DatePart | None,
    relative_change: bool = True,
    alone: str = "",
) -> Plan:
    """The query of two sides and its sentence; `alone` names a measure of which each side may have one row only."""
    named = "share" if shares else "value"
    parts = [
        f"SELECT {place} AS place, {_label(condition)}, {value} AS {named}, count(*) AS rows_found "
        f"FROM data WHERE {both([condition, *rest])}"
        for place, condition in enumerate(two, 1)
    ]
    sql = " UNION ALL ".join(parts) + " ORDER BY 1"

    def say(rows: Rows) -> str | None:
        if len(rows) != 2 or not all(is_finite(row[2], row[3]) and row[3] for row in rows):
            return None
        first, second = (number_of(row[2]) for row in rows)
        told = [
            percent(cell) if shares else amount(cell)
            for cell in (rows[0][2], rows[1][2])
            if isinstance(cell, int | float)
        ]
        sides = f"{told[0]} where {two[0].said}, and {told[1]} where {two[1].said}"
        also = f", among rows where {said(rest)}" if rest else ""
        start = ""
        if direction in ("more", "less"):
            start = "Yes: " if (first > second if direction == "more" else first < second) else "No: "
        comma = f"{also}," if also else ""
        single = bool(alone) and all(row[3] == 1 for row in rows)
        subject = alone if single else f"the {what}"
        head = f"{start}{subject if start else first_up(subject, single)} is {sides}{also}."
        if shares:
            return head
        if direction or timely not in _IN_ORDER:
            return f"{head} The difference is {amount(abs(first - second))}."
        if told[0] == told[1]:
            return f"{first_up(subject, single)}{comma} was {told[0]} {_when(two[0])} and {told[1]} {_when(two[1])}."
        way = "rose" if second > first else "fell"
        by = amount(abs(second - first))
        by += f" ({percent(abs(second - first), first)})" if relative_change and first > 0 else ""
        periods = f"from {told[0]} {_when(two[0])} to {told[1]} {_when(two[1])}"
        return f"{first_up(subject, single)}{comma} {way} by {by}, {periods}."

    return Plan(sql, say, tuple(notes))


def first_up(subject: str, single: bool) -> str:
    """The subject at the beginning of a sentence; the name of a column stays as it is written."""
    return subject if single else f"{subject[:1].upper()}{subject[1:]}"


def _label(condition: Condition) -> str:
    """The SQL that names the rows of a condition in the result: a value of its column, or a year."""
    if condition.value is not None:
        return f"{literal(condition.value)} AS {quoted(condition.columns[0])}"
    year = condition.said.removeprefix("the year is ")
    return f"{year} AS in_year" if year.isdecimal() else f"{literal(condition.said)} AS rows_of"


def _when(period: Condition) -> str:
    """`in 2007`, `in February`, or the condition as it is said."""
    for start in ("the year is ", "the month is "):
        if period.said.startswith(start) and " and " not in period.said:
            return f"in {period.said.removeprefix(start)}"
    return f"where {period.said}"
