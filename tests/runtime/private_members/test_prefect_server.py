"""Each private member of Prefect's server that we use is still there and does what we use it for."""

import asyncio
import os
from pathlib import Path

import prefect
import pytest
from sqlalchemy import Engine, event

from runtime.prefect_server import connection
from runtime.private_members import prefect_server as members


@pytest.fixture
def own_rewrite(monkeypatch):
    """The rewrite of transactions ends with the test: it is for every engine of its process."""
    heard, listen = [], event.listen

    def hear(*listener, **options):
        heard.append(listener)
        listen(*listener, **options)

    monkeypatch.setattr(event, "listen", hear)
    yield
    for target, name, function in heard:
        if target is Engine:
            event.remove(target, name, function)


def test_begin_transactions_immediate(own_rewrite):
    """Prefect's server begins with `BEGIN DEFERRED`, and the rewrite makes that immediate."""
    assert not asyncio.run(members.transactions_begin_immediate())
    members.begin_transactions_immediate()
    assert asyncio.run(members.transactions_begin_immediate())


def test_transactions_begin_immediate(own_rewrite, monkeypatch):
    """A server that begins in another way is told from one to which the rewrite applies."""
    from prefect.server.database.configurations import AioSqliteConfiguration

    def begin(self, connection):
        connection.exec_driver_sql("BEGIN /* another way */")

    monkeypatch.setattr(AioSqliteConfiguration, "begin_sqlite_stmt", begin)
    members.begin_transactions_immediate()
    assert not asyncio.run(members.transactions_begin_immediate())


def test_all_events_handled(monkeypatch):
    """`METRICS` counts what each topic was sent and what its consumers have handled."""
    from prefect.server.utilities.messaging import memory

    topic = memory.METRICS["a topic of this test"]
    try:
        topic["published"] += 1
        assert not members.all_events_handled()
        topic["consumed"] += 1
        assert members.all_events_handled()
    finally:
        del memory.METRICS["a topic of this test"]


def test_embedded_environment():
    """Prefect's server still reads the variables that choose the services of an embedded server."""
    source = (Path(prefect.__file__).parent / "server" / "api" / "server.py").read_text()
    assert all(f'"{name}"' in source for name in members.EMBEDDED_ENVIRONMENT if "__" in name)


_ANOTHER_BEGIN = """
from prefect.server.database.configurations import AioSqliteConfiguration
def begin(self, connection):
    connection.exec_driver_sql("BEGIN /* another way */")
AioSqliteConfiguration.begin_sqlite_stmt = begin
"""


@pytest.mark.scale
def test_a_start_with_other_transactions_warns(tmp_path, monkeypatch, caplog):
    """When the rewrite of `BEGIN DEFERRED` no longer applies, whoever starts the embedded server is warned."""
    (tmp_path / "sitecustomize.py").write_text(_ANOTHER_BEGIN)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(Path.cwd())]))
    monkeypatch.setenv("PREFECT_HOME", os.environ["PREFECT_HOME"])
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    try:
        connection.ensure_server()
    finally:
        connection.stop_server()
    assert [record.message for record in caplog.records if "SQLite transactions" in record.message]
