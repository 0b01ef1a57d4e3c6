"""Effects and their store: locked, older, and without secrets."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.exc import NoResultFound

import runtime.effects.claims
import runtime.effects.delivery
import runtime.store.engines
import runtime.store.migrations
from runtime.effects import perform
from runtime.settings import get_settings
from runtime.store.database import Store, StoreError, get_store
from runtime.store.tables import SCHEMA
from tests.runtime.effects.helpers import Recipient, no_delays, other, row

__all__ = ["no_delays", "other"]  # pytest finds fixtures by name


@pytest.fixture
def locker(tmp_path, monkeypatch):
    """Another connection to the store, which can lock it; our own gives up soon."""
    get_store()
    monkeypatch.setattr(runtime.store.engines, "BUSY_SECONDS", 0.05)
    monkeypatch.setenv("ANALYST_STORE_URL", f"sqlite:///{tmp_path}/./store.db")
    get_settings.cache_clear()
    get_store()
    with closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as other:
        yield other


NOT_RECORDED = "what became of it could not be recorded ("


def test_with_a_locked_store_at_most_once_does_nothing(locker):
    """An effect that may happen at most once is not delivered when it cannot be recorded."""
    locker.execute("BEGIN IMMEDIATE")
    recipient = Recipient()
    with pytest.raises(StoreError, match="locked"):
        perform("page", 1, recipient.deliver, scope="run", on_unknown="leave")
    assert recipient.keys == []


def test_with_a_locked_store_at_least_once_delivers_and_says_so(locker):
    """With a store that stays locked an effect is delivered, again where no answer comes, and not recorded."""
    locker.execute("BEGIN IMMEDIATE")
    recipient = Recipient(TimeoutError())
    outcome = perform("page", 1, recipient.deliver, scope="run")
    assert (outcome.state, outcome.receipt, recipient.keys) == ("done", "receipt 2", [outcome.key] * 2)
    assert "TimeoutError; " + NOT_RECORDED in (outcome.problem or "")
    locker.execute("ROLLBACK")
    with pytest.raises(NoResultFound):
        row(outcome.key)


def test_a_store_that_is_locked_meanwhile_leaves_a_doubt(locker):
    """A delivered effect that could not be recorded as done is delivered again by the next call."""
    recipient = Recipient(TimeoutError())

    def locks(key: str) -> str:
        if not recipient.keys:
            locker.execute("BEGIN IMMEDIATE")
        return recipient.deliver(key)

    outcome = perform("page", 1, locks, scope="run")
    assert (outcome.state, len(recipient.keys)) == ("done", 2)
    assert NOT_RECORDED in (outcome.problem or "")
    assert "locked" in (outcome.problem or "")
    locker.execute("ROLLBACK")
    assert perform("page", 1, recipient.deliver, scope="run").repeated

    def locks_once(key: str) -> str:
        locker.execute("BEGIN IMMEDIATE")
        return "sent"

    outcome = perform("page", 2, locks_once, scope="run")
    assert (outcome.problem or "").startswith(NOT_RECORDED)
    locker.execute("ROLLBACK")


def test_nothing_secret_is_stored(tmp_path):
    """Neither what was sent, nor to whom, nor the text of an unknown error is in the database."""
    secret = "hunter2secret"
    perform("page", {"to": f"json://u:{secret}@h", "text": secret}, Recipient(OSError(secret)).deliver, scope="run")
    perform("page", [secret], Recipient(*[OSError(secret)] * 3).deliver, scope="run")
    files = list(tmp_path.glob("store.db*"))
    assert files
    assert not any(secret.encode() in file.read_bytes() for file in files)


def test_an_older_store_is_brought_up_to_date(tmp_path):
    """A store without effects gets their table when it is opened, and keeps its runs."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    store = Store(url)
    with store.writing() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(runtime.store.migrations.__file__).parent))
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "0001"
    with Store(url).reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == SCHEMA
        assert connection.execute(text("SELECT count(*) FROM effects")).scalar() == 0
        assert connection.execute(text("SELECT count(*) FROM runs")).scalar() == 0
