"""What watchers do about runs that were cut off, on a real server and without processes."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from prefect.client.orchestration import get_client
from prefect.states import Completed, Crashed, Pending, Running
from sqlalchemy import text

from deployments import recovery, registry
from deployments.catalog import Deployment
from deployments.recovery import Watcher
from deployments.registry import apply, remove_others
from runtime.processes import this_process
from runtime.settings import get_settings
from runtime.store import StoreError, get_store
from tests.runtime.stored_runs import add_run, change_run, read_run
from tests.tasks.hooks import posted_to

JOB = Deployment(
    name="recovery-test", entrypoint="flows.analysis.analyze_and_report", description="A deployment of a test."
)


@pytest.fixture
def gone():
    """A process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return {"pid": process.pid, "process_started": "1"}


@pytest.fixture
def server(prefect_server, tmp_path, monkeypatch):
    """A client, the deployment's id, and what two watchers said who look at the same time."""
    tag = f"recovery-{uuid4()}"
    monkeypatch.setattr(registry, "FROM_CATALOG", tag)
    monkeypatch.setattr(recovery, "FROM_CATALOG", tag)
    monkeypatch.setenv("ANALYST_STORE_URL", f"sqlite:///{tmp_path / 'store.db'}")
    get_settings.cache_clear()
    with get_client(sync_client=True) as client:
        job = JOB.model_copy(update={"name": tag})  # other tests have theirs on this server
        deployment = apply(client, job)
        said: list[str] = []
        watchers = [Watcher({str(deployment): job}, said.append) for _ in range(2)]

        def look(times: int = 6) -> list[str]:
            said.clear()
            with ThreadPoolExecutor(2) as threads:
                for _ in range(times):
                    list(threads.map(Watcher.look, watchers))
            return list(said)

        yield client, deployment, look
        remove_others(client, [])
    monkeypatch.undo()
    get_settings.cache_clear()


def _run(server, reported, **columns):
    """A run in a state on the server, and in the store unless `columns` is empty."""
    client, deployment, _ = server
    run = client.create_flow_run_from_deployment(deployment, parameters={"dataset": "a.csv"}, state=Running())
    client.set_flow_run_state(run.id, reported, force=True)
    if columns:
        add_run(id=str(run.id), **columns)
    return run.id


def _states(server, run_id):
    return [state.name for state in server[0].read_flow_run_states(run_id)]


@pytest.mark.parametrize("state", [Running(), Crashed()], ids=["unnoticed", "reported"])
def test_one_watcher_acts(server, gone, state):
    """Of two watchers one has the run go on, once, and the other says nothing."""
    run_id = _run(server, state, **gone)
    said = server[2]()
    assert [line for line in said if "goes on" in line] == said[:1]
    assert _states(server, run_id).count("Recovering") == 1
    assert server[0].read_flow_run(run_id).state.type.value == "SCHEDULED"


def test_what_another_has_acted_on_is_left_alone(server):
    """A watcher whose view of a run is older than what another did about it does nothing."""
    client, deployment, look = server
    run_id = _run(server, Crashed())
    late = Watcher({str(deployment): JOB}, pytest.fail)
    (seen,) = late._unfinished(client)
    assert len(look(1)) == 1
    late._recover(client, seen, None)
    assert _states(server, run_id)[-1] == "Recovering"
    assert _states(server, run_id).count("Recovering") == 1


def test_who_works_is_left_alone(server):
    """A run whose process is alive, and one that failed or was left by a person's command, are not touched."""
    alive = _run(server, Crashed(), host=this_process().host)
    failed = _run(server, Crashed(), state="failed")
    completed = _run(server, Completed(), state="completed")
    assert server[2]() == []
    assert [_states(server, run_id)[-1] for run_id in (alive, failed, completed)] == ["Crashed", "Crashed", "Completed"]


def test_another_host_is_given_time(server):
    """A run on another host goes on when its heartbeat is 25 s old at four looks in a row, not when it comes back."""
    run_id = _run(server, Running(), machine="elsewhere", heartbeat=0.0)
    assert server[2](3) == []
    with get_store().reading() as connection:
        now = get_store().now(connection)
    change_run(str(run_id), heartbeat=now)
    assert server[2](1) == []
    change_run(str(run_id), heartbeat=0.0)
    assert server[2](3) == []
    assert len(server[2](1)) == 1


def test_a_run_that_was_never_recorded_goes_on(server):
    """A run whose process ended before its first record goes on too."""
    run_id = _run(server, Crashed())
    server[2](1)
    assert _states(server, run_id)[-1] == "Recovering"


def test_what_a_worker_never_started_goes_on(server, monkeypatch):
    """A run that a worker took, and that never began, goes on once its machine had time to come up."""
    run_id = _run(server, Pending())
    watcher = Watcher(None, list[str]().append)
    watcher.look()
    assert _states(server, run_id)[-1] == "Pending"
    monkeypatch.setattr(recovery, "_SUBMITTED_SECONDS", 0.0)
    watcher.look()
    assert _states(server, run_id)[-1] == "Recovering"


def test_a_run_that_was_cut_off_before_it_was_recorded_goes_on(server, monkeypatch):
    """A run that is running and has no record goes on when the time for it is over, not before."""
    run_id = _run(server, Running())
    assert server[2](3) == []
    monkeypatch.setattr(recovery, "_STARTING_SECONDS", 0.0)
    assert len(server[2](1)) == 1
    assert _states(server, run_id)[-1] == "Recovering"


def test_it_is_given_up_and_told_once(server, gone, monkeypatch):
    """After so many times the run stays failed, in the store and on the server, and each receiver is told once."""
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
    assert (row.state, row.error) == ("failed", "Its process ended 3 times, so it is not gone on with again.")
    assert server[2]() == []


def test_a_watcher_outlives_the_store_and_the_server(server, gone, monkeypatch):
    """A watcher says once that it waits, looks on when store and server are back, and then acts."""
    run_id = _run(server, Crashed(), **gone)
    problems = [StoreError("The store is away."), ConnectionError("The server is away."), StoreError("Still away.")]
    stop, said, looks = _Stop(8), list[str](), Watcher.look

    def look(watcher):
        if problems:
            raise problems.pop(0)
        looks(watcher)

    monkeypatch.setattr(Watcher, "look", look)
    Watcher({str(server[1]): JOB}, said.append).watch(stop)
    assert said[:2] == [
        "The store is away. Waiting.",
        f"Run {str(run_id)[:8]} ({_name(server, run_id)}) was cut off and goes on (1 of 3).",
    ]
    assert said[2] == "Looking after runs again."
    with get_store().reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM effects")).scalar() == 1


class _Stop:
    """An event that is set after so many questions, which do not wait."""

    def __init__(self, times):
        self.times = times

    def wait(self, _):
        self.times -= 1
        return self.times < 0


def _name(server, run_id):
    return server[0].read_flow_run(run_id).name
