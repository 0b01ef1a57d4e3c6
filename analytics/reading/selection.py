"""What is to be read of a source, written behind it: `shop.sqlite#table=orders&columns=day,total&where=total > 0`.

One text says it all, so that the command line, events, the catalog and Python name data in the same way.
"""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from analytics.errors import DatasetError

if TYPE_CHECKING:
    import pandas as pd

_MEMORY = "1GB"
"""Memory of the engine that filters rows."""


@dataclass(frozen=True)
class Selection:
    """A part of a source. Empty parts mean everything."""

    table: str = ""
    """Table or view of a database."""
    query: str = ""
    """SELECT statement for a database."""
    sheet: str = ""
    """Sheet of a workbook."""
    columns: str = ""
    """Names of columns with commas between."""
    where: str = ""
    """Condition on rows in DuckDB's SQL, such as `total > 0`."""
    sample: str = ""
    """Number of rows to take by chance, always the same ones."""

    def behind(self, source: str) -> str:
        """The source with this selection behind it."""
        given = {one.name: str(getattr(self, one.name)) for one in fields(self)}
        parts = [f"{name}={quote(value, safe=' ,<>*()')}" for name, value in given.items() if value]
        return f"{source}#{'&'.join(parts)}" if parts else source


def split_selection(source: str) -> tuple[str, Selection]:
    """Take a source and its selection apart. A `#` that no selection follows belongs to the name."""
    name, mark, text = source.rpartition("#")
    known = {one.name for one in fields(Selection)}
    parts = [part.partition("=") for part in text.split("&")]
    if not mark or not name or not all(equals and key in known for key, equals, _ in parts):
        return source, Selection()
    return name, Selection(**{key: unquote(value) for key, _, value in parts})


def select(frame: "pd.DataFrame", chosen: Selection) -> "tuple[pd.DataFrame, list[str]]":
    """Take the rows and columns that were chosen.

    Args:
        frame: A tidy table; not changed.
        chosen: The selection.

    Returns:
        The part, and a note for each choice.

    Raises:
        DatasetError: No such column, a condition that fails or holds for no row, or a sample that is no number.
    """
    from analytics.columns import listing

    notes: list[str] = []
    if chosen.where:
        before = len(frame)
        frame = _where(frame, chosen.where)
        notes.append(f"Only rows where {chosen.where}: {len(frame):,} of {before:,}.")
    if chosen.sample:
        if not chosen.sample.isdigit() or int(chosen.sample) < 1:
            raise DatasetError(f"sample={chosen.sample[:40]}: write a number of rows, such as 10000")
        if int(chosen.sample) < len(frame):
            notes.append(f"A sample of {int(chosen.sample):,} rows of {len(frame):,}, taken by chance.")
            frame = frame.sample(int(chosen.sample), random_state=0).sort_index().reset_index(drop=True)
    if chosen.columns:
        wanted = [name.strip() for name in chosen.columns.split(",") if name.strip()]
        if missing := [name for name in wanted if name not in frame.columns]:
            raise DatasetError(f"no column {missing[0]!r}; there are {listing(frame.columns, 20)}")
        frame = frame[list(dict.fromkeys(wanted))]
    return frame, notes


def _where(frame: "pd.DataFrame", condition: str) -> "pd.DataFrame":
    """Filter rows with DuckDB, which may reach nothing but the table."""
    import duckdb

    with duckdb.connect(
        ":memory:", config={"memory_limit": _MEMORY, "python_enable_replacements": "false"}
    ) as connection:
        connection.register("data", frame.assign(**{"row number": range(len(frame))}))
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        try:
            expression = duckdb.SQLExpression(condition)
            kept = connection.table("data").filter(expression).project('"row number"').fetchnumpy()["row number"]
        except duckdb.Error as error:
            reason = str(error).splitlines()[0][:160]
            raise DatasetError(f"where={condition[:100]}: {reason}; write a condition such as total > 0") from None
    if not len(kept):
        raise DatasetError(f"where={condition[:100]}: it holds for no row")
    return frame.iloc[sorted(kept)].reset_index(drop=True)
