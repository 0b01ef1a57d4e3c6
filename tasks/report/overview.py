"""Overview of the data in a report: a table with one row for each column, and a line about the whole."""

from analytics.results import ColumnProfile, DatasetProfile
from runtime.texts.safe_text import clean
from tasks.report.tables import ReportTable
from tasks.text import format_cell, format_number, format_time

MOST_COLUMNS = 100
"""Rows of the overview: columns of the data that it shows."""


def period_text(profile: DatasetProfile) -> str:
    """Return the first and the last time of the data; empty without a time column."""
    if profile.period_start is None or profile.period_end is None:
        return ""
    return f"{format_time(profile.period_start)} \u2013 {format_time(profile.period_end)}"


def overview_table(profile: DatasetProfile) -> ReportTable:
    """Return the table with one row for each column of the data."""
    shown = profile.columns[:MOST_COLUMNS]
    left_out = len(profile.columns) - len(shown)
    return ReportTable(
        columns=["Column", "Role", "Type", "Missing", "Distinct", "Range or most frequent", "Median"],
        numeric=[False, False, False, True, True, False, True],
        rows=[_column(column, profile.rows) for column in shown],
        note=f"{left_out:,} more columns are in the JSON file." if left_out else "",
    )


def _column(column: ColumnProfile, rows: int) -> list[str]:
    missing = "\u2013" if not column.missing else f"{column.missing:,} ({column.missing / max(rows, 1):.1%})"
    if column.role in ("number", "time") and column.minimum is not None and column.maximum is not None:
        spread = f"{format_cell(column.minimum)} to {format_cell(column.maximum)}"
    else:
        spread = ", ".join(f"{clean(top.value, 24)} ({top.count:,})" for top in column.top[:3])
    median = "" if column.median is None else format_number(column.median)
    return [
        clean(column.name, 40),
        column.role,
        clean(column.dtype, 30),
        missing,
        f"{column.distinct:,}",
        spread,
        median,
    ]


def overview_line(profile: DatasetProfile) -> str:
    """Return the size and period of the data in one sentence."""
    period = period_text(profile)
    parts = [f"{profile.rows:,} rows, {len(profile.columns):,} columns"]
    if period:
        parts.append(f"{period} by {clean(profile.time_column, 60)}")
    if profile.duplicate_rows:
        parts.append(f"{profile.duplicate_rows:,} repeated rows")
    return "; ".join(parts) + "."
