"""Answers about trends: whether something rises or falls over the years or months."""

from math import fsum
from typing import Any

from analytics.questions.answers.plan import (
    WORDS,
    Plan,
    Rows,
    amount,
    is_finite,
    number_of,
    percent,
    present,
    put_together,
    usual,
)
from analytics.questions.language.conditions import both, said
from analytics.questions.understanding.date_parts import part_sql
from analytics.questions.understanding.reading import DatePart
from analytics.questions.understanding.slots import Slots
from analytics.results import ColumnProfile

_FEWEST_PERIODS = 3
"""Fewest periods that show a trend."""
_CLEAR = 0.1
"""Share of the variance between periods from which a trend is told."""
_MOST_MONTHS = 60
"""A query of the analyst returns no more rows."""


def trend(slots: Slots) -> Plan | None:
    """Answer `Are births rising or falling?` by the slope of a line through totals or means of years or months."""
    if (
        slots.categories
        or not slots.kinds & {"trend", "change"}
        or not slots.only("trend", "change", "sum", "mean", "count", "share", "rate")
    ):
        return None
    columns: list[ColumnProfile] = [*slots.measures, *(mention.column for mention in slots.flags)]
    if (
        len(columns) > 1
        or (not columns and not slots.sure_noun)
        or (slots.noun and not slots.sure_noun)
        or (slots.group and not slots.group.part)
    ):
        return None
    unit = _unit(slots)
    if unit is None:
        return None
    label, period = unit
    column = columns[0] if columns else None
    how = "count" if column is None else "mean" if "mean" in slots.kinds else usual(column)
    value = "count(*)" if column is None else put_together(how, column)
    notes: list[str] = []
    conditions = [*slots.where, *(present(column) if column else [])]
    what = (
        "number of rows"
        if column is None
        else f"share of rows with {column.name}"
        if how == "share"
        else f"{WORDS[how]} {column.name}"
    )
    sql = (
        f"SELECT {period} AS {'year' if label == 'year' else 'months'}, {value} AS value FROM data "
        f"WHERE {both(conditions)} AND {period} IS NOT NULL GROUP BY 1 ORDER BY 1"
    )
    notes += _edges(slots, label)

    def say(rows: Rows) -> str | None:
        series = [(number_of(row[0]), number_of(row[1])) for row in rows if is_finite(*row)]
        if len(series) < _FEWEST_PERIODS:
            return None
        slope, fit = _line(series)
        word = (
            "shows no clear trend, going"
            if fit < _CLEAR
            else "rose on the whole,"
            if slope > 0
            else "fell on the whole,"
        )
        ends = [percent(value) if how == "share" else amount(value) for value in (series[0][1], series[-1][1])]
        names = [_period(time, label) for time in (series[0][0], series[-1][0])]
        also = f" where {said(slots.where)}" if slots.where else ""
        return f"The {what}{also} {word} from {ends[0]} in {names[0]} to {ends[1]} in {names[1]}."

    return Plan(sql, say, tuple(notes))


def _line(series: list[tuple[float, float]]) -> tuple[float, float]:
    """Slope and share of variance explained of the least-squares line through points."""
    means = [fsum(point[axis] for point in series) / len(series) for axis in (0, 1)]
    xx, xy, yy = (
        fsum((point[a] - means[a]) * (point[b] - means[b]) for point in series) for a, b in ((0, 0), (0, 1), (1, 1))
    )
    return xy / xx, xy**2 / (xx * yy) if yy else 0.0


def _unit(slots: Slots) -> tuple[DatePart, str] | None:
    """The unit of a trend, and its periods as a whole number: years, or months counted from year 0."""
    vocabulary = slots.reading.vocabulary
    years, months = part_sql(vocabulary, "year"), part_sql(vocabulary, "month")
    profile = vocabulary.profile
    asked: set[Any] = set(slots.reading.parts.values()) | ({slots.group.part} if slots.group else set())
    span = (profile.period_end - profile.period_start).days / 365 if profile.period_start and profile.period_end else 0
    if years is None:
        return None
    if asked <= {"year"} and (span >= 4 or profile.time_column is None or "year" in asked):
        return "year", years[0]
    if months is not None and asked <= {"month"} and 12 * span < _MOST_MONTHS:
        return "month", f"({years[0]} * 12 + {months[0]} - 1)"
    return None


def _period(cell: Any, label: str) -> str:
    if label == "year":
        return str(int(cell))
    return f"{int(cell) // 12}-{int(cell) % 12 + 1:02d}"


def _edges(slots: Slots, label: str) -> list[str]:
    """A note where the first or last period of the data is not complete."""
    profile = slots.reading.vocabulary.profile
    start, end = profile.period_start, profile.period_end
    if start is None or end is None:
        return []
    late = start.day > 3 if label == "month" else (start.month, start.day) > (1, 31)
    early = end.day < 28 if label == "month" else (end.month, end.day) < (12, 1)
    return (
        [f"the first and last {label} may be incomplete: the data go from {start:%Y-%m-%d} to {end:%Y-%m-%d}"]
        if late or early
        else []
    )
