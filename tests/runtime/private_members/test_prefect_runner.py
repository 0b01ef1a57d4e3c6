"""Each private member of Prefect's runner that we use is still there and does what we use it for."""

import asyncio
import signal
from uuid import uuid4

import pytest
from prefect import flow
from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner
from prefect.runner._process_manager import ProcessHandle

from runtime.private_members.prefect_runner import (
    RUN_PROGRAM,
    TriggersDeployment,
    end_loops,
    has_runs,
    isolate_runs,
    kill_run,
    processes_started_by,
    run_environment,
    run_ids,
    stop_asking,
    survive_questions,
)

pytestmark = pytest.mark.usefixtures("prefect_server")


@flow
def nothing():
    """Do nothing."""


async def test_survive_questions():
    """The poller asks by `_get_and_submit_flow_runs`; what it raises reaches our handler and not the poller's loop."""
    told = []
    async with Runner(pause_on_shutdown=False) as runner:

        async def fail(**_):
            raise ConnectionError("no answer")

        runner._scheduled_run_poller._get_and_submit_flow_runs = fail
        survive_questions(runner, told.append)
        await runner._scheduled_run_poller.run_once()
    assert [type(error) for error in told] == [ConnectionError]


async def test_isolate_runs():
    """The poller gets what starts a run from `_resolve_starter`, and it has `_isolate_process_group`."""
    async with Runner(pause_on_shutdown=False) as runner:
        made = await nothing.ato_deployment(name=f"test-{uuid4()}")
        deployment = await runner.aadd_deployment(made)
        run = await runner._client.create_flow_run_from_deployment(deployment)
        resolve = runner._scheduled_run_poller._resolve_starter
        assert resolve(run)._isolate_process_group is False
        isolate_runs(runner)
        assert runner._scheduled_run_poller._resolve_starter(run)._isolate_process_group is True
        await runner._client.delete_deployment(deployment)


async def test_processes_started_by():
    """The starter of a run calls `run_process` with `python -m prefect.engine` and the environment that is foretold."""
    called = []

    def wrap(usual):
        async def run_process(command, *, task_status, task_status_handler, env, cwd, start_new_session, stream_output):
            del task_status, task_status_handler, stream_output
            called.append((usual.__name__, command[1:], env, cwd, start_new_session))

        return run_process

    async with Runner(pause_on_shutdown=False, heartbeat_seconds=40) as runner:
        made = await nothing.ato_deployment(name=f"test-{uuid4()}")
        made.entrypoint = "tests.runtime.private_members.test_prefect_runner.nothing"
        deployment = await runner.aadd_deployment(made)
        run = await runner._client.create_flow_run_from_deployment(deployment)
        isolate_runs(runner)
        with processes_started_by(wrap):
            await runner._scheduled_run_poller._resolve_starter(run).start(run)
        await runner._client.delete_deployment(deployment)
        ((name, command, env, cwd, new_session),) = called
        assert (name, command, cwd, new_session) == ("run_process", ["-m", RUN_PROGRAM], None, True)
        assert env["PREFECT__FLOW_RUN_ID"] == str(run.id)
        foretold = {key: value for key, value in run_environment(runner).items() if not key.startswith("PREFECT__")}
        assert {key: value for key, value in env.items() if not key.startswith("PREFECT__")} == foretold


def test_run_environment():
    """`_heartbeat_seconds` of a runner goes into the environment of its runs."""
    runner = Runner(pause_on_shutdown=False, heartbeat_seconds=40)
    assert run_environment(runner)["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"] == "40"


async def test_stop_asking():
    """A poller whose `stopping` is set takes no more runs."""
    async with Runner(pause_on_shutdown=False) as runner:
        assert runner._scheduled_run_poller.stopping is False
        stop_asking(runner)
        assert (runner.stopping, runner._scheduled_run_poller.stopping) == (True, True)


async def test_has_runs():
    """`_submitting_flow_run_ids` of the poller holds the runs that are about to start."""
    async with Runner(pause_on_shutdown=False) as runner:
        assert (has_runs(runner), run_ids(runner)) == (False, set())
        runner._scheduled_run_poller._submitting_flow_run_ids.add(uuid4())
        assert has_runs(runner)


async def test_run_ids():
    """`_process_manager` lists the runs with a process by `flow_run_ids`."""
    async with Runner(pause_on_shutdown=False) as runner:
        process = await asyncio.create_subprocess_exec("sleep", "60")
        run_id = uuid4()
        await runner._process_manager.add(run_id, ProcessHandle(process))
        try:
            assert run_ids(runner) == {run_id}
        finally:
            process.kill()
            await process.wait()


async def test_kill_run():
    """`_process_manager` ends the process of a run by `kill`."""
    async with Runner(pause_on_shutdown=False) as runner:
        process = await asyncio.create_subprocess_exec("sleep", "60")
        run_id = uuid4()
        await runner._process_manager.add(run_id, ProcessHandle(process))
        await kill_run(runner, run_id)
        assert await process.wait() == -signal.SIGTERM


async def test_end_loops():
    """Cancelling `_loops_task_group` lets `start` return."""
    entered = asyncio.Event()

    class Entered(Runner):
        async def __aenter__(self):
            await super().__aenter__()
            entered.set()
            return self

    runner = Entered(pause_on_shutdown=False, query_seconds=600)
    started = asyncio.create_task(runner.start(webserver=False))
    await entered.wait()
    end_loops(runner)
    await asyncio.wait_for(started, 30)


def test_triggers_deployment():
    """`RunnerDeployment` brings its triggers to the server by `_create_triggers` and `_create_triggers_sync`."""
    assert RunnerDeployment._create_triggers is not TriggersDeployment._create_triggers
    assert RunnerDeployment._create_triggers_sync is not TriggersDeployment._create_triggers_sync
    asked = []

    class Deployment(TriggersDeployment):
        def apply_triggers(self, deployment_id, client):
            asked.append(deployment_id)

    made = Deployment.from_flow(nothing, name=f"test-{uuid4()}")
    assert made.apply() == asked[0]
