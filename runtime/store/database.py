"""The store: one SQL database of runs, effects, findings and updates. SQLite in the data directory, or PostgreSQL.

Its tables are made on first use, and changed by the migrations in `runtime/store/migrations`.
"""

import logging
import os
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from sqlalchemy import (
    Connection,
    CursorResult,
    Engine,
    Executable,
    inspect,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    InterfaceError,
    InternalError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from runtime.files.data_directory import DataDirectoryError
from runtime.settings import get_settings
from runtime.store.engines import postgresql_engine, sqlite_engine, sqlite_file, use_wal
from runtime.store.tables import SCHEMA, Base

_log = logging.getLogger("prefect.store")

_UNUSABLE = (OperationalError, InterfaceError, InternalError, DataError, PoolTimeoutError)
"""Errors of drivers after which a run goes on without a store. PostgreSQL raises `InternalError` for an idle session
that it ended and for a server that has become a read-only replica, and `DataError` for a value that is too large for
its column."""


class StoreError(RuntimeError):
    """Error raised when the store cannot be used; the message says which store and what to do."""


class Store:
    """Database of a URL, with its tables up to date.

    Args:
        url: SQLAlchemy URL.

    Raises:
        StoreError: The database cannot be reached or written.
    """

    def __init__(self, url: str) -> None:
        try:
            self._url = make_url(url)
        except (ArgumentError, ValueError) as error:
            said = "ANALYST_STORE_URL is no URL of a store: use sqlite:////PATH or postgresql://USER@HOST/NAME."
            raise StoreError(said) from error
        self._sqlite = self._url.get_backend_name() == "sqlite"
        self._opening = threading.Lock()
        self._engine, self._file = self._open()

    def _open(self) -> tuple[Engine, tuple[int, int] | None]:
        """Connections to a database whose tables are up to date, and the identity of its file."""
        try:
            engine = sqlite_engine(self._url) if self._sqlite else postgresql_engine(self._url)
            file = self._file_now()  # read before anything is connected, so that it is never newer than the connections
            self._migrate(engine)
        except ModuleNotFoundError as error:
            raise StoreError(f"The store {self.name} needs a driver: pip install {error.name}.") from error
        except (SQLAlchemyError, OSError) as error:
            if isinstance(error, NoSuchModuleError):
                raise StoreError(f"{self.name} is not a store: use sqlite:///PATH or postgresql://…") from error
            raise self._problem(error) from error
        return engine, file

    @property
    def name(self) -> str:
        """Return the URL without its password."""
        return self._url.render_as_string(hide_password=True)

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """Yield a connection for reading. On SQLite it does not wait for writers.

        Raises:
            StoreError: The store cannot be read.
        """
        with self._guarded(), self._current_engine().connect() as connection:
            yield connection

    @contextmanager
    def writing(self, *, synced: bool = False) -> Generator[Connection]:
        """Yield a connection in a transaction, which is committed when the block ends without an error.

        Args:
            synced: Whether the commit also survives a power cut, which costs a sync of the disk.

        Raises:
            StoreError: The store cannot be written, or was held by another process for 30 seconds.
        """
        # SQLite does not wait, but refuses to turn a read into a write when another write came in between.
        engine = self._current_engine().execution_options(writes=True, synced=synced)
        with self._guarded(), _begun(engine) as connection:
            yield connection

    def now(self, connection: Connection) -> float:
        """Return the seconds since 1970 by the database's clock, which is this machine's for SQLite."""
        return time.time() if self._sqlite else float(connection.execute(_NOW).scalar_one())

    @staticmethod
    def change(connection: Connection, statement: Executable, parameters: Mapping[str, Any] | None = None) -> int:
        """Execute an update or a delete.

        Args:
            connection: Of a transaction that may write.
            statement: The statement.
            parameters: Values of its named parameters.

        Returns:
            Number of changed rows. It is 0 for a statement that names an old state which another process has changed.
        """
        return cast("CursorResult[Any]", connection.execute(statement, parameters)).rowcount

    def forget_connections(self) -> None:
        """Leave the connections to the parent process; called in a forked child."""
        self._opening = threading.Lock()  # a thread of the parent may have held it
        self._engine.dispose(close=False)

    def _current_engine(self) -> Engine:
        """Return connections to the current file.

        SQLite itself would go on with a deleted file, where no other process sees what is written.
        """
        if self._file_now() != self._file:
            with self._opening:
                if self._file_now() != self._file:
                    _log.warning("The file of the store %s is another one now, and is opened anew.", self.name)
                    self._engine.dispose()
                    self._engine, self._file = self._open()
        return self._engine

    def _file_now(self) -> tuple[int, int] | None:
        """Return the device and inode of SQLite's file, or `None` when there is none."""
        path = sqlite_file(self._url) if self._sqlite else None
        try:
            found = path.stat() if path is not None else None
        except OSError:  # opening it gives a better error
            return None
        return (found.st_dev, found.st_ino) if found else None

    @contextmanager
    def _guarded(self) -> Generator[None]:
        try:
            yield
        except _UNUSABLE as error:
            raise self._problem(error) from error
        except DatabaseError as error:
            if type(error) is not DatabaseError:
                raise
            raise self._problem(error) from error  # the file is damaged or no database

    def _problem(self, error: Exception) -> StoreError:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        return StoreError(f"The store {self.name} cannot be used: {reason}. ANALYST_STORE_URL names another.")

    def _migrate(self, engine: Engine) -> None:
        with engine.connect() as connection:
            if _revision(connection) == SCHEMA:
                return
        if self._sqlite:
            use_wal(engine)
        # Two processes may get here at the same time: one migrates, the other waits.
        with engine.connect() as connection, connection.execution_options(writes=True).begin():
            if not self._sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(720117)"))
            revision = _revision(connection)
            if revision is None:
                _create(connection)
            elif revision != SCHEMA:
                _upgrade(connection)


_NOW = text("SELECT extract(epoch from clock_timestamp())")

_AT_ONCE_SECONDS = 1.0
"""Time in seconds within which SQLite refuses what it does not wait for."""


@contextmanager
def _begun(engine: Engine) -> Generator[Connection]:
    """Yield a connection in a transaction that may write.

    SQLite refuses it at once, however long it may wait, on a connection of which a reader was not read to its end: it
    holds an old state. Such a reader may be left until it is collected as garbage, so another connection is made.
    """
    with engine.connect() as connection:
        began = time.monotonic()
        try:
            transaction = connection.begin()
        except OperationalError:
            if engine.dialect.name != "sqlite" or time.monotonic() - began > _AT_ONCE_SECONDS:
                raise
            connection.invalidate()
            transaction = connection.begin()
        with transaction:
            yield connection


def get_store() -> Store:
    """Return the store of the settings, which is opened once.

    Raises:
        StoreError: The store cannot be used.
    """
    try:
        url = get_settings().store
    except DataDirectoryError as error:
        raise StoreError(str(error)) from error
    return _open(url)


@lru_cache(maxsize=8)
def _open(url: str) -> Store:
    store = Store(url)
    os.register_at_fork(after_in_child=store.forget_connections)
    return store


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _create(connection: Connection) -> None:
    """Make all tables of an empty database. The migrations would come to the same, twenty times slower."""
    Base.metadata.create_all(connection)
    connection.execute(
        text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    )
    connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": SCHEMA})


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreError(
            f"The store was made by a newer version of analyst-flows ({error}): upgrade, or set ANALYST_STORE_URL."
        ) from error
