"""Read-only SQL over one data set, on DuckDB, in a process with limits.

The statement comes from a model that has read the data, so it is treated as hostile: no files, no network, no
extensions, no settings, no Python variables, one SELECT of listed functions, limits on rows, bytes, time and memory.
"""

import re
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from analytics.columns import cell, listing, shorten
from analytics.errors import AnalysisInputError
from analytics.reading.dataset import Dataset
from analytics.results import Cell, QueryResult
from analytics.sql import process

_UNITS = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30}
_MOST_DIGITS = 38
"""Digits up to which a number is returned as one, as in DuckDB's DECIMAL; longer ones are text."""


def query(
    source: pd.DataFrame | Dataset | str | Path,
    sql: str,
    *,
    row_limit: int = 200,
    seconds: float = 10.0,
    memory: str = "512MB",
    smallest_group: int | None = None,
) -> QueryResult:
    """Run one SELECT statement over a data set, which is the table `data`.

    Args:
        source: A frame (not changed), a `Dataset`, or the path of a Parquet snapshot, which is scanned where it lies.
        sql: One SELECT statement in DuckDB's dialect; WITH, FROM-first, PIVOT, DESCRIBE and SUMMARIZE count as such.
        row_limit: Most rows returned.
        seconds: Time after which the process that runs the statement is killed.
        memory: Most memory of that process, such as 512MB; it needs 168 MB at least.
        smallest_group: For private mode: only aggregates, over groups of so many rows or more.

    Returns:
        The rows as JSON can hold them: times as ISO 8601 text, text and nested values cut at 200 characters, NaN null.
        A decimal number that no float holds exactly is text with all its digits.

    Raises:
        AnalysisInputError: Not one SELECT statement, not allowed, not valid for these columns, or too expensive; the
            message says which, and lists the columns.
        analytics.sql.process.SqlProcessError: DuckDB does not start on this machine.
    """
    with _snapshot(source) as path:
        request = {
            "sql": sql,
            "path": str(path),
            "zone": _zone(path),
            "row_limit": row_limit,
            "seconds": seconds,
            "memory": _bytes(memory),
            "smallest_group": smallest_group,
        }
        try:
            answer = process.ask(request, seconds)
        except process.QueryTimeoutError:
            raise AnalysisInputError(
                f"the query took longer than {seconds:g} s and was stopped: aggregate, filter or join less"
            ) from None
        except process.QueryCrashedError:
            raise AnalysisInputError(
                f"the query ended the SQL engine: it needed more than {memory} of memory or is nested too deep; "
                "use less memory: aggregate or filter first"
            ) from None
    if answer.get("memory"):
        raise AnalysisInputError(
            f"the query needed more than {memory} of memory and was stopped; use less memory: aggregate or filter first"
        )
    if "error" in answer:
        raise AnalysisInputError(_explained(answer["error"], answer["columns"]))
    rows = [[_cell(value, kind) for value, kind in zip(row, answer["kinds"], strict=True)] for row in answer["rows"]]
    return QueryResult(
        sql=answer["sql"],
        columns=answer["names"],
        rows=rows[:row_limit],
        truncated=len(rows) > row_limit,
        row_limit=row_limit,
        smallest_group=smallest_group,
    )


@contextmanager
def _snapshot(source: pd.DataFrame | Dataset | str | Path) -> Generator[Path]:
    """The Parquet file with the rows; a frame becomes one for as long as the statement runs."""
    if isinstance(source, pd.DataFrame):
        with TemporaryDirectory(prefix="analyst-sql-") as directory:
            path = Path(directory, "data.parquet").resolve()
            source.to_parquet(path, index=False)
            yield path
    else:
        yield Path(source.snapshot if isinstance(source, Dataset) else source).resolve()


def _zone(path: Path) -> str | None:
    """Time zone of the first column that has one."""
    import pyarrow.parquet as pq

    return next((str(field.type.tz) for field in pq.read_schema(path) if getattr(field.type, "tz", None)), None)


def _bytes(memory: str) -> int:
    match = re.fullmatch(r"(\d+)\s*([KMG]i?B)", memory.strip(), re.IGNORECASE)
    if match is None:
        raise ValueError(f"memory {memory!r} is not a size: write it like 512MB")
    return int(match[1]) * _UNITS[match[2].upper()]


def _cell(value: Any, kind: str) -> Cell:
    """A cell as JSON can hold it, from the form in which the SQL process sends its kind."""
    if kind == "plain" or value is None:
        return cell(value)
    if kind == "exact":
        return _number(value)
    if kind == "time":
        try:
            return cell(datetime.fromisoformat(value))
        except ValueError:  # infinity, a year before 1 or after 9999
            return value
    return shorten(value, 200)


def _number(text: str) -> Cell:
    """An exact number; text where a float would lose digits."""
    if len(text.strip("-").replace(".", "")) > _MOST_DIGITS + 1:
        return shorten(text, 200)
    exact = Decimal(text)
    if exact == exact.to_integral_value():
        return int(exact)
    return float(exact) if Decimal(repr(float(exact))) == exact else text


def _explained(reason: str, columns: list[str]) -> str:
    return f"{reason}. The table is data; its columns: {listing(columns, 40)}" if columns else reason
