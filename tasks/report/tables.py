"""Tool results as small tables of text."""

from pydantic import BaseModel

from analytics.results import (
    AnalysisResult,
    Anomalies,
    Anomaly,
    Correlations,
    GroupComparison,
    QueryResult,
    Statistics,
)
from tasks.text import clean, format_cell, format_number, format_p_value, format_time

MOST_ROWS = 15
MOST_COLUMNS = 10
LONGEST_CELL = 60


class Table(BaseModel):
    """A table of plain text."""

    columns: list[str]
    """Headings."""
    numeric: list[bool]
    """Which columns are set flush right."""
    rows: list[list[str]]
    """Cells, row by row."""
    note: str = ""
    """What stands below: a test, or how much was left out."""


def anomaly_table(result: Anomalies, most: int) -> Table:
    """The worst flagged values, at most `most`; cells that recognise a row get columns of their own."""
    shown = result.worst[:most]
    labels = list(dict.fromkeys(name for anomaly in shown for name in anomaly.labels))[:4]
    place = "When" if result.time else "Row"
    rows = [
        [
            _place(anomaly),
            *(clean(format_cell(anomaly.labels.get(name)), LONGEST_CELL) for name in labels),
            format_number(anomaly.value),
            format_number(anomaly.expected),
            f"{anomaly.score:+.1f}",
        ]
        for anomaly in shown
    ]
    note = f"The {len(shown)} worst of {result.flagged:,} flagged." if result.flagged > len(shown) else ""
    return Table(
        columns=[place, *(clean(name, LONGEST_CELL) for name in labels), "Value", "Expected", "Score"],
        numeric=[False, *(False for _ in labels), True, True, True],
        rows=rows,
        note=note,
    )


def result_table(result: AnalysisResult) -> Table | None:
    """A result as a table, cut to what a page holds; null where the report shows it elsewhere."""
    match result:
        case Statistics():
            return _statistics(result)
        case Correlations():
            return _correlations(result)
        case GroupComparison():
            return _groups(result)
        case QueryResult():
            return _query(result)
        case _:
            return None


def _place(anomaly: Anomaly) -> str:
    if anomaly.time is not None:
        return format_time(anomaly.time)
    return "\u2013" if anomaly.row is None else str(anomaly.row)


def _statistics(result: Statistics) -> Table:
    names = ("count", "missing", "mean", "std", "minimum", "p05", "median", "p95", "maximum")
    headings = ["Values", "Missing", "Mean", "Std", "Min", "5 %", "Median", "95 %", "Max"]
    return Table(
        columns=headings, numeric=[True] * len(names), rows=[[format_cell(getattr(result, name)) for name in names]]
    )


def _correlations(result: Correlations) -> Table:
    rows = [
        [
            clean(pair.left, LONGEST_CELL),
            clean(pair.right, LONGEST_CELL),
            f"{pair.coefficient:+.2f}",
            format_p_value(pair.p_value),
            f"{pair.count:,}",
        ]
        for pair in result.pairs[:MOST_ROWS]
    ]
    return Table(
        columns=["Column", "With", "Spearman's rho", "p (Holm)", "Rows"],
        numeric=[False, False, True, True, True],
        rows=rows,
        note=f"{result.pairs_checked:,} pairs compared.",
    )


def _groups(result: GroupComparison) -> Table:
    rows = [
        [clean(g.name, LONGEST_CELL), f"{g.count:,}", *(format_number(n) for n in (g.mean, g.median, g.total))]
        for g in result.groups[:MOST_ROWS]
    ]
    effect = "" if result.effect_size is None else f", effect size {result.effect_size:.3f}"
    return Table(
        columns=[clean(result.by, LONGEST_CELL), "Rows", "Mean", "Median", "Total"],
        numeric=[False, True, True, True, True],
        rows=rows,
        note=f"{clean(result.test, 60)}: p {_equals(format_p_value(result.p_value))}{effect}."
        + _left_out(len(rows), result.groups_in_all, "groups"),
    )


def _equals(text: str) -> str:
    return text if text.startswith(("<", "not")) else f"= {text}"


def _query(result: QueryResult) -> Table:
    rows = result.rows[:MOST_ROWS]
    width = min(len(result.columns), MOST_COLUMNS)
    numeric = [
        bool(rows) and all(isinstance(row[i], int | float | None) and not isinstance(row[i], bool) for row in rows)
        for i in range(width)
    ]
    note = _left_out(len(rows), len(result.rows), "rows")
    if result.truncated:
        note += f" The query had more than the {result.row_limit:,} rows it may return."
    return Table(
        columns=[clean(name, LONGEST_CELL) for name in result.columns[:width]],
        numeric=numeric,
        rows=[[clean(_query_cell(cell), LONGEST_CELL) for cell in row[:width]] for row in rows],
        note=note.strip() if rows else "No rows.",
    )


def _query_cell(cell: object) -> str:
    # A query's whole number may be a year or a code, which a separator would spoil.
    return (
        str(cell) if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) < 10_000 else format_cell(cell)
    )


def _left_out(shown: int, all_: int, what: str) -> str:
    return f" {shown} of {all_:,} {what}; the JSON file has more." if all_ > shown else ""
