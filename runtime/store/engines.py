"""Connections to the store: their time limits, and how transactions begin."""

import fcntl
import os
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

BUSY_SECONDS = 30.0
"""Seconds that a statement waits for another process that holds the SQLite file, or on PostgreSQL the row."""

_patience: ContextVar[float | None] = ContextVar("patience", default=None)


@contextmanager
def waiting_at_most(seconds: float) -> Generator[None]:
    """Limit how long statements in the block wait for other processes, also those that open the store.

    Args:
        seconds: Longest wait, in place of `BUSY_SECONDS`.
    """
    token = _patience.set(seconds)
    try:
        yield
    finally:
        _patience.reset(token)


def sqlite_engine(url: URL) -> Engine:
    """Return an engine for a file that only its user can read."""
    if (path := sqlite_file(url)) is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        _make(path)
        # The file holds parameters, which may hold passwords. SQLite gives its side files the same mode.
        path.chmod(0o600)
    engine = create_engine(url)

    def on_connect(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin where `on_begin` says, also around DDL

    def on_begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        # In WAL mode NORMAL is as safe as FULL against a killed process, but not against a power cut.
        synchronous = f"PRAGMA synchronous={'FULL' if options.get('synced') else 'NORMAL'}"
        pragmas = _sqlite_patience(), synchronous
        if connection.info.get("pragmas") != pragmas:  # those of the transaction before on this connection
            for pragma in pragmas:
                connection.exec_driver_sql(pragma)
            connection.info["pragmas"] = pragmas
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    return engine


def sqlite_file(url: URL) -> Path | None:
    """Return the file of an SQLite URL, or `None` for a database in memory."""
    return Path(url.database) if url.database and url.database != ":memory:" else None


def _make(path: Path) -> None:
    """Make an empty file unless it exists. An existing one is not opened: closing it would drop SQLite's locks."""
    if path.exists():
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network file systems cannot lock a folder
            fcntl.flock(folder, fcntl.LOCK_EX)  # a second process must not remove the files of the first
        if not path.exists():
            # Side files of a deleted database. A process that has it open still uses them, so the new one must not.
            for side in ("-wal", "-shm"):
                Path(f"{path}{side}").unlink(missing_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    finally:
        os.close(folder)


def _sqlite_patience() -> str:
    return f"PRAGMA busy_timeout={int((_patience.get() or BUSY_SECONDS) * 1000)}"


def postgresql_engine(url: URL) -> Engine:
    """Return an engine that notices a lost server and waits for locks no longer than `BUSY_SECONDS`."""
    # A server that silently disappears is noticed in 20 s, before others take a run over: by the drivers'
    # and the system's defaults that takes minutes to hours.
    patience: dict[str, Any] = {"connect_timeout": 10, "tcp_user_timeout": 10_000}
    patience |= {"keepalives_idle": 5, "keepalives_interval": 5, "keepalives_count": 1}
    known = patience if url.get_driver_name() in ("psycopg", "psycopg2") else {}
    mine = {name: value for name, value in known.items() if name not in url.query}
    # A connection that the server closed in the meantime is noticed before it is used.
    engine = create_engine(url, pool_pre_ping=True, connect_args=mine)

    def on_connect(connection: Any, _: object) -> None:
        # A process that stops inside a transaction, or whose machine is lost, must not block others for ever.
        cursor = connection.cursor()
        for setting in ("lock_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute(f"SET {setting} = {int(BUSY_SECONDS * 1000)}")
        cursor.close()
        connection.commit()

    def on_begin(connection: Connection) -> None:
        if patience := _patience.get():
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(patience * 1000)}")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    return engine


def use_wal(engine: Engine) -> None:
    """Switch the file to WAL mode, in which readers and a writer work at the same time. It does not wait for locks."""
    deadline = time.monotonic() + (_patience.get() or BUSY_SECONDS)
    while True:
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA journal_mode=WAL")
        except Exception as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return
        finally:
            raw.close()
