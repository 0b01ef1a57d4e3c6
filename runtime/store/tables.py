"""The store: one SQL database of runs, effects, findings and updates. SQLite in the data directory, or PostgreSQL.

Tables are made on first use, and changed by the migrations in `runtime/store/migrations`. SQLAlchemy is
imported here and nowhere else at the start of a module that the command line loads.
"""

import logging
import os
import threading
from collections.abc import Generator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    CursorResult,
    Dialect,
    Double,
    Engine,
    Executable,
    Index,
    Integer,
    String,
    TypeDecorator,
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
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from runtime.settings import DataDirectoryError, get_settings
from runtime.store.engines import postgresql_engine, sqlite_engine, sqlite_file, use_wal

SCHEMA = "0013"
"""Revision of the newest migration. It is written here too, so that a current store is used without loading Alembic."""

_log = logging.getLogger("prefect.store")

_UNUSABLE = (OperationalError, InterfaceError, InternalError, DataError, PoolTimeoutError)
"""Errors of drivers after which a run goes on without a store. PostgreSQL raises `InternalError` for an idle session
that it ended and for a server that has become a read-only replica, and `DataError` for a value that is too large for
its column."""


class StoreError(RuntimeError):
    """Error raised when the store cannot be used; the message says which store and what to do."""


class _Text(TypeDecorator[str]):
    """Text without the null character, which PostgreSQL refuses and an error about data may hold."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text as it is sent to the database."""
        del dialect
        return value and value.replace("\0", "\N{SYMBOL FOR NULL}")


_Count = BigInteger().with_variant(Integer(), "sqlite")
"""A whole number of 64 bits, which SQLite's integers have."""


class Base(DeclarativeBase):
    """Base of all tables."""

    type_annotation_map = {dict[str, Any]: JSON, list[str]: JSON, str: _Text, float: Double}  # noqa: RUF012 - SQLAlchemy's way to say it


class RunRow(Base):
    """One outermost flow run, and the lease of its newest attempt. What it has spent is in its `AccountRow`.

    `budget` is a `runtime.budget.Budget` as JSON; `seconds` is how long processes have worked on it. Times are seconds
    since 1970 by the database's clock, since the clocks of two hosts differ.
    """

    __tablename__ = "runs"

    id: Mapped[str] = mapped_column(primary_key=True)
    flow: Mapped[str]
    entrypoint: Mapped[str | None]
    script: Mapped[str | None]
    directory: Mapped[str]
    import_root: Mapped[str | None]
    server: Mapped[str | None]
    parameters: Mapped[dict[str, Any]]
    not_stored: Mapped[list[str]]
    dataset: Mapped[str | None]
    model: Mapped[str | None]
    deployment: Mapped[str | None]
    state: Mapped[str]
    error: Mapped[str | None]
    steps_made: Mapped[int] = mapped_column(default=0)
    steps_replayed: Mapped[int] = mapped_column(default=0)
    steps_in_attempt: Mapped[int] = mapped_column(default=0)
    budget: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    seconds: Mapped[float] = mapped_column(default=0.0)
    definitions: Mapped[dict[str, Any]]
    calls: Mapped[dict[str, Any]]
    last_answer: Mapped[str | None]
    asked_again: Mapped[list[str]] = mapped_column(default=list)
    attempt: Mapped[int]
    host: Mapped[str]
    machine: Mapped[str]
    pid: Mapped[int]
    process_started: Mapped[str | None]
    heartbeat: Mapped[float]
    created: Mapped[float] = mapped_column(index=True)
    updated: Mapped[float]


class AccountRow(Base):
    """Row of the spending of a run, day or month, worst cases of requests under way included: see `runtime.ledger`."""

    __tablename__ = "accounts"

    key: Mapped[str] = mapped_column(primary_key=True)
    micros: Mapped[int] = mapped_column(_Count)
    tokens: Mapped[int] = mapped_column(_Count)
    requests: Mapped[int] = mapped_column(_Count)
    unpriced: Mapped[int] = mapped_column(_Count)
    updated: Mapped[float]


class ReservationRow(Base):
    """The worst case of one model request that is under way, or whose end is not known: see `runtime.ledger`."""

    __tablename__ = "reservations"

    id: Mapped[str] = mapped_column(primary_key=True)
    run: Mapped[str] = mapped_column(index=True)
    attempt: Mapped[int]
    request: Mapped[str]
    model: Mapped[str]
    accounts: Mapped[list[str]]
    micros: Mapped[int] = mapped_column(_Count)
    tokens: Mapped[int] = mapped_column(_Count)
    under_way: Mapped[bool]
    created: Mapped[float]


class SpanRow(Base):
    """Row of a span of a run's trace: see `runtime.trace`. Span 0 of an attempt, its flow run, has no row."""

    __tablename__ = "spans"
    __table_args__ = (Index("ix_spans_run_updated", "run", "updated"),)

    run: Mapped[str] = mapped_column(primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    parent: Mapped[int]
    kind: Mapped[str]
    name: Mapped[str]
    state: Mapped[str]
    started: Mapped[float]
    seconds: Mapped[float | None]
    details: Mapped[dict[str, Any]]
    updated: Mapped[float]


class EffectRow(Base):
    """Row of an effect, such as a notification, and of the process that delivers it: see `runtime.effects`."""

    __tablename__ = "effects"

    key: Mapped[str] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(index=True)
    action: Mapped[str]
    state: Mapped[str]
    claims: Mapped[int]
    receipt: Mapped[str | None]
    problem: Mapped[str | None]
    host: Mapped[str]
    machine: Mapped[str]
    pid: Mapped[int]
    process_started: Mapped[str | None]
    created: Mapped[float]
    updated: Mapped[float]


class FindingRow(Base):
    """Row of a routed finding: see `tasks.routing.findings`.

    `state` is `opening` until every destination has been tried, then `open`; `closing`, then `closed` when it is gone.
    `occasion` counts how often it was opened, since each opening has effects of its own.
    """

    __tablename__ = "findings"

    identity: Mapped[str] = mapped_column(primary_key=True)
    dataset: Mapped[str] = mapped_column(index=True)
    subject: Mapped[dict[str, Any]]
    title: Mapped[str]
    severity: Mapped[str]
    state: Mapped[str]
    occasion: Mapped[int]
    destinations: Mapped[list[str]]
    missed: Mapped[int]
    run: Mapped[str]
    created: Mapped[float]
    updated: Mapped[float]


class ArrivalRow(Base):
    """Row of an update of a data set that a run of a deployment has: see `runtime.dataset_events.claims`.

    A row with an empty deployment is a sent event. `run` is then its id, `payload` its content until it has arrived,
    `times` how often it was sent again, and `created` the last time: see `runtime.dataset_events.outbox`.
    """

    __tablename__ = "arrivals"
    __table_args__ = (
        # An index of the few events that have not arrived, which each watcher reads every second.
        Index(
            "ix_arrivals_waiting",
            "created",
            sqlite_where=text("payload IS NOT NULL"),
            postgresql_where=text("payload IS NOT NULL"),
        ),
    )

    dataset: Mapped[str] = mapped_column(primary_key=True)
    partition: Mapped[str] = mapped_column(primary_key=True)
    deployment: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    run: Mapped[str]
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    times: Mapped[int] = mapped_column(default=0)
    created: Mapped[float]


class ReceivedIdRow(Base):
    """Row of the id of an accepted signed request: see `runtime.dataset_events.received_ids`."""

    __tablename__ = "received_ids"

    id: Mapped[str] = mapped_column(primary_key=True)
    created: Mapped[float]


class ModelHoldRow(Base):
    """Row of a model that no run asks for some time, since its server asked for that: see `runtime.model_holds`."""

    __tablename__ = "model_holds"

    model: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[float]


class ModelCircuitRow(Base):
    """Row of a model whose server has failed: see `runtime.model_circuits`."""

    __tablename__ = "model_circuits"

    model: Mapped[str] = mapped_column(primary_key=True)
    window_start: Mapped[float]
    calls: Mapped[int]
    failures: Mapped[int]
    retries: Mapped[int]
    open_until: Mapped[float]
    probe_until: Mapped[float]
    reason: Mapped[str]


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
        with self._guarded(), engine.begin() as connection:
            yield connection

    def now(self, connection: Connection) -> float:
        """Return the seconds since 1970 by the database's clock."""
        clock = "(julianday('now') - 2440587.5) * 86400.0" if self._sqlite else "extract(epoch from clock_timestamp())"
        return float(connection.execute(text(f"SELECT {clock}")).scalar_one())

    @staticmethod
    def change(connection: Connection, statement: Executable) -> int:
        """Execute an update or a delete.

        Returns:
            Number of changed rows. It is 0 for a statement that names an old state which another process has changed.
        """
        return cast("CursorResult[Any]", connection.execute(statement)).rowcount

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
