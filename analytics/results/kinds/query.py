"""Rows that a SQL query returned."""

from typing import Annotated, Any, Literal

from analytics.results.base import AnalysisResult
from analytics.results.marks import Internal, Prose
from analytics.results.short_form import MOST_ENTRIES, cut, halve_until, length
from analytics.results.table import Cell, ResultColumn, ResultTable


class QueryResult(AnalysisResult, frozen=True):
    """Rows that a SQL query returned."""

    kind: Literal["query"] = "query"
    in_words: Annotated[str, Prose()] = ""
    """The rows in a sentence, where the statement answers a plain question; empty for other statements."""
    sql: Annotated[str, Prose()]
    """The statement as it was run."""
    columns: list[str]
    """Column names."""
    rows: list[list[Cell]]
    """Rows, at most `row_limit`."""
    truncated: bool
    """True if the query had more rows than `row_limit`."""
    row_limit: Annotated[int, Internal()]
    """Most rows returned."""
    smallest_group: int | None = None
    """In private mode: rows below which a group was left out."""

    def compact(self, room: int) -> dict[str, Any]:
        """First rows are left out until it fits, then columns."""

        def fits(body: dict[str, Any]) -> bool:
            return length(body) <= room

        body = super().compact(room)
        if not self.in_words:
            body.pop("in_words", None)
        cut(body, "rows", MOST_ENTRIES)
        halve_until(body, "rows", fits)
        while len(body["columns"]) > 1 and not fits(body):
            most = len(body["columns"]) // 2
            body["columns_not_shown"] = len(self.columns) - most
            body["columns"], body["rows"] = body["columns"][:most], [row[:most] for row in body["rows"]]
        return body

    def table(self) -> ResultTable:
        """The rows as they are: only the query's author knows what a column is."""
        note = "" if self.rows else "No rows."
        if self.truncated:
            note = f"The query had more than the {self.row_limit:,} rows it may return."
        if self.smallest_group is not None:
            note = f"{note} Groups of fewer than {self.smallest_group} rows were left out.".strip()
        return ResultTable(
            columns=[ResultColumn(name, "cell", measure=name, style="plain") for name in self.columns],
            rows=self.rows,
            in_all=len(self.rows),
            note=note,
            complete=not self.truncated,
        )
