"""Interrupted runs are found and resumed, and others are left alone."""

import pytest
from prefect.states import Completed, Crashed, Pending, Running

from deployments.recovery import interrupted
from deployments.recovery.watcher import Watcher
from runtime.prefect_server import pages
from runtime.runs.attempts.processes import this_process
from runtime.runs.record import UNRECORDED
from tests.deployments.recovery.server_runs import AT_ONCE, JOB, LATER, add_server_run, states_of


def test_who_works_is_left_alone(server):
    """A run whose process is alive, and one that failed or was left by a person's command, are not touched."""
    alive = add_server_run(server, Crashed(), host=this_process().host)
    failed = add_server_run(server, Crashed(), state="failed")
    completed = add_server_run(server, Completed(), state="completed")
    assert server[2]() == []
    assert [states_of(server, run_id)[-1] for run_id in (alive, failed, completed)] == [
        "Crashed",
        "Crashed",
        "Completed",
    ]


def test_a_run_that_was_never_recorded_goes_on(server):
    """A run whose process ended before its first record goes on too."""
    run_id = add_server_run(server, Crashed())
    server[2](1)
    assert states_of(server, run_id)[-1] == "Recovering"


def test_what_a_worker_never_started_goes_on(server, monkeypatch):
    """A run that a worker took, and that never began, goes on once its machine had time to come up."""
    run_id = add_server_run(server, Pending())
    watcher = Watcher(None, list[str]().append)
    watcher.look(server[0])
    assert states_of(server, run_id)[-1] == "Pending"
    monkeypatch.setattr(interrupted, "_SUBMITTED_SECONDS", AT_ONCE)
    watcher.look(server[0])
    assert states_of(server, run_id)[-1] == "Recovering"


def test_a_run_that_was_interrupted_before_it_was_recorded_goes_on(patient_server, monkeypatch):
    """A run that is running and has no record goes on when the time for it is over, not before, nor at the first look.

    One that waited for the store is recorded a moment after the store is back.
    """
    run_id = add_server_run(patient_server, Running())
    assert patient_server[2](4) == []
    monkeypatch.setattr(interrupted, "_STARTING_SECONDS", AT_ONCE)
    watcher = Watcher({str(patient_server[1]): JOB}, list[str]().append)
    for _ in range(3):
        watcher.look(patient_server[0])
    assert states_of(patient_server, run_id)[-1] == "Running"
    watcher.look(patient_server[0])
    assert states_of(patient_server, run_id)[-1] == "Recovering"


def test_a_run_that_goes_on_without_a_record_is_left_alone(server, monkeypatch):
    """A run whose store stayed away works on unrecorded; it is not started a second time beside it."""
    run_id = add_server_run(server, Running())
    server[0].update_flow_run(run_id, tags=[*server[0].read_flow_run(run_id).tags, UNRECORDED])
    monkeypatch.setattr(interrupted, "_STARTING_SECONDS", AT_ONCE)
    assert server[2]() == []
    server[0].set_flow_run_state(run_id, Crashed(), force=True)
    assert len(server[2]()) == 1


@pytest.mark.scale
def test_a_failed_run_that_is_tried_again_and_lost_goes_on(server, monkeypatch):
    """A run that had failed, was started again by a person and lost its process before its record, goes on."""
    runs = [
        add_server_run(server, state, state="failed") for state in (Pending(), Running())
    ]  # before it began, and as it did
    assert server[2]() == []
    monkeypatch.setattr(interrupted, "_STARTING_SECONDS", AT_ONCE)
    assert len(server[2]()) == 2
    assert [states_of(server, run_id)[-1] for run_id in runs] == ["Recovering"] * 2


@pytest.mark.scale
def test_any_number_of_others_hides_none(server, gone, monkeypatch):
    """A run that was interrupted is found behind more runs than the server gives at once, which began before it."""
    monkeypatch.setattr(pages, "PAGE", 2)
    others = [add_server_run(server, Running(), heartbeat=LATER) for _ in range(3)]
    others += [add_server_run(server, Crashed(), state="failed") for _ in range(3)]
    unnoticed, never_recorded = add_server_run(server, Running(), **gone), add_server_run(server, Crashed())
    assert len(server[2]()) == 2
    monkeypatch.setattr(interrupted, "_OLDEST_SECONDS", AT_ONCE)
    reported_long_ago = add_server_run(server, Crashed(), **gone)
    assert len(server[2]()) == 1
    found = [states_of(server, run_id)[-1] for run_id in (unnoticed, never_recorded, reported_long_ago)]
    assert found == ["Recovering"] * 3
    assert all("Recovering" not in states_of(server, other) for other in others)


def test_its_place_among_those_at_once_is_given_back(server, gone):
    """A running run is ended before it is scheduled again, by which the server counts it no more."""
    run_id = add_server_run(server, Running(), **gone)
    server[2]()
    assert states_of(server, run_id)[-2:] == ["Crashed", "Recovering"]
