"""The default chart of a result: its rows as a line over time, as columns over periods, or as bars."""

import re
from datetime import date, datetime
from typing import Any

import pandas as pd

from analytics.engine.relation import Relation
from analytics.results import AnalysisResult, Cell
from runtime.texts.safe_text import clean, shorten
from tasks.charts.data import milliseconds, thin
from tasks.charts.drawing import Drawing
from tasks.charts.shapes import bars, columns, time_line
from tasks.charts.style import ALL_BARS, MAX_POINTS, MOST_BARS
from tasks.text import format_number, format_time

MOST_PERIODS = 24
"""More periods are drawn as a line."""
MOST_ROWS = 5_000
"""Rows that are looked at; a result with more is no picture."""


def draw_rows(result: AnalysisResult, _frame: pd.DataFrame | Relation, statement: str = "") -> Drawing | None:
    """Draw one label and one measure of a result's table, if it is clear which.

    The rows become a line over time, columns over periods, or bars.
    """
    headings, table_rows, complete = _shown(result)
    shape = _label_and_measure(headings, table_rows, statement)
    if shape is None:
        return None
    label, measure = shape
    name = shorten(clean(headings[measure]), 60)
    by = shorten(clean(headings[label]).removeprefix("period_"), 40)
    cells = [(row[label], row[measure]) for row in table_rows]
    rows = [(name_, float(value)) for name_, value in cells if isinstance(value, int | float)]
    more = f", first {len(rows):,} rows" if not complete else ""
    times = [_as_time(value) for value, _ in rows]
    if all(times):
        return _over_times(
            [(time, value) for time, (_, value) in zip(times, rows, strict=True) if time], name, by, more
        )
    periods = [_as_period(value) for value, _ in rows]
    if all(periods) and len(rows) >= 2:
        ordered = sorted(zip([p for p in periods if p], [value for _, value in rows], strict=True))
        if len(ordered) > MOST_PERIODS:
            return _over_times(ordered, name, by, more)
        return _over_periods(
            ordered, name, by, more, statement, years=all(isinstance(v, int) or len(str(v)) == 4 for v, _ in rows)
        )
    if len(rows) < 2 or len(rows) > 2 * MOST_BARS:
        return None
    shown = rows if len(rows) <= ALL_BARS else rows[:MOST_BARS]
    more = f", first {len(shown)} of {len(rows)} rows" if len(rows) > len(shown) else more
    alt = f"Bars of {name} by {by}: " + ", ".join(f"{clean(v, 40)} {format_number(n)}" for v, n in shown[:5]) + "."
    measured = [value for _, value in shown]
    svg = bars([_label(value) for value, _ in shown], measured, strong={measured.index(max(measured))})
    return Drawing(f"{name} by {by}{more}", alt, svg) if svg else None


def _over_times(found: list[tuple[datetime, float]], name: str, by: str, more: str) -> Drawing | None:
    points = sorted((milliseconds(time), value) for time, value in found)
    if len(points) < 3 or points[0][0] == points[-1][0] or len({t for t, _ in points}) < len(points):
        return None
    series = pd.Series([v for _, v in points], index=pd.to_datetime([t for t, _ in points], unit="ms"))
    line = thin(series, MAX_POINTS, [])
    thinned = [(milliseconds(time), float(v)) for time, v in zip(line.index, line, strict=True)]
    low, high = min(v for _, v in points), max(v for _, v in points)
    alt = f"Line of {name} over {by}, {len(points):,} points between {format_number(low)} and {format_number(high)}."
    return Drawing(f"{name} over {by}{more}", alt, time_line(thinned, []))


_INCOMPLETE = re.compile(r"[^.;]*(?:is|are) incomplete and left out")


def _over_periods(
    found: list[tuple[datetime, float]], name: str, by: str, more: str, statement: str, *, years: bool
) -> Drawing | None:
    measured = [value for _, value in found]
    full = [f"{start:%Y}" if years else f"{start:%b %Y}" for start, _ in found]
    # The year stands once, at its first month: twelve would not fit.
    short = (
        full if years else [f"{t:%b} {t:%Y}" if i == 0 or t.month == 1 else f"{t:%b}" for i, (t, _) in enumerate(found)]
    )
    # What the sentence leaves out, since it is incomplete, is neither highest nor lowest.
    left_out = _INCOMPLETE.findall(statement)
    told = [f"{start:%Y}" if years else f"{start:%B %Y}" for start, _ in found]
    ranked = [n for n, period in enumerate(told) if not any(period in text for text in left_out)] or [0]
    highest, lowest = max(ranked, key=lambda n: measured[n]), min(ranked, key=lambda n: measured[n])
    alt = f"Columns of {name} by {by}, {full[0]} to {full[-1]}"
    ends = {highest, lowest} if measured[highest] != measured[lowest] else set[int]()
    if ends:
        alt += f": highest in {full[highest]} ({format_number(measured[highest])})"
        alt += f", lowest in {full[lowest]} ({format_number(measured[lowest])})"
    svg = columns(short, measured, strong=ends)
    alt += "."
    return Drawing(f"{name} by {by}{more}", alt, svg) if svg else None


def drawn_measure(result: AnalysisResult, statement: str) -> str:
    """Heading of the column that the chart for `statement` draws; empty if there is no chart."""
    headings, rows, _ = _shown(result)
    shape = _label_and_measure(headings, rows, statement)
    return headings[shape[1]] if shape else ""


def _shown(result: AnalysisResult) -> tuple[list[str], list[list[Cell]], bool]:
    """Headings and rows of a result's table without numbers that are no measure of size, and whether they are all."""
    table = result.table()
    shown = [i for i, column in enumerate(table.columns) if column.heading and column.comparable]
    rows = [[row[i] for i in shown] for row in table.rows]
    return [table.columns[i].heading for i in shown], rows, table.complete


def _label_and_measure(headings: list[str], rows: list[list[Cell]], statement: str) -> tuple[int, int] | None:
    """Positions of the one label column and of the measure to draw.

    Of several measures it is the one that `statement` names first, else the only one that the rows are sorted by; null
    when it is not that clear.
    """
    if not 2 <= len(rows) <= MOST_ROWS:
        return None
    kinds: list[str] = []
    for position in range(len(headings)):
        cells = [row[position] for row in rows if row[position] is not None]
        number = bool(cells) and all(isinstance(c, int | float) and not isinstance(c, bool) for c in cells)
        kinds.append("number" if number else "label")
    labels = [i for i, kind in enumerate(kinds) if kind == "label"]
    measures = [i for i, kind in enumerate(kinds) if kind == "number"]
    first_is_code = all(isinstance(row[0], int) for row in rows)
    if not labels and len(measures) >= 2 and first_is_code:
        labels, measures = [0], measures[1:]  # a month, an hour, a year
    if len(labels) != 1 or not measures:
        return None
    names = [row[labels[0]] for row in rows]
    if len(set(map(str, names))) < len(names):
        return None
    if len(measures) > 1:
        named = [(place, i) for i in measures if (place := _place(headings[i], statement)) >= 0]
        if named:
            return labels[0], min(named)[1]
        measures = [i for i in measures if _sorted([row[i] for row in rows])]
    return (labels[0], measures[0]) if len(measures) == 1 else None


def _place(name: str, statement: str) -> int:
    """Return the position at which a statement names a column as a whole word; -1 if it does not."""
    name = re.sub(r"^(?:Mean|Total|Number) of ", "", name)  # the name may stand in quotation marks behind it
    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", statement, re.IGNORECASE)
    return found.start() if found else -1


def _sorted(cells: list[Any]) -> bool:
    values = [float(cell) for cell in cells if cell is not None]
    return values in (sorted(values), sorted(values, reverse=True))


def _as_time(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, str) and len(value) >= 10 and value[4:5] == "-":
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return None
    return None


def _as_period(value: object) -> datetime | None:
    """The start of a year or month such as 2013 or 2013-02."""
    match = re.fullmatch(r"((?:19|20)\d\d)(?:-(0[1-9]|1[0-2]))?", str(value)) if isinstance(value, str | int) else None
    return datetime(int(match[1]), int(match[2] or 1), 1) if match else None  # noqa: DTZ001 - a month has no zone


def _label(value: object) -> str:
    if isinstance(value, date):
        return format_time(value)
    return "(missing)" if value is None else clean(value)  # a number here is a year, a month, an hour: no separators
