"""Watchers and interrupted runs, on a real server and without processes."""

import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import uuid4

import pytest
from prefect import flow, task
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.context import refresh_global_settings_context
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Completed, Crashed, Pending, Running, Scheduled, Suspended
from sqlalchemy import text

from deployments.catalog import Deployment
from deployments.recovery import child_runs, interrupted, watcher
from deployments.recovery.decided import resume_decided
from deployments.recovery.interrupted import interrupted_runs
from deployments.recovery.watcher import Watcher
from deployments.service import registry
from deployments.service.registry import apply, remove_others
from runtime.approvals.requests import Wanted, ask, decide
from runtime.dataset_events.events import EventKey
from runtime.dataset_events.outbox import record_sent
from runtime.prefect_server import pages
from runtime.runs.attempts.processes import this_process
from runtime.runs.record import UNRECORDED
from runtime.settings import get_settings
from runtime.store.database import StoreError, get_store
from tests.runtime.stored_runs import add_run, change_run, read_run
from tests.tasks.hooks import posted_to

JOB = Deployment(
    name="recovery-test", entrypoint="flows.analysis.analyze_and_report", description="A deployment of a test."
)

AT_ONCE = -600.0
"""Patience of nobody: less than nothing, since the server tells its time in whole seconds, and late when it is busy."""
LATER = 1e12
"""Time of a heartbeat that no slow machine makes old."""


@pytest.fixture
def gone():
    """A process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return {"pid": process.pid, "process_started": "1"}


@pytest.fixture(scope="module")
def deployed(_server_url):
    """A deployment for all tests, which other tests on this server do not see: what is known of it, and its id."""
    tag = f"recovery-{uuid4()}"
    job = JOB.model_copy(update={"name": tag})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "FROM_CATALOG", tag)
        patch.setattr(interrupted, "FROM_CATALOG", tag)
        with temporary_settings({PREFECT_API_URL: _server_url}), get_client(sync_client=True) as client:
            made = apply(client, job)
        yield job, made
        with temporary_settings({PREFECT_API_URL: _server_url}), get_client(sync_client=True) as client:
            remove_others(client, [])


@pytest.fixture
def patient_server(deployed, prefect_server, tmp_path, monkeypatch):
    """A client, the deployment's id, and what a watcher says in so many looks."""
    monkeypatch.setenv("ANALYST_STORE_URL", f"sqlite:///{tmp_path / 'store.db'}")
    get_settings.cache_clear()
    job, deployment = deployed
    with get_client(sync_client=True) as client:
        said: list[str] = []
        watcher = Watcher({str(deployment): job}, said.append)

        def look(times: int = 1) -> list[str]:
            said.clear()
            for _ in range(times):
                watcher.look(client)
            return list(said)

        made_runs.clear()
        yield client, deployment, look
        for run_id in made_runs:
            client.delete_flow_run(run_id)
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.fixture
def server(patient_server, monkeypatch):
    """The same with watchers to whom a run appears interrupted at their first look."""
    for name in ("_LOOKS_GONE", "_LOOKS_STALE", "_LOOKS_WORKER"):
        monkeypatch.setattr(interrupted, name, 1)
    return patient_server


made_runs = []
"""Runs of the test, which the next one should not find."""


def _run(server, reported, deployment=None, **columns):
    """A run in a state on the server, and in the store unless `columns` is empty."""
    client, usual, _ = server
    begun = reported if reported.is_running() or reported.is_pending() else Running()
    run = client.create_flow_run_from_deployment(deployment or usual, parameters={"dataset": "a.csv"}, state=begun)
    made_runs.append(run.id)
    if begun is not reported:
        client.set_flow_run_state(run.id, reported, force=True)
    if columns:
        add_run(id=str(run.id), **columns)
    return run.id


def _states(server, run_id):
    return [state.name for state in server[0].read_flow_run_states(run_id)]


def test_one_watcher_acts(server, deployed, gone):
    """Of two watchers one has a run go on, once, and the other says nothing, whether its end was reported or not."""
    runs = [_run(server, state, **gone) for state in (Running(), Crashed())]
    job, deployment = deployed
    said: list[str] = []

    def look_twice(watcher: Watcher) -> None:
        with get_client(sync_client=True) as own:
            for _ in range(2):
                watcher.look(own)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(look_twice, [Watcher({str(deployment): job}, said.append) for _ in range(2)]))
    assert ["is resumed" in line for line in said] == [True, True]
    assert [_states(server, run_id).count("Recovering") for run_id in runs] == [1, 1]
    assert [server[0].read_flow_run(run_id).state.type.value for run_id in runs] == ["SCHEDULED"] * 2


def test_a_run_that_waited_goes_on_when_everything_is_decided(server):
    """With one of two calls decided it stays suspended; with both it is scheduled again, once, and only by its own."""
    client, deployment, _ = server
    run_id = _run(server, Suspended(), state="waiting for approval")
    calls = {"attempt": 1, "agent": "clerk", "tool": "refund", "arguments": {}, "bound": {}, "seconds": None}
    asked = ask([Wanted(id=f"{run_id}{n}", run=str(run_id), place=n, on_timeout="deny", **calls) for n in "12"])
    said: list[str] = []
    decide(asked[0], approved=True, origin="test")
    resume_decided(client, {str(deployment)}, said.append)
    assert (_states(server, run_id)[-1], said) == ("Suspended", [])
    decide(asked[1], approved=False, origin="test")
    resume_decided(client, {str(uuid4())}, said.append)
    assert said == []
    for _ in range(2):
        resume_decided(client, {str(deployment)}, said.append)
    assert (_states(server, run_id)[-1], len(said)) == ("Decided", 1)


def test_what_another_has_acted_on_is_left_alone(server):
    """A watcher whose view of a run is older than what another did about it does nothing."""
    client, deployment, look = server
    run_id = _run(server, Crashed())
    late = Watcher({str(deployment): JOB}, pytest.fail)
    (seen,) = interrupted_runs(client, [str(deployment)])
    assert len(look()) == 1
    late._recover(client, seen.run, seen.row)
    assert _states(server, run_id)[-1] == "Recovering"
    assert _states(server, run_id).count("Recovering") == 1


def test_who_works_is_left_alone(server):
    """A run whose process is alive, and one that failed or was left by a person's command, are not touched."""
    alive = _run(server, Crashed(), host=this_process().host)
    failed = _run(server, Crashed(), state="failed")
    completed = _run(server, Completed(), state="completed")
    assert server[2]() == []
    assert [_states(server, run_id)[-1] for run_id in (alive, failed, completed)] == ["Crashed", "Crashed", "Completed"]


def test_another_host_is_given_time(patient_server, monkeypatch):
    """A run on another host goes on when its heartbeat is 25 s old at four looks in a row, not when it comes back."""
    monkeypatch.setattr(interrupted, "_STARTING_SECONDS", AT_ONCE)  # it has begun long ago
    run_id = _run(patient_server, Running(), machine="elsewhere", heartbeat=0.0)
    assert patient_server[2](3) == []
    with get_store().reading() as connection:
        now = get_store().now(connection)
    change_run(str(run_id), heartbeat=now)
    assert patient_server[2](1) == []
    change_run(str(run_id), heartbeat=0.0)
    assert patient_server[2](3) == []
    assert len(patient_server[2](1)) == 1


def test_a_run_that_was_never_recorded_goes_on(server):
    """A run whose process ended before its first record goes on too."""
    run_id = _run(server, Crashed())
    server[2](1)
    assert _states(server, run_id)[-1] == "Recovering"


def test_what_a_worker_never_started_goes_on(server, monkeypatch):
    """A run that a worker took, and that never began, goes on once its machine had time to come up."""
    run_id = _run(server, Pending())
    watcher = Watcher(None, list[str]().append)
    watcher.look(server[0])
    assert _states(server, run_id)[-1] == "Pending"
    monkeypatch.setattr(interrupted, "_SUBMITTED_SECONDS", AT_ONCE)
    watcher.look(server[0])
    assert _states(server, run_id)[-1] == "Recovering"


def test_a_run_that_was_interrupted_before_it_was_recorded_goes_on(patient_server, monkeypatch):
    """A run that is running and has no record goes on when the time for it is over, not before, nor at the first look.

    One that waited for the store is recorded a moment after the store is back.
    """
    run_id = _run(patient_server, Running())
    assert patient_server[2](4) == []
    monkeypatch.setattr(interrupted, "_STARTING_SECONDS", AT_ONCE)
    watcher = Watcher({str(patient_server[1]): JOB}, list[str]().append)
    for _ in range(3):
        watcher.look(patient_server[0])
    assert _states(patient_server, run_id)[-1] == "Running"
    watcher.look(patient_server[0])
    assert _states(patient_server, run_id)[-1] == "Recovering"


def test_a_run_that_goes_on_without_a_record_is_left_alone(server, monkeypatch):
    """A run whose store stayed away works on unrecorded; it is not started a second time beside it."""
    run_id = _run(server, Running())
    server[0].update_flow_run(run_id, tags=[*server[0].read_flow_run(run_id).tags, UNRECORDED])
    monkeypatch.setattr(interrupted, "_STARTING_SECONDS", AT_ONCE)
    assert server[2]() == []
    server[0].set_flow_run_state(run_id, Crashed(), force=True)
    assert len(server[2]()) == 1


def test_the_clock_here_does_not_matter(server, monkeypatch):
    """Only the server's clock, which set the time of a run's state, says how long the run has taken to begin."""
    run_id = _run(server, Running())
    monkeypatch.setattr(time, "time", lambda: 4e9)
    assert server[2]() == []
    assert _states(server, run_id)[-1] == "Running"


@pytest.mark.scale
def test_a_failed_run_that_is_tried_again_and_lost_goes_on(server, monkeypatch):
    """A run that had failed, was started again by a person and lost its process before its record, goes on."""
    runs = [_run(server, state, state="failed") for state in (Pending(), Running())]  # before it began, and as it did
    assert server[2]() == []
    monkeypatch.setattr(interrupted, "_STARTING_SECONDS", AT_ONCE)
    assert len(server[2]()) == 2
    assert [_states(server, run_id)[-1] for run_id in runs] == ["Recovering"] * 2


@pytest.mark.scale
def test_any_number_of_others_hides_none(server, gone, monkeypatch):
    """A run that was interrupted is found behind more runs than the server gives at once, which began before it."""
    monkeypatch.setattr(pages, "PAGE", 2)
    others = [_run(server, Running(), heartbeat=LATER) for _ in range(3)]
    others += [_run(server, Crashed(), state="failed") for _ in range(3)]
    unnoticed, never_recorded = _run(server, Running(), **gone), _run(server, Crashed())
    assert len(server[2]()) == 2
    monkeypatch.setattr(interrupted, "_OLDEST_SECONDS", AT_ONCE)
    reported_long_ago = _run(server, Crashed(), **gone)
    assert len(server[2]()) == 1
    found = [_states(server, run_id)[-1] for run_id in (unnoticed, never_recorded, reported_long_ago)]
    assert found == ["Recovering"] * 3
    assert all("Recovering" not in _states(server, other) for other in others)


def test_a_run_inside_another_is_left_to_it(server, gone):
    """A subflow that was interrupted is not started by itself: the run around it begins it anew."""
    outer = _run(server, Running(), host=this_process().host)
    inner = _inside(server, outer, deployment=True)
    add_run(id=str(inner), **gone)
    server[2]()
    assert _states(server, inner)[-1] == "Running"


def test_what_a_dead_process_left_behind_is_ended(server, gone):
    """With a run that goes on, the runs inside it end, those inside of these, and however many there are."""
    outer = _run(server, Running(), **gone)
    inner = [_inside(server, outer) for _ in range(3)]
    innermost = _inside(server, inner[0])
    server[2]()
    assert [_states(server, run_id)[-1] for run_id in (*inner, innermost)] == ["Crashed"] * 4


def test_what_the_server_does_not_end_is_given_up(server, monkeypatch):
    """Ending the runs inside a run stops after some time when the server goes on listing them, and says which."""
    monkeypatch.setattr(child_runs, "_SECONDS", 0.0)
    outer = _run(server, Running())
    inner = _inside(server, outer)
    with pytest.raises(child_runs.ChildRunsLeftError, match=str(inner)[:8]):
        child_runs.end_children(server[0], outer)
    assert _states(server, inner)[-1] == "Running"


def test_its_place_among_those_at_once_is_given_back(server, gone):
    """A running run is ended before it is scheduled again, by which the server counts it no more."""
    run_id = _run(server, Running(), **gone)
    server[2]()
    assert _states(server, run_id)[-2:] == ["Crashed", "Recovering"]


def test_a_run_that_is_being_started_is_given_time(server, gone):
    """A run that was interrupted and is just being started again is not scheduled once more."""
    run_id = _run(server, Pending(), **gone)
    assert server[2]() == []
    assert _states(server, run_id)[-1] == "Pending"


def test_a_run_that_has_just_begun_again_is_given_time(server, gone, monkeypatch):
    """A run whose next process has begun and has not taken it over yet is not scheduled once more, for a minute."""
    run_id = _run(server, Running(), **gone, heartbeat=0.0)
    server[2]()
    assert _states(server, run_id)[-1] == "Running"
    monkeypatch.setattr(interrupted, "_STARTING_SECONDS", AT_ONCE)
    server[2]()
    assert _states(server, run_id)[-1] == "Recovering"


def test_whoever_started_it_may_say_so_first(patient_server, gone):
    """A process that is gone and not reported yet is looked at five times, since its end is reported in a moment."""
    _run(patient_server, Running(), **gone)
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
    runs = [_run(patient_server, Crashed(), deployment, **columns) for columns in (gone, {})]
    watcher = Watcher({str(deployment): job}, (said := list[str]()).append)
    for _ in range(7):
        watcher.look(client)
    assert said == []
    watcher.look(client)
    assert [_states(patient_server, run_id)[-1] for run_id in runs] == ["Recovering"] * 2
    for run_id in runs:  # later still
        client.set_flow_run_state(run_id, Crashed(message="Flow run infrastructure exited"), force=True)
    for _ in range(8):
        watcher.look(client)
    assert [_states(patient_server, run_id)[-3:] for run_id in runs] == [
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
    run_id = _run(patient_server, Running(), machine="elsewhere", heartbeat=0.0)
    watcher = Watcher({str(patient_server[1]): JOB}, (said := list[str]()).append)
    for _ in range(3):
        watcher.look(patient_server[0])
    with _away(monkeypatch), pytest.raises(StoreError):
        watcher.look(patient_server[0])
    for _ in range(3):
        watcher.look(patient_server[0])
    assert (said, _states(patient_server, run_id)[-1]) == ([], "Running")


def test_one_run_that_cannot_go_on_keeps_no_other(server, gone, monkeypatch):
    """When one run cannot be scheduled again, the others are, and the trouble is told."""
    first, second = (_run(server, Crashed(), **gone) for _ in range(2))
    recover = Watcher._recover

    def failing(watcher, client, run, row):
        if run.id == first:
            raise ConnectionError("not this one")
        recover(watcher, client, run, row)

    monkeypatch.setattr(Watcher, "_recover", failing)
    with pytest.raises(ConnectionError):
        server[2](1)
    assert [_states(server, run_id)[-1] for run_id in (first, second)] == ["Crashed", "Recovering"]


def test_trouble_with_events_keeps_no_run(server, gone):
    """Interrupted runs are resumed although events cannot be sent again."""
    run_id = _run(server, Running(), **gone)
    record_sent(EventKey("damaged", "1", ""), str(uuid4()), {})  # an event whose payload cannot be sent
    with get_store().writing() as connection:
        connection.execute(text("UPDATE arrivals SET created = created - 100"))
    said: list[str] = []
    Watcher({str(server[1]): JOB}, said.append).watch(_Stop(2))
    assert _states(server, run_id)[-1] == "Recovering"
    assert [line for line in said if "Waiting" in line] == [
        "The Prefect server cannot be asked about events: KeyError('name'). Waiting."
    ]


@pytest.mark.scale
def test_a_log_that_cannot_be_written_ends_no_watch(server, gone):
    """A watcher whose every word fails, as on a full disk, has runs go on all the same."""
    first, second = (_run(server, Crashed(), **gone) for _ in range(2))

    def full(_):
        raise OSError(28, "No space left on device")

    Watcher({str(server[1]): JOB}, full).watch(_Stop(1))
    assert [_states(server, run_id)[-1] for run_id in (first, second)] == ["Recovering"] * 2


def test_who_comes_back_is_not_given_up(server, gone, monkeypatch):
    """A run that somebody goes on with at the moment at which it is given up stays his, and nobody is told."""
    with posted_to() as (posted, url):
        monkeypatch.setenv("ANALYST_ALERTS", f"json://{url.removeprefix('http://')}/ops")
        monkeypatch.setenv("ANALYST_RECOVERIES", "0")
        get_settings.cache_clear()
        run_id = _run(server, Crashed(), **gone)
        (seen,) = interrupted_runs(server[0], [str(server[1])])
        change_run(str(run_id), attempt=2)
        Watcher({str(server[1]): JOB}, pytest.fail)._recover(server[0], seen.run, seen.row)
        assert posted == []
    assert read_run(str(run_id)).state == "running"


@pytest.mark.scale
def test_given_up_again_is_told_again(server, gone, monkeypatch):
    """A run that was given up, was resumed by a person and is given up once more is told once more."""
    with posted_to() as (posted, url):
        monkeypatch.setenv("ANALYST_ALERTS", f"json://{url.removeprefix('http://')}/ops")
        monkeypatch.setenv("ANALYST_RECOVERIES", "0")
        get_settings.cache_clear()
        run_id = _run(server, Crashed(), **gone)
        server[2]()
        change_run(str(run_id), attempt=2, state="running")
        server[0].set_flow_run_state(run_id, Crashed(), force=True)
        server[2]()
        assert len(posted) == 2


def test_it_is_given_up_and_told_once(server, gone, monkeypatch):
    """After so many times the run stays failed, in the store and on the server, and each recipient is told once."""
    with posted_to() as (posted, url):
        monkeypatch.setenv("ANALYST_ALERTS", f"json://{url.removeprefix('http://')}/ops")
        monkeypatch.setenv("ANALYST_RECOVERIES", "2")
        get_settings.cache_clear()
        run_id = _run(server, Crashed(), **gone)
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


@pytest.mark.scale
def test_a_watcher_outlives_the_store_and_the_server(server, gone, monkeypatch):
    """A watcher says once that it waits, looks on when store and server are back, and then acts."""
    run_id = _run(server, Crashed(), **gone)
    said: list[str] = []
    watcher = Watcher({str(server[1]): JOB}, said.append)
    with _away(monkeypatch):
        watcher.watch(_Stop(2))
    (waiting,) = said
    assert waiting.startswith("The store sqlite:////dev/null/store.db cannot be used")
    with socket.create_server(("127.0.0.1", 0)) as nobody, monkeypatch.context() as gone_server:
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/api"
        nobody.close()
        gone_server.setenv("PREFECT_API_URL", url)
        refresh_global_settings_context()
        watcher.watch(_Stop(1))
    refresh_global_settings_context()
    assert said == [waiting]
    watcher.watch(_Stop(1))
    assert said[1:] == [
        f"Run {str(run_id)[:8]} ({_name(server, run_id)}) was interrupted and is resumed (recovery 1 of 3).",
        "Looking after runs again.",
    ]
    with get_store().reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM effects")).scalar() == 1


@contextmanager
def _away(monkeypatch):
    """A store that cannot be reached."""
    with monkeypatch.context() as away:
        away.setenv("ANALYST_STORE_URL", "sqlite:////dev/null/store.db")
        get_settings.cache_clear()
        yield
    get_settings.cache_clear()


def _inside(server, outer, *, deployment=False):
    """A run inside another one, which began it by a task run of its own, as subflows and runs of deployments do."""
    client = server[0]
    task_run = client.create_task_run(
        task=inner_work, flow_run_id=outer, dynamic_key=str(uuid4()), state=Running(), name="inner"
    )
    if deployment:
        parent = {"parent_task_run_id": task_run.id, "parameters": {"dataset": "a.csv"}}
        run = client.create_flow_run_from_deployment(server[1], state=Running(), **parent)
    else:
        run = client.create_flow_run(inner_flow, parent_task_run_id=task_run.id, state=Running())
    return run.id


@task
def inner_work():
    """Task in place of a subflow in the run around it."""


@flow
def inner_flow():
    """A flow inside another one."""


class _Stop:
    """An event that is set after so many questions, which do not wait."""

    def __init__(self, times):
        self.times = times

    def wait(self, _):
        self.times -= 1
        return self.times < 0


def _name(server, run_id):
    return server[0].read_flow_run(run_id).name
