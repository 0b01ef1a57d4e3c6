"""A watcher goes on when something around it fails."""

import socket
from uuid import uuid4

import pytest
from prefect.context import refresh_global_settings_context
from prefect.states import Crashed, Running
from sqlalchemy import text

from deployments.recovery.watcher import Watcher
from runtime.dataset_events.events import EventKey
from runtime.dataset_events.outbox import record_sent
from runtime.store.database import get_store
from tests.deployments.recovery.server_runs import JOB, StopAfter, add_server_run, name_of, states_of, store_away


def test_one_run_that_cannot_go_on_keeps_no_other(server, gone, monkeypatch):
    """When one run cannot be scheduled again, the others are, and the trouble is told."""
    first, second = (add_server_run(server, Crashed(), **gone) for _ in range(2))
    recover = Watcher._recover

    def failing(watcher, client, run, row):
        if run.id == first:
            raise ConnectionError("not this one")
        recover(watcher, client, run, row)

    monkeypatch.setattr(Watcher, "_recover", failing)
    with pytest.raises(ConnectionError):
        server[2](1)
    assert [states_of(server, run_id)[-1] for run_id in (first, second)] == ["Crashed", "Recovering"]


def test_trouble_with_events_keeps_no_run(server, gone):
    """Interrupted runs are resumed although events cannot be sent again."""
    run_id = add_server_run(server, Running(), **gone)
    record_sent(EventKey("damaged", "1", ""), str(uuid4()), {})  # an event whose payload cannot be sent
    with get_store().writing() as connection:
        connection.execute(text("UPDATE arrivals SET created = created - 100"))
    said: list[str] = []
    Watcher({str(server[1]): JOB}, said.append).watch(StopAfter(2))
    assert states_of(server, run_id)[-1] == "Recovering"
    assert [line for line in said if "Waiting" in line] == [
        "The Prefect server cannot be asked about events: KeyError('name'). Waiting."
    ]


@pytest.mark.scale
def test_a_log_that_cannot_be_written_ends_no_watch(server, gone):
    """A watcher whose every word fails, as on a full disk, has runs go on all the same."""
    first, second = (add_server_run(server, Crashed(), **gone) for _ in range(2))

    def full(_):
        raise OSError(28, "No space left on device")

    Watcher({str(server[1]): JOB}, full).watch(StopAfter(1))
    assert [states_of(server, run_id)[-1] for run_id in (first, second)] == ["Recovering"] * 2


@pytest.mark.scale
def test_a_watcher_outlives_the_store_and_the_server(server, gone, monkeypatch):
    """A watcher says once that it waits, looks on when store and server are back, and then acts."""
    run_id = add_server_run(server, Crashed(), **gone)
    said: list[str] = []
    watcher = Watcher({str(server[1]): JOB}, said.append)
    with store_away(monkeypatch):
        watcher.watch(StopAfter(2))
    (waiting,) = said
    assert waiting.startswith("The store sqlite:////dev/null/store.db cannot be used")
    with socket.create_server(("127.0.0.1", 0)) as nobody, monkeypatch.context() as gone_server:
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/api"
        nobody.close()
        gone_server.setenv("PREFECT_API_URL", url)
        refresh_global_settings_context()
        watcher.watch(StopAfter(1))
    refresh_global_settings_context()
    assert said == [waiting]
    watcher.watch(StopAfter(1))
    assert said[1:] == [
        f"Run {str(run_id)[:8]} ({name_of(server, run_id)}) was interrupted and is resumed (recovery 1 of 3).",
        "Looking after runs again.",
    ]
    with get_store().reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM effects")).scalar() == 1
