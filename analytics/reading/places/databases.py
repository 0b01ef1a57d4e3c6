"""Tables and queries of databases, read only: SQLite and DuckDB files, PostgreSQL and MySQL (MariaDB) by URL."""

import os
import re
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from analytics.columns import listing
from analytics.errors import DatasetError
from analytics.reading.selection import Selection
from analytics.reading.table import Table
from runtime.texts.redaction import masked

FILES = (".sqlite", ".sqlite3", ".db", ".db3", ".duckdb", ".ddb")
"""File name endings of databases."""
SCHEMES = ("postgresql", "postgres", "mysql", "mariadb")
"""Schemes of database URLs."""
MOST_ROWS = 5_000_000
"""Rows that are read of a database."""
SECONDS = 300
"""Seconds that a query may take."""
_SELECTS = re.compile(r"\s*\(*\s*(?:select|with|values|table)\b", re.IGNORECASE)
_INTO_FILE = re.compile(r"\binto\s+(?:outfile|dumpfile)\b", re.IGNORECASE)
"""Statements that a server takes in a read-only transaction though they write settings or files of its own."""
_READS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}


def read_database_file(path: Path, shown: str, chosen: Selection) -> Table:
    """Read a table or query of a SQLite or DuckDB file.

    Args:
        path: The file.
        shown: Its name for messages.
        chosen: Table or query; without one, the file's only table.

    Raises:
        DatasetError: No database, no such table, a query that fails, changes something or takes too long.
    """
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(b"SQLite format 3\0"):
        return _read_sqlite(path, shown, chosen)
    if head[8:12] == b"DUCK":
        return _read_duckdb(path, shown, chosen)
    raise DatasetError(f"{shown}: neither a SQLite nor a DuckDB file; is it whole?")


def _read_sqlite(path: Path, shown: str, chosen: Selection) -> Table:
    deadline = time.monotonic() + SECONDS
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        found = connection.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"
        )
        statement, what = _statement(chosen, [str(row[0]) for row in found], shown)
        connection.set_authorizer(_may_read)
        connection.set_progress_handler(lambda: int(time.monotonic() > deadline), 100_000)
        cursor = connection.execute(statement)
        names = [str(column[0]) for column in cursor.description or ()]
        frame = _frame(names, cursor.fetchmany(MOST_ROWS + 1), shown)
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise _failed(shown, error) from None
    finally:
        connection.close()
    return Table(frame, [], f"SQLite: {what}")


def _may_read(action: int, *_: str | None) -> int:
    return sqlite3.SQLITE_OK if action in _READS else sqlite3.SQLITE_DENY


def _read_duckdb(path: Path, shown: str, chosen: Selection) -> Table:
    import duckdb

    try:
        with duckdb.connect(str(path), read_only=True, config={"python_enable_replacements": "false"}) as connection:
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            found = connection.execute("SELECT table_name FROM information_schema.tables").fetchall()
            statement, what = _statement(chosen, [str(row[0]) for row in found], shown)
            relation: Any = connection.sql(statement)
            if relation is None:  # no query
                raise DatasetError(f"{shown}: write a SELECT statement as the query")
            frame = relation.limit(MOST_ROWS + 1).df()
    except duckdb.Error as error:
        raise _failed(shown, error) from None
    _check_rows(len(frame), shown)
    return Table(frame, [], f"DuckDB: {what}")


def read_database_url(url: str, shown: str, chosen: Selection) -> Table:
    """Read a table or query of a PostgreSQL or MySQL server in a transaction that may read only.

    Args:
        url: Address of the database, with its credentials.
        shown: The address without them.
        chosen: Table or query; without one, the only table of the schema `public`, or of the database.

    Raises:
        DatasetError: No connection, no such table, a query that fails or takes too long.
    """
    if chosen.query and (not _SELECTS.match(chosen.query) or _INTO_FILE.search(chosen.query)):
        raise DatasetError(f"{shown}: write a SELECT statement as the query")
    if urlsplit(url).scheme.lower() in ("mysql", "mariadb"):
        return _read_mysql(url, shown, chosen)
    try:
        import psycopg
    except ImportError:
        raise DatasetError(
            f"{shown}: PostgreSQL needs the extra `postgresql`: pip install 'analyst-flows[postgresql]'"
        ) from None
    address = urlsplit(url)._replace(scheme="postgresql", fragment="").geturl()
    options = f"-c default_transaction_read_only=on -c statement_timeout={SECONDS}s"
    try:
        with psycopg.connect(address, connect_timeout=10, options=options) as connection:
            found = connection.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name"
            ).fetchall()
            statement, what = _statement(chosen, [str(row[0]) for row in found], shown)
            with connection.cursor() as cursor:
                cursor.execute(statement.encode())
                names = [column.name for column in cursor.description or ()]
                frame = _frame(names, cursor.fetchmany(MOST_ROWS + 1), shown)
    except psycopg.Error as error:
        raise _failed(shown, error) from None
    return Table(frame, [], f"PostgreSQL: {what}")


def _read_mysql(url: str, shown: str, chosen: Selection) -> Table:
    """Read by SQLAlchemy and PyMySQL; MySQL and MariaDB name the limit of a statement's time differently."""
    try:
        import pymysql  # pyright: ignore[reportMissingModuleSource, reportMissingImports]
    except ImportError:
        raise DatasetError(f"{shown}: MySQL needs the extra `mysql`: pip install 'analyst-flows[mysql]'") from None
    from sqlalchemy import create_engine, text
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import SQLAlchemyError

    del pymysql
    try:
        address = make_url(urlsplit(url)._replace(fragment="").geturl()).set(drivername="mysql+pymysql")
        if address.password is None and (password := os.environ.get("MYSQL_PWD")):
            address = address.set(password=password)
        options = {"connect_timeout": 10, "read_timeout": SECONDS + 10, "local_infile": False, "charset": "utf8mb4"}
        engine = create_engine(address.difference_update_query(["local_infile"]), connect_args=options)
        with engine.connect().execution_options(stream_results=True, max_row_buffer=10_000) as connection:
            version = str(connection.execute(text("SELECT version()")).scalar())
            limit = f"max_statement_time = {SECONDS}" if "Maria" in version else f"max_execution_time = {SECONDS}000"
            for setting in (f"SESSION {limit}", "SESSION TRANSACTION READ ONLY", "SESSION sql_mode = 'ANSI_QUOTES'"):
                connection.execute(text(f"SET {setting}"))
            connection.commit()  # the mode holds from the next transaction on
            found = connection.execute(
                text("SELECT table_name FROM information_schema.tables WHERE table_schema = database() ORDER BY 1")
            )
            statement, what = _statement(chosen, [str(row[0]) for row in found], shown)
            rows = connection.exec_driver_sql(statement.replace("%", "%%"))
            names = [str(name) for name in list(rows.keys())] if rows.returns_rows else []
            frame = _frame(names, rows.fetchmany(MOST_ROWS + 1) if names else [], shown)
        engine.dispose()
    except DatasetError:
        raise
    except (SQLAlchemyError, ValueError) as error:
        raise _failed(shown, getattr(error, "orig", None) or error) from None
    return Table(frame, [], f"MySQL: {what}")


def _statement(chosen: Selection, tables: list[str], shown: str) -> tuple[str, str]:
    if chosen.query:
        return chosen.query.strip().rstrip(";"), "a query"
    name = chosen.table or (tables[0] if len(tables) == 1 else "")
    if not name:
        what = f"name one of its tables with --table: {listing(tables, 20)}" if tables else "it holds no table"
        raise DatasetError(f"{shown}: {what}")
    if name not in tables:
        raise DatasetError(f"{shown}: no table {name[:80]!r}; there are {listing(tables, 20)}")
    quoted = name.replace('"', '""')
    return f'SELECT * FROM "{quoted}"', f"table {name!r}"  # noqa: S608 - the name is one of the database's


def _frame(names: list[str], rows: Sequence[Sequence[Any]], shown: str) -> pd.DataFrame:
    if not names:
        raise DatasetError(f"{shown}: write a SELECT statement as the query")
    _check_rows(len(rows), shown)
    columns = {position: pd.Series([row[position] for row in rows], dtype=object) for position in range(len(names))}
    return pd.DataFrame(columns, index=range(len(rows))).set_axis(names, axis=1)


def _check_rows(rows: int, shown: str) -> None:
    if rows > MOST_ROWS:
        raise DatasetError(f"{shown}: more than {MOST_ROWS:,} rows, the limit; select or sum them up with --query")


def _failed(shown: str, error: Exception) -> DatasetError:
    reason = masked((str(error).splitlines() or [""])[0])[:200]
    return DatasetError(f"{shown}: the database says: {reason}; queries may only read, within {SECONDS} seconds")
