"""Runs in a state on the server and in the store, as a watcher finds them."""

from contextlib import contextmanager
from uuid import UUID, uuid4

from prefect import flow, task
from prefect.states import Running

from deployments.catalog import Deployment
from runtime.settings import get_settings
from tests.runtime.stored_runs import add_run

JOB = Deployment(
    name="recovery-test", entrypoint="flows.analysis.analyze_and_report", description="A deployment of a test."
)

AT_ONCE = -600.0
"""Patience of nobody: less than nothing, since the server tells its time in whole seconds, and late when it is busy."""
LATER = 1e12
"""Time of a heartbeat that no slow machine makes old."""

made_runs: list[UUID] = []
"""Runs of the test, which the next one should not find."""


def add_server_run(server, reported, deployment=None, **columns):
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


def states_of(server, run_id):
    """Names of the states of a run on the server, in order."""
    return [state.name for state in server[0].read_flow_run_states(run_id)]


def name_of(server, run_id):
    """Name of a run on the server."""
    return server[0].read_flow_run(run_id).name


def add_child_run(server, outer, *, deployment=False):
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
    made_runs.append(run.id)
    return run.id


@task
def inner_work():
    """Task in place of a subflow in the run around it."""


@flow
def inner_flow():
    """A flow inside another one."""


@contextmanager
def store_away(monkeypatch):
    """A store that cannot be reached."""
    with monkeypatch.context() as away:
        away.setenv("ANALYST_STORE_URL", "sqlite:////dev/null/store.db")
        get_settings.cache_clear()
        yield
    get_settings.cache_clear()


class StopAfter:
    """An event that is set after so many questions, which do not wait."""

    def __init__(self, times):
        self.times = times

    def wait(self, _):
        self.times -= 1
        return self.times < 0
