"""Read-only SQL over one data set, on DuckDB, in a sandbox.

The statement comes from a model that has read the data, so it is treated as hostile: no files, no network, no
extensions, no settings, no Python variables, one SELECT, limits on rows, time and memory.
"""

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from analytics.columns import cell, listing
from analytics.errors import AnalysisInputError
from analytics.reading.dataset import Dataset
from analytics.results import QueryResult

_SETTINGS = (
    "SET python_enable_replacements = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET temp_directory = ''",
    "SET secret_directory = ''",
    "SET enable_external_access = false",
)

_LONGEST = 1_000_000
_GENERATORS = {
    "range": "(n), (a, b), (a, b, c)",
    "generate_series": "(n), (a, b), (a, b, c)",
    "repeat": "(text, n)",
    "lpad": "(text, n, fill)",
    "rpad": "(text, n, fill)",
    "sleep_ms": "(n)",
    "pg_sleep": "(n)",
}
"""Functions whose single call can take minutes or gigabytes, which the time limit cannot interrupt."""


def query(
    source: pd.DataFrame | Dataset | str | Path,
    sql: str,
    *,
    row_limit: int = 200,
    seconds: float = 10.0,
    memory: str = "512MB",
) -> QueryResult:
    """Run one SELECT statement over a data set, which is the table `data`.

    Args:
        source: A frame (not changed), a `Dataset`, or the path of a Parquet snapshot, which is scanned where it lies.
        sql: One SELECT statement in DuckDB's dialect; WITH, FROM-first, DESCRIBE and SUMMARIZE count as such.
        row_limit: Most rows returned.
        seconds: Time after which the statement is interrupted.
        memory: DuckDB's memory limit.

    Returns:
        The rows as JSON can hold them: times as ISO 8601 text, text and nested values cut at 200 characters, NaN null.

    Raises:
        AnalysisInputError: Not one SELECT statement, not allowed, not valid for these columns, or too expensive; the
            message says which, and lists the columns.
    """
    import duckdb

    connection = duckdb.connect(":memory:", config={"threads": 2, "memory_limit": memory})
    try:
        columns = _attach(connection, source)
        statement = _one_select(connection, sql, columns)
        expired = threading.Event()

        def interrupt() -> None:
            expired.set()
            connection.interrupt()

        timer = threading.Timer(seconds, interrupt)
        timer.daemon = True
        timer.start()
        try:
            relation = connection.sql(statement)
            names = list(relation.columns)
            fetched = relation.limit(row_limit + 1).fetchall()
        except (duckdb.Error, RuntimeError, OverflowError) as error:
            if expired.is_set():
                raise AnalysisInputError(
                    f"the query took longer than {seconds:g} s and was stopped: aggregate, filter or join less"
                ) from error
            raise AnalysisInputError(_explained(error, columns)) from error
        finally:
            timer.cancel()
    finally:
        connection.close()
    rows = [[cell(value) for value in row] for row in fetched[:row_limit]]
    return QueryResult(sql=statement, columns=names, rows=rows, truncated=len(fetched) > row_limit, row_limit=row_limit)


def _attach(connection: Any, source: pd.DataFrame | Dataset | str | Path) -> list[str]:
    """Make the table `data`, then close every door; returns its column names."""
    for setting in _SETTINGS[:-1]:
        connection.execute(setting).fetchall()
    zone: str | None = None
    if isinstance(source, pd.DataFrame):
        zone = next((str(t.tz) for t in source.dtypes if isinstance(t, pd.DatetimeTZDtype)), None)
        connection.register("data", source)
    else:
        import pyarrow.parquet as pq

        path = Path(source.snapshot if isinstance(source, Dataset) else source).resolve()
        schema = pq.read_schema(path)
        zone = next((str(field.type.tz) for field in schema if getattr(field.type, "tz", None)), None)
        quoted = str(path).replace("'", "''")
        connection.execute(f"SET allowed_paths = ['{quoted}']").fetchall()
        connection.execute(f"CREATE VIEW data AS SELECT * FROM read_parquet('{quoted}')").fetchall()  # noqa: S608 - quoted, ours
    if zone is not None:  # days and hours are those of the data's zone, not of this machine's
        _try(connection, "SET TimeZone = '" + zone.replace("'", "''") + "'")
    for name, forms in _GENERATORS.items():
        connection.execute(_bounded(name, re.findall(r"\(([^)]*)\)", forms))).fetchall()
    connection.execute(_SETTINGS[-1]).fetchall()
    connection.execute("SET lock_configuration = true").fetchall()
    return [str(row[0]) for row in connection.execute("DESCRIBE data").fetchall()]


def _try(connection: Any, statement: str) -> None:
    import duckdb

    try:
        connection.execute(statement).fetchall()
    except duckdb.Error:  # a zone such as +01:00 that DuckDB has no name for
        connection.execute("SET TimeZone = 'UTC'").fetchall()


def _bounded(name: str, forms: list[str]) -> str:
    """A macro that takes the place of a built-in function and refuses large sizes.

    The size is capped inside the branch as well: DuckDB computes constants in both branches before it chooses one.
    """
    refused = f"error('{name} is limited to {_LONGEST} here')"
    bodies: list[str] = []
    for form in forms:
        if name.endswith("sleep") or name.startswith("sleep"):
            bodies.append(f"({form}) AS error('sleeping is not allowed')")
        elif "n" in form.split(", "):
            capped = re.sub(r"\bn\b", f"least(n, {_LONGEST})", form)
            call = f"system.main.{name}({capped})"
            bodies.append(f"({form}) AS CASE WHEN n > {_LONGEST} THEN {refused} ELSE {call} END")
        else:
            step = "c" if "c" in form else None
            fits = f"abs(b - a) <= {_LONGEST}" + ("::BIGINT * abs(c)" if step else "")
            arguments = f"CASE WHEN {fits} THEN a END, CASE WHEN {fits} THEN b END{', c' if step else ''}"
            call = f"system.main.{name}({arguments})"
            bodies.append(f"({form}) AS CASE WHEN NOT ({fits}) THEN {refused} ELSE {call} END")
    return f"CREATE MACRO {name}" + ", ".join(bodies)


def _one_select(connection: Any, sql: str, columns: list[str]) -> str:
    import duckdb

    text = re.sub(r"^\s*```(?:sql)?\s*|\s*```\s*$", "", sql).strip()
    try:
        statements = connection.extract_statements(text)
    except duckdb.Error as error:
        raise AnalysisInputError(_explained(error, columns)) from error
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        kinds = listing(statement.type.name for statement in statements) or "nothing"
        raise AnalysisInputError(f"only one SELECT statement over the table data is allowed; got {kinds}")
    statement = str(statements[0].query).strip().rstrip(";").strip()
    tree = json.loads(connection.execute("SELECT json_serialize_sql(?)", [statement]).fetchall()[0][0])
    if any(node.get("function_name") and (node.get("schema") or node.get("catalog")) for node in _nodes(tree)):
        raise AnalysisInputError("call functions by their plain name, without a schema")
    return statement


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            yield node
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)


def _explained(error: Exception, columns: list[str]) -> str:
    first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if "abs(INTERVAL)" in first:
        first = "series of dates only as a table: SELECT * FROM generate_series(start, stop, step)"
    hint = " (use less memory: aggregate or filter first)" if "Out of Memory" in first else ""
    return f"{first[:300]}{hint}. The table is data; its columns: {listing(columns, 40)}"
