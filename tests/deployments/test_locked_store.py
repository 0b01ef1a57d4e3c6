"""Events are sent although the store, which only helps, is held by another process."""

import sqlite3
from contextlib import closing

import pytest

from deployments.cli import run
from deployments.events import dataset_updated as events
from deployments.events.dataset_updated import parse, send
from runtime.settings import get_settings
from runtime.store import engines
from runtime.store.database import get_store


@pytest.fixture
def locked(tmp_path, monkeypatch, prefect_server):
    """A store that another process writes, and whose waits would outlast a test."""
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path))
    monkeypatch.setattr(engines, "BUSY_SECONDS", 200.0)
    monkeypatch.setattr(events, "_STORE_SECONDS", 0.1)
    get_settings.cache_clear()
    get_store()
    with closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
    get_settings.cache_clear()


def test_an_event_is_sent_although_the_store_is_locked(locked, capsys):
    """`analyst emit` sends the event, and says in one line on stderr that it is not written down."""
    assert run(["emit", "locked", "--uri", "/s.csv"]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("Sent dataset.updated for dataset.locked")
    (line,) = captured.err.splitlines()
    assert "database is locked" in line
    assert "will not be sent again" in line


def test_a_store_that_is_well_is_no_problem(tmp_path, monkeypatch, prefect_server):
    """Nothing is said of a store that has the event."""
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path))
    get_settings.cache_clear()
    event = parse({"name": "well", "uri": "/s.csv"})
    assert send(event, event.id(), warn=pytest.fail)
    get_settings.cache_clear()


def test_a_store_that_cannot_be_read_is_not_waited_for_twice(locked, monkeypatch):
    """When nobody could say whether an event is known, it is sent, and not written down either."""
    from runtime.store.database import StoreError

    def fails(_):
        raise StoreError("gone.")

    monkeypatch.setattr(events, "is_known", fails)
    monkeypatch.setattr(events, "record_sent", lambda *_: pytest.fail("the store was asked again"))
    event, said = parse({"name": "unread", "uri": "/s.csv"}), list[str]()
    assert send(event, event.id(), warn=said.append)
    assert said == ["gone. The event will not be sent again if the server loses it."]
