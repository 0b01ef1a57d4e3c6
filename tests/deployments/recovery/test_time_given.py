"""Time that a run is given before it is held to be interrupted."""

import time
from uuid import uuid4

import pytest
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.states import Crashed, Pending, Running, Scheduled

from deployments.recovery import interrupted, watcher
from deployments.recovery.watcher import Watcher
from deployments.service.registry import apply
from runtime.store.database import StoreError, get_store
from tests.deployments.recovery.server_runs import AT_ONCE, JOB, add_server_run, states_of, store_away
from tests.runtime.stored_runs import change_run


def test_another_host_is_given_time(patient_server, monkeypatch):
    """A run on another host goes on when its heartbeat is 25 s old at four looks in a row, not when it comes back."""
    monkeypatch.setattr(interrupted, "_STARTING_SECONDS", AT_ONCE)  # it has begun long ago
    run_id = add_server_run(patient_server, Running(), machine="elsewhere", heartbeat=0.0)
    assert patient_server[2](3) == []
    with get_store().reading() as connection:
        now = get_store().now(connection)
    change_run(str(run_id), heartbeat=now)
    assert patient_server[2](1) == []
    change_run(str(run_id), heartbeat=0.0)
    assert patient_server[2](3) == []
    assert len(patient_server[2](1)) == 1


def test_the_clock_here_does_not_matter(server, monkeypatch):
    """Only the server's clock, which set the time of a run's state, says how long the run has taken to begin."""
    run_id = add_server_run(server, Running())
    monkeypatch.setattr(time, "time", lambda: 4e9)
    assert server[2]() == []
    assert states_of(server, run_id)[-1] == "Running"


def test_a_run_that_is_being_started_is_given_time(server, gone):
    """A run that was interrupted and is just being started again is not scheduled once more."""
    run_id = add_server_run(server, Pending(), **gone)
    assert server[2]() == []
    assert states_of(server, run_id)[-1] == "Pending"


def test_a_run_that_has_just_begun_again_is_given_time(server, gone, monkeypatch):
    """A run whose next process has begun and has not taken it over yet is not scheduled once more, for a minute."""
    run_id = add_server_run(server, Running(), **gone, heartbeat=0.0)
    server[2]()
    assert states_of(server, run_id)[-1] == "Running"
    monkeypatch.setattr(interrupted, "_STARTING_SECONDS", AT_ONCE)
    server[2]()
    assert states_of(server, run_id)[-1] == "Recovering"


def test_whoever_started_it_may_say_so_first(patient_server, gone):
    """A process that is gone and not reported yet is looked at five times, since its end is reported in a moment."""
    add_server_run(patient_server, Running(), **gone)
    watcher = Watcher({str(patient_server[1]): JOB}, (said := list[str]()).append)
    for _ in range(4):
        watcher.look(patient_server[0])
    assert said == []
    watcher.look(patient_server[0])
    assert len(said) == 1


@pytest.mark.scale
def test_a_worker_may_report_a_second_time_first(patient_server, deployed, gone):
    """A crash in a work pool is looked at eight times, since the worker reports it again some seconds later."""
    client, pool = patient_server[0], f"pool-{uuid4()}"
    client.create_work_pool(WorkPoolCreate(name=pool, type="process"))
    job = deployed[0].model_copy(update={"name": pool})
    deployment = apply(client, job, pool=pool)
    runs = [add_server_run(patient_server, Crashed(), deployment, **columns) for columns in (gone, {})]
    watcher = Watcher({str(deployment): job}, (said := list[str]()).append)
    for _ in range(7):
        watcher.look(client)
    assert said == []
    watcher.look(client)
    assert [states_of(patient_server, run_id)[-1] for run_id in runs] == ["Recovering"] * 2
    for run_id in runs:  # later still
        client.set_flow_run_state(run_id, Crashed(message="Flow run infrastructure exited"), force=True)
    for _ in range(8):
        watcher.look(client)
    assert [states_of(patient_server, run_id)[-3:] for run_id in runs] == [
        ["Recovering", "Crashed", "Recovering Again"]
    ] * 2
    client.delete_work_pool(pool)


@pytest.mark.parametrize(
    ("since", "same"),
    [
        ([Crashed()], True),
        ([Pending(), Crashed()], True),
        ([Pending(), Running(), Crashed()], False),
        ([Crashed(), Scheduled(name="Recovering Again"), Crashed()], False),
        ([Pending()], False),
        ([], False),
    ],
)
def test_a_crash_that_is_reported_late_counts_once(since, same):
    """A crash of a run that was scheduled again and has not run since is the one before, but not time and again."""
    before = [Running(), Crashed()]
    assert watcher._is_reported_again([*before, Scheduled(name="Recovering"), *since]) == same
    assert not watcher._is_reported_again([*before, *since])


def test_looks_begin_anew_after_an_outage(patient_server, monkeypatch):
    """When the store was away, what was seen before does not count: every heartbeat is old then."""
    monkeypatch.setattr(interrupted, "_STARTING_SECONDS", AT_ONCE)  # it has begun long ago
    run_id = add_server_run(patient_server, Running(), machine="elsewhere", heartbeat=0.0)
    watcher = Watcher({str(patient_server[1]): JOB}, (said := list[str]()).append)
    for _ in range(3):
        watcher.look(patient_server[0])
    with store_away(monkeypatch), pytest.raises(StoreError):
        watcher.look(patient_server[0])
    for _ in range(3):
        watcher.look(patient_server[0])
    assert (said, states_of(patient_server, run_id)[-1]) == ([], "Running")
