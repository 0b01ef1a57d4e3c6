"""The part of a source to read, written behind it: `shop.sqlite#table=orders&columns=day,total&where=total > 0`.

One text says it all, so that the command line, events, the catalog and Python name data in the same way.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from analytics.errors import DatasetError

if TYPE_CHECKING:
    import pandas as pd

_BATCH = 1 << 18
"""Rows of a large table that are read at once."""
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
    hints: str = ""
    """File of hints (`analytics/hints/`)."""

    def is_partial(self) -> bool:
        """Tell whether rows or columns are left out."""
        return bool(self.columns or self.where or self.sample)

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
    notes: list[str] = []
    if chosen.where:
        before = len(frame)
        frame = _where(frame, chosen.where)
        notes.append(f"Only rows where {chosen.where}: {len(frame):,} of {before:,}.")
    if size := _sample_size(chosen, len(frame), notes):
        frame = frame.sample(size, random_state=0).sort_index().reset_index(drop=True)
    if chosen.columns:
        frame = frame[_wanted(chosen, list(frame.columns))]
    return frame, notes


def _sample_size(chosen: Selection, rows: int, notes: list[str]) -> int | None:
    if not chosen.sample:
        return None
    if not chosen.sample.isdigit() or int(chosen.sample) < 1:
        raise DatasetError(f"sample={chosen.sample[:40]}: write a number of rows, such as 10000")
    if int(chosen.sample) >= rows:
        return None
    notes.append(f"A sample of {int(chosen.sample):,} rows of {rows:,}, taken by chance.")
    return int(chosen.sample)


def _wanted(chosen: Selection, names: list[str]) -> list[str]:
    from analytics.columns import listing

    wanted = [name.strip() for name in chosen.columns.split(",") if name.strip()] if chosen.columns else names
    if missing := [name for name in wanted if name not in names]:
        raise DatasetError(f"no column {missing[0]!r}; there are {listing(names, 20)}")
    return list(dict.fromkeys(wanted))


@contextmanager
def selected_batches(dataset: Any, chosen: Selection, rows: int) -> Generator[tuple[Iterator[Any], list[str]]]:
    """Take the rows and columns that were chosen of a data set of Arrow, a batch at a time.

    Args:
        dataset: The data set.
        chosen: The selection.
        rows: Rows of the data set.

    Yields:
        Batches of Arrow, and a note for each choice.

    Raises:
        DatasetError: No such column, a condition that fails or holds for no row, or a sample that is no number.
    """
    names, notes = _wanted(chosen, [str(name) for name in dataset.schema.names]), list[str]()
    if not chosen.where:
        size = _sample_size(chosen, rows, notes)
        yield _thinned(dataset.scanner(columns=names, batch_size=_BATCH).to_batches(), rows, size), notes
        return
    import duckdb

    with duckdb.connect(
        ":memory:", config={"memory_limit": _MEMORY, "python_enable_replacements": "false"}
    ) as connection:
        connection.register("data", dataset)
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        try:
            kept = connection.table("data").filter(duckdb.SQLExpression(chosen.where))
            (count,) = kept.count("*").fetchall()[0]
        except duckdb.Error as error:
            raise _no_condition(chosen.where, error) from None
        if not count:
            raise DatasetError(f"where={chosen.where[:100]}: it holds for no row")
        notes.append(f"Only rows where {chosen.where}: {count:,} of {rows:,}.")
        size = _sample_size(chosen, count, notes)
        columns = [duckdb.ColumnExpression(name) for name in names]
        yield _thinned(iter(kept.select(*columns).to_arrow_reader(_BATCH)), count, size), notes


def _thinned(batches: Iterator[Any], rows: int, size: int | None) -> Iterator[Any]:
    """Keep so many rows, chosen by chance, always the same ones."""
    import numpy as np
    import pyarrow as pa

    if size is None:
        yield from batches
        return
    chosen = np.sort(np.random.default_rng(0).choice(rows, size, replace=False, shuffle=False))
    start = 0
    for batch in batches:
        first, last = np.searchsorted(chosen, [start, start + batch.num_rows])
        yield batch.take(pa.array(chosen[first:last] - start))
        start += batch.num_rows


def _no_condition(condition: str, error: Exception) -> DatasetError:
    reason = str(error).splitlines()[0][:160]
    return DatasetError(f"where={condition[:100]}: {reason}; write a condition such as total > 0")


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
            raise _no_condition(condition, error) from None
    if not len(kept):
        raise DatasetError(f"where={condition[:100]}: it holds for no row")
    return frame.iloc[sorted(kept)].reset_index(drop=True)
