"""The store: made once, by whoever comes first, and kept private."""

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, inspect, select, text
from sqlalchemy.event import listen

import runtime.store.migrations
from runtime.dataset_events.claims import is_about
from runtime.dataset_events.events import DatasetEvent
from runtime.dataset_events.outbox import send_again
from runtime.settings import get_settings
from runtime.store import engines
from runtime.store.database import Store, StoreError, get_store
from runtime.store.tables import SCHEMA, ArrivalRow, Base
from tests.thinned import thinned

OPEN = (
    "import sys; from runtime.store.database import Store\n"
    "store = Store(sys.argv[1])\n"
    "print('alembic' if 'alembic' in sys.modules else 'fast')"
)


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'store.db'}"


@pytest.mark.scale
def test_processes_at_once_on_an_empty_home(tmp_path):
    """Processes that open a store that is not there yet all succeed, and one that comes later loads no Alembic."""
    command = [sys.executable, "-c", OPEN, url(tmp_path)]
    together = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for process in together:
        _, errors = process.communicate()
        assert process.returncode == 0, errors
    assert subprocess.run(command, capture_output=True, text=True).stdout == "fast\n"


def test_only_the_user_can_read_it(tmp_path):
    """The database and its side files are for the user alone: parameters may hold secrets."""
    store = Store(url(tmp_path))
    with store.reading() as connection:
        store.now(connection)
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert set(modes.values()) == {0o600}
    assert "store.db" in modes


def arrive(store: Store, run: str) -> None:
    row = {"dataset": run, "version": "1", "partition": "", "deployment": "d", "run": run, "created": 0.0}
    with store.writing() as connection:
        connection.execute(insert(ArrivalRow).values(**row))


def arrived(store: Store) -> list[str]:
    with store.reading() as connection:
        return list(connection.execute(select(ArrivalRow.run).order_by(ArrivalRow.run)).scalars())


ARRIVE = """
import sys
from sqlalchemy import insert
from runtime.store.database import Store
from runtime.store.tables import ArrivalRow
row = {"dataset": "other process", "version": "1", "partition": "", "deployment": "d", "run": "other process"}
with Store(sys.argv[1]).writing() as connection:
    connection.execute(insert(ArrivalRow).values(**row, created=0.0))
"""
SIDES = ["store.db-wal", "store.db-shm"]


@pytest.mark.parametrize("deleted", thinned([["store.db"], ["store.db", *SIDES]], 1), ids=["the file", "all files"])
def test_who_uses_a_deleted_store_goes_on_with_the_new_one(tmp_path, deleted):
    """A store that was deleted and made anew by another process is used, from then on, by all who had it open."""
    stores = [Store(url(tmp_path)) for _ in range(2)]
    for number, store in enumerate(stores):
        arrive(store, f"before {number}")
    for name in deleted:
        (tmp_path / name).unlink()
    subprocess.run([sys.executable, "-c", ARRIVE, url(tmp_path)], check=True)
    for number, store in enumerate(stores):
        arrive(store, f"after {number}")
    expected = ["after 0", "after 1", "other process"]
    assert [arrived(store) for store in (*stores, Store(url(tmp_path)))] == [expected] * 3


def test_a_deleted_store_is_made_anew_beside_who_still_reads_it(tmp_path):
    """A process that notices a deleted store makes it anew, private; a read that began before sees the old one."""
    store = Store(url(tmp_path))
    arrive(store, "before")
    with store.reading() as reader:
        reader.execute(text("SELECT 1"))
        (tmp_path / "store.db").unlink()
        arrive(store, "after")
        assert reader.execute(select(ArrivalRow.run)).scalars().all() == ["before"]
    assert arrived(Store(url(tmp_path))) == arrived(store) == ["after"]
    assert (tmp_path / "store.db").stat().st_mode & 0o777 == 0o600


@pytest.mark.scale
def test_opening_a_store_twice_drops_no_lock(tmp_path):
    """A process that opens a store twice goes on holding it: another one that ends does not remove what is in use.

    A process loses its locks of a file as soon as it closes the file once, however it had opened it.
    """
    store = Store(url(tmp_path))
    arrive(store, "first")
    Store(url(tmp_path))
    subprocess.run([sys.executable, "-c", ARRIVE, url(tmp_path)], check=True)
    assert all((tmp_path / name).exists() for name in SIDES)
    arrive(store, "last")
    assert arrived(store) == ["first", "last", "other process"]


def migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(runtime.store.migrations.__file__).parent))
    return config


def migrations_make_the_models(url: str) -> None:
    """Undo all migrations and do them again: they end with the tables that a new store is made with."""
    config = migrations()
    with Store(url).writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}
        command.upgrade(config, "head")
    with Store(url).reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_migrations_make_what_the_models_say(tmp_path):
    """A new store has the tables of the models, and so has one that went through all migrations."""
    with Store(url(tmp_path)).reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [SCHEMA]
    assert ScriptDirectory.from_config(migrations()).get_current_head() == SCHEMA
    migrations_make_the_models(url(tmp_path))


def older_arrivals_are_known(url: str) -> None:
    """Write claims as before keys had a limit, and find them after the migration."""
    long = "ä" * 400
    names = [(long, long), ("sales", long), ("sales", "1")]
    with Store(url).writing() as connection:
        config = migrations()
        config.attributes["connection"] = connection
        command.downgrade(config, "0005")
        for run, (name, version) in enumerate(names):
            row = {"dataset": name, "version": version, "partition": "", "deployment": "d", "run": str(run)}
            connection.execute(insert(ArrivalRow).values(**row, created=0.0))
    with Store(url).reading() as connection:
        for run, (name, version) in enumerate(names):
            key = DatasetEvent(id="1", name=name, version=version).key
            assert connection.execute(select(ArrivalRow.run).where(is_about(key))).scalars().all() == [str(run)]


def test_arrivals_of_an_older_store_are_still_known(tmp_path):
    """A claim that was written down with a key that is too long by now is found after the migration."""
    older_arrivals_are_known(url(tmp_path))


def test_events_that_wait_are_found_by_an_index(tmp_path, monkeypatch):
    """Asking for events to send again, which each watcher does every second, does not read those that have arrived."""
    monkeypatch.setenv("ANALYST_STORE_URL", url(tmp_path))
    get_settings.cache_clear()
    asked = list[str]()
    with get_store().reading() as connection:
        listen(
            connection.engine, "before_cursor_execute", lambda _, __, statement, values, *rest: asked.append(statement)
        )
        send_again(lambda *_: True, lambda _: set())
        (query,) = [statement for statement in asked if "FROM arrivals" in statement]
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", ("",) + (0,) * (query.count("?") - 1)).all()
    get_settings.cache_clear()
    assert "ix_arrivals_waiting" in str(plan)


def test_a_reader_that_was_left_keeps_no_writer_away(tmp_path):
    """A connection that still holds the state of a reader is not written on: SQLite would call it locked, at once."""
    store = Store(url(tmp_path))
    with store.reading() as connection:
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) SELECT i FROM n"
        left = connection.exec_driver_sql(f"{numbers} WHERE EXISTS (SELECT 1 FROM sqlite_master)")
        assert left.fetchone() == (1,)
        reader = left.cursor
    with closing(sqlite3.connect(tmp_path / "store.db")) as other:
        other.execute("CREATE TABLE other (id)")
        other.commit()
    with store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO other VALUES (1)")
    assert reader is not None
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT id FROM other").all() == [(1,)]


def test_a_locked_store_is_waited_for(tmp_path):
    """A write waits for another process's transaction; a read, or opening the store, does not."""
    store = Store(url(tmp_path))
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    with Store(url(tmp_path)).reading() as connection:
        assert store.now(connection) > 0
    entered, done = threading.Event(), threading.Event()

    def write() -> None:
        entered.set()
        with store.writing() as connection:
            store.now(connection)
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    entered.wait()
    assert not done.is_set()
    other.execute("COMMIT")
    thread.join(30)
    assert done.is_set()


@pytest.mark.parametrize("made", [True, False], ids=["made", "not made yet"])
def test_who_is_impatient_is_told_soon(tmp_path, monkeypatch, made):
    """In `waiting_at_most` a store that another process holds is an error long before others give it up."""
    monkeypatch.setattr(engines, "BUSY_SECONDS", 200.0)
    if made:
        Store(url(tmp_path))
    with closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="locked"), engines.waiting_at_most(0.1), Store(url(tmp_path)).writing():
            pass


def test_impatience_ends_with_its_block(tmp_path):
    """A connection that served somebody impatient, or a synced write, is as any other when it is used again."""
    store = Store(url(tmp_path))
    patience, synced = text("PRAGMA busy_timeout"), text("PRAGMA synchronous")
    with engines.waiting_at_most(0.1), store.writing(synced=True) as connection:
        assert (connection.execute(patience).scalar(), connection.execute(synced).scalar()) == (100, 2)
    with store.writing() as connection:
        assert connection.execute(patience).scalar() == engines.BUSY_SECONDS * 1000
        assert connection.execute(synced).scalar() == 1


def test_readers_do_not_hold_up_a_writer(tmp_path):
    """A write is committed while somebody else is reading."""
    store = Store(url(tmp_path))
    with store.reading() as reader, store.writing() as writer:
        reader.execute(text("SELECT count(*) FROM runs")).scalar()
        writer.execute(text("UPDATE runs SET state = 'failed'"))


@pytest.mark.parametrize("bad", ["nonsense://x", "sqlite:////proc/nowhere/store.db"])
def test_an_unusable_store_says_so(bad):
    """A store that cannot be used is one error that names it and the setting."""
    with pytest.raises(StoreError, match=r"nonsense|ANALYST_STORE_URL"):
        Store(bad)
