"""Runs that were interrupted too often are given up, and recipients are told."""

from contextlib import contextmanager

import pytest
from prefect.states import Crashed

from deployments.recovery.interrupted import interrupted_runs
from deployments.recovery.watcher import Watcher
from runtime.settings import get_settings
from tests.deployments.recovery.server_runs import JOB, add_server_run
from tests.runtime.stored_runs import change_run, read_run
from tests.tasks.hooks import posted_to


@contextmanager
def alerts(monkeypatch, recoveries):
    """Messages that a recipient gets, where a run is given up after so many recoveries."""
    with posted_to() as (posted, url):
        monkeypatch.setenv("ANALYST_ALERTS", f"json://{url.removeprefix('http://')}/ops")
        monkeypatch.setenv("ANALYST_RECOVERIES", str(recoveries))
        get_settings.cache_clear()
        yield posted


def test_who_comes_back_is_not_given_up(server, gone, monkeypatch):
    """A run that somebody goes on with at the moment at which it is given up stays his, and nobody is told."""
    with alerts(monkeypatch, recoveries=0) as posted:
        run_id = add_server_run(server, Crashed(), **gone)
        (seen,) = interrupted_runs(server[0], [str(server[1])])
        change_run(str(run_id), attempt=2)
        Watcher({str(server[1]): JOB}, pytest.fail)._recover(server[0], seen.run, seen.row)
        assert posted == []
    assert read_run(str(run_id)).state == "running"


@pytest.mark.scale
def test_given_up_again_is_told_again(server, gone, monkeypatch):
    """A run that was given up, was resumed by a person and is given up once more is told once more."""
    with alerts(monkeypatch, recoveries=0) as posted:
        run_id = add_server_run(server, Crashed(), **gone)
        server[2]()
        change_run(str(run_id), attempt=2, state="running")
        server[0].set_flow_run_state(run_id, Crashed(), force=True)
        server[2]()
        assert len(posted) == 2


def test_it_is_given_up_and_told_once(server, gone, monkeypatch):
    """After so many times the run stays failed, in the store and on the server, and each recipient is told once."""
    with alerts(monkeypatch, recoveries=2) as posted:
        run_id = add_server_run(server, Crashed(), **gone)
        for _ in range(2):
            server[2](1)
            server[0].set_flow_run_state(run_id, Crashed(), force=True)
        server[2]()
        state = server[0].read_flow_run(run_id).state
        assert (state.type.value, len(posted)) == ("FAILED", 1)
    assert "ended 3 times" in state.message
    assert "ended 3 times" in posted[0]["message"]
    row = read_run(str(run_id))
    assert (row.state, row.error) == ("failed", "Its process ended 3 times, so it is not resumed again.")
    assert server[2]() == []
