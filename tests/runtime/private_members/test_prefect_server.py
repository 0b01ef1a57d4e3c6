"""Each private member of Prefect's server that we use is still there and does what we use it for."""

import os
import subprocess
import sys
from pathlib import Path

from prefect.server.utilities.messaging import memory

from runtime.prefect_server import connection
from runtime.private_members import prefect_server as members

_IN_MEMORY = """
import asyncio
from runtime.private_members.prefect_server import begin_transactions_immediate, transactions_begin_immediate
{patch}
print(asyncio.run(transactions_begin_immediate()))
begin_transactions_immediate()
print(asyncio.run(transactions_begin_immediate()))
"""
_ANOTHER_BEGIN = """
from prefect.server.database.configurations import AioSqliteConfiguration
def begin(self, connection):
    connection.exec_driver_sql("BEGIN /* another way */")
AioSqliteConfiguration.begin_sqlite_stmt = begin
"""


def _begin(patch):
    script = _IN_MEMORY.format(patch=patch)
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()


def test_begin_transactions_immediate():
    """Prefect's server begins with `BEGIN DEFERRED`, and the rewrite makes that immediate."""
    assert _begin("") == ["False", "True"]


def test_transactions_begin_immediate():
    """A server that begins in another way is told from one to which the rewrite applies."""
    assert _begin(_ANOTHER_BEGIN) == ["False", "False"]


def test_all_events_handled(monkeypatch):
    """`METRICS` counts what each topic was sent and what its consumers have handled."""
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
    from prefect.server.api import server

    source = Path(server.__file__).read_text()
    assert all(f'"{name}"' in source for name in members.EMBEDDED_ENVIRONMENT if "__" in name)


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
