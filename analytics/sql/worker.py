"""The SQL process: answers one statement after another, under limits of memory and CPU time.

It is started with an empty environment, imports DuckDB and nothing of the data tools, and ends with its parent.
Requests and answers are JSON, each behind its length in bytes (4 bytes, big-endian).
"""

import json
import os
import resource
import sys
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO

from analytics.sql.only_aggregates import only_aggregates
from analytics.sql.statement import StatementError, catalog_names, checked_statement

THREADS = 2
"""Threads of a query."""

LONGEST_CELL = 200
"""Characters of the longest text returned; one more is fetched, so that the reader sees that something was cut."""

MOST_COLUMNS = 500
"""Columns that a result may have."""

_LEAST_MEMORY = 160 << 20
"""Bytes that the process needs to answer anything."""
_OVERHEAD = 128 << 20
"""Bytes of the limit that DuckDB's own limit leaves to Python, code and what DuckDB does not count."""
_GROWTH = 128 << 20
"""Bytes of address space above the first, from which the process asks to be replaced."""
_PARENT_CHECK = 1.0
"""Seconds between looks at whether the parent still lives."""

_SETTINGS = (
    "SET python_enable_replacements = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET temp_directory = ''",
    "SET secret_directory = ''",
)

_PLAIN = frozenset(
    "boolean tinyint smallint integer bigint utinyint usmallint uinteger ubigint float double".split()  # noqa: SIM905 - a list of words
)
_EXACT = frozenset({"decimal", "hugeint", "uhugeint", "bignum"})


def main(parent: int) -> None:
    """Answer requests on standard input until it is closed.

    Args:
        parent: Process id of the parent.
    """
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # only answers reach the parent
    for limit, value in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        _limit(limit, value)
    connection = _connection()
    catalog = catalog_names(connection)
    size, resident = _memory()
    _send(answers, {"ready": True})
    while (request := _receive(requests)) is not None:
        memory = max(int(request["memory"]), _LEAST_MEMORY)
        # Address space that is reserved and never touched, such as mapped code, does not count as memory.
        _limit(resource.RLIMIT_AS, memory + size - resident)
        _limit(resource.RLIMIT_CPU, int(time.process_time() + THREADS * float(request["seconds"])) + 2)
        answer = _answer(connection, request, memory, catalog)
        connection.close()
        answer["retire"] = answer.get("memory") or answer.get("fault") or _memory()[0] - size > _GROWTH
        _send(answers, answer)
        if answer["retire"]:
            return
        connection = _connection()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_PARENT_CHECK)
    os._exit(1)


def _limit(kind: int, value: int) -> None:
    """Set a soft limit, where the system has it; macOS refuses or ignores some."""
    hard = resource.getrlimit(kind)[1]
    if hard not in (resource.RLIM_INFINITY, -1):
        value = min(value, hard)
    try:
        resource.setrlimit(kind, (value, hard))
    except (ValueError, OSError):
        return


def _memory() -> tuple[int, int]:
    """Bytes of address space and of memory in use; 0 where the system does not tell."""
    try:
        size, resident = Path("/proc/self/statm").read_text().split()[:2]
    except OSError:
        return 0, 0
    page = resource.getpagesize()
    return int(size) * page, int(resident) * page


def _connection() -> Any:
    """An empty database in memory, opened before it is asked for."""
    import duckdb

    connection = duckdb.connect(":memory:", config={"threads": THREADS})
    for setting in _SETTINGS:
        connection.execute(setting).fetchall()
    return connection


def _answer(connection: Any, request: dict[str, Any], memory: int, catalog: frozenset[str]) -> dict[str, Any]:
    import duckdb

    columns: list[str] = []
    try:
        columns = _attach(connection, request, memory)
        statement = checked_statement(connection, request["sql"], catalog)
        smallest = request.get("smallest_group")
        run = statement if smallest is None else only_aggregates(connection, statement, int(smallest))
        return {**_rows(connection, run, int(request["row_limit"])), "sql": statement}
    except (MemoryError, duckdb.OutOfMemoryException):
        return {"memory": True, "columns": columns}
    except RecursionError:
        return {"error": "the statement is nested too deep", "columns": columns}
    except (StatementError, duckdb.Error, RuntimeError, ValueError, OverflowError) as error:
        text = (str(error).strip() or type(error).__name__).splitlines()[0]
        fault = isinstance(error, duckdb.InternalException | duckdb.FatalException)
        if request.get("smallest_group") is not None and not isinstance(error, (StatementError, *_before_rows())):
            text = f"the query failed on a value ({type(error).__name__})"  # its text may repeat the value
        return {"error": text.replace(request["path"], "data")[:300], "columns": columns, "fault": fault}


def _before_rows() -> tuple[type[Exception], ...]:
    """Errors that DuckDB finds before it looks at a row."""
    import duckdb

    return duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException, duckdb.SyntaxException


def _attach(connection: Any, request: dict[str, Any], memory: int) -> list[str]:
    """Make the table `data`, then close every door; returns its column names."""
    path = str(request["path"]).replace("'", "''")
    connection.execute(f"SET memory_limit = '{max(memory - _OVERHEAD, memory // 4) >> 20}MiB'").fetchall()
    connection.execute(f"SET allowed_paths = ['{path}']").fetchall()
    connection.execute(f"CREATE VIEW data AS SELECT * FROM read_parquet('{path}')").fetchall()  # noqa: S608 - quoted
    if request.get("zone"):  # days and hours are those of the data's zone, not of this machine's
        _set_zone(connection, str(request["zone"]))
    connection.execute("SET enable_external_access = false").fetchall()
    connection.execute("SET lock_configuration = true").fetchall()
    return [str(row[0]) for row in connection.execute("DESCRIBE data").fetchall()]


def _set_zone(connection: Any, zone: str) -> None:
    import duckdb

    try:
        connection.execute("SET TimeZone = '" + zone.replace("'", "''") + "'").fetchall()
    except duckdb.Error:  # a zone such as +01:00 that DuckDB has no name for
        connection.execute("SET TimeZone = 'UTC'").fetchall()


def _rows(connection: Any, statement: str, row_limit: int) -> dict[str, Any]:
    """Run the statement and cut every cell inside DuckDB, before a row reaches Python."""
    relation = connection.sql(statement)
    names = [str(name)[:LONGEST_CELL] for name in relation.columns]
    if len(names) > MOST_COLUMNS:
        raise StatementError(f"the result has {len(names)} columns; at most {MOST_COLUMNS} are allowed: name some")
    kinds = [_kind(str(column.id)) for column in relation.types]
    cells = ", ".join(
        f"#{at}" if kind == "plain" else f"left(#{at}::VARCHAR, {LONGEST_CELL + 1})"
        for at, kind in enumerate(kinds, start=1)
    )
    fetched = relation.project(cells).limit(row_limit + 1).fetchall()
    return {"names": names, "kinds": kinds, "rows": fetched}


def _kind(type_id: str) -> str:
    """Form in which a column's cells are sent: plain JSON, or text that the parent reads as exact, time or text."""
    if type_id in _PLAIN:
        return "plain"
    if type_id in _EXACT:
        return "exact"
    return "time" if type_id.startswith(("timestamp", "date")) else "text"


def _receive(stream: BinaryIO) -> dict[str, Any] | None:
    header = stream.read(4)
    if len(header) < 4:
        return None
    return json.loads(stream.read(int.from_bytes(header)))


def _send(stream: Any, answer: dict[str, Any]) -> None:
    body = json.dumps(answer).encode()
    stream.write(len(body).to_bytes(4) + body)
    stream.flush()
