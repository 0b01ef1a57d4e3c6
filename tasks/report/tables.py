"""Tool results as small tables of text, made from the table that each result describes."""

from pydantic import BaseModel

from analytics.profile.roles import names_codes
from analytics.results import AnalysisResult, Anomalies, Cell, DatasetProfile, ResultColumn, ResultTable
from analytics.results.marks import Style
from runtime.texts.safe_text import clean
from tasks.text import format_cell, format_number, format_p_value

MOST_ROWS = 15
MOST_COLUMNS = 10
LONGEST_CELL = 60
"""Characters of a cell or heading."""
LONGEST_NOTE = 300
"""Characters of the line below a table."""

IN_OWN_SECTION = (Anomalies, DatasetProfile)
"""Results that the report shows in a section of their own, so that its appendix need not repeat them."""


class ReportTable(BaseModel):
    """A table of plain text."""

    columns: list[str]
    """Headings."""
    numeric: list[bool]
    """For each column, True if it is right-aligned."""
    rows: list[list[str]]
    """Cells, row by row."""
    note: str = ""
    """Note below the table: a statistical test, or the number of rows left out."""


def result_table(result: AnalysisResult, most: int = MOST_ROWS) -> ReportTable:
    """Return a result as a table that fits a page.

    Args:
        result: Any kind of result.
        most: Most rows.
    """
    table = result.table()
    if not table.rows:  # headings over nothing look like something that was lost
        return ReportTable(columns=[], numeric=[], rows=[], note=clean(_note(table, 0), LONGEST_NOTE) or "No rows.")
    shown = [i for i, column in enumerate(table.columns) if column.heading][:MOST_COLUMNS]
    columns = [table.columns[i] for i in shown]
    rows = [[row[i] for i in shown] for row in table.rows[:most]]
    return ReportTable(
        columns=[clean(column.heading, LONGEST_CELL) for column in columns],
        numeric=[_numeric(column, [row[i] for row in rows]) for i, column in enumerate(columns)],
        rows=[
            [clean(_cell(cell, column), LONGEST_CELL) for cell, column in zip(row, columns, strict=True)]
            for row in rows
        ],
        note=clean(_note(table, len(rows)), LONGEST_NOTE),
    )


def _numeric(column: ResultColumn, cells: list[Cell]) -> bool:
    if column.role != "cell":
        return column.role == "measure"
    return bool(cells) and all(isinstance(cell, int | float | None) and not isinstance(cell, bool) for cell in cells)


def _cell(cell: Cell, column: ResultColumn) -> str:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        code = column.role != "measure" and isinstance(cell, int) and names_codes(column.heading)
        return str(cell) if code else _number(cell, column.style)
    return format_cell(cell)


def _number(value: float, style: Style) -> str:
    match style:
        case "signed":
            return f"{value:+.1f}"
        case "coefficient":
            return f"{value:+.2f}"
        case "p_value":
            return format_p_value(value)
        case "plain" if isinstance(value, int) and abs(value) < 10_000:
            return str(value)
        case _:
            return format_number(value)


def _note(table: ResultTable, shown: int) -> str:
    parts = [table.note] if table.note else []
    if shown < table.in_all:
        more = "; the JSON file has more" if shown < len(table.rows) else ""
        parts.append(f"{shown} of {table.in_all:,} {table.noun}{more}.")
    return " ".join(parts)
