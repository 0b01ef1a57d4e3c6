"""Private members of Prefect's runner, which starts the runs of served deployments as processes."""

import asyncio
import os
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient, SyncPrefectClient, get_client
from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner, _starter_engine
from prefect.settings import get_current_settings


def survive_questions(runner: Runner, on_error: Callable[[Exception], None]) -> None:
    """Keep a started runner going when it asks for runs and the server does not answer.

    Uses `Runner._scheduled_run_poller` and its `_get_and_submit_flow_runs`. Missing: a setting for how many questions
    in a row may fail before the runner ends, and with it the runs under way; it is three.

    Args:
        runner: A runner inside its `async with`.
        on_error: Called with the error that the question raised.
    """
    poller = _poller(runner)
    ask = poller._get_and_submit_flow_runs

    async def ask_patiently(**options: Any) -> None:
        try:
            await ask(**options)
        except Exception as error:  # noqa: BLE001 - after any error, the next question is asked all the same
            on_error(error)

    poller._get_and_submit_flow_runs = ask_patiently


def isolate_runs(runner: Runner) -> None:
    """Start each run in a process group of its own, so that Ctrl-C in the service's terminal does not end it.

    Uses `_resolve_starter` of the runner's poller and `_isolate_process_group` of what it gives. Missing: an argument
    of `Runner` for it.

    Args:
        runner: A runner inside its `async with`.
    """
    poller = _poller(runner)
    resolve = poller._resolve_starter

    def resolve_isolated(flow_run: Any) -> Any:
        starter = resolve(flow_run)
        starter._isolate_process_group = True
        return starter

    poller._resolve_starter = resolve_isolated


RUN_PROGRAM = "prefect.engine"
"""Module that the process of a run executes."""


@contextmanager
def processes_started_by(
    wrap: Callable[[Callable[..., Awaitable[Any]]], Callable[..., Awaitable[Any]]],
) -> Generator[None]:
    """Start the processes of runs by another function in this block.

    Uses `run_process` of `prefect.runner._starter_engine`, which Prefect names as the place to put another one.
    Missing: an argument of `Runner` for it.

    Args:
        wrap: Called with Prefect's function; returns one with the same arguments.
    """
    starter: Any = _starter_engine
    usual = starter.run_process
    starter.run_process = wrap(usual)
    try:
        yield
    finally:
        starter.run_process = usual


def run_environment(runner: Runner) -> dict[str, str]:
    """Return the environment that a runner gives to all its runs, without the variables of one.

    Uses `Runner._heartbeat_seconds`, as Prefect's own starter does. Missing: a public way to know it earlier.
    """
    environment = {**os.environ, **get_current_settings().to_environment_variables(exclude_unset=True)}
    beat: float | None = runner._heartbeat_seconds  # pyright: ignore[reportPrivateUsage]
    return environment if beat is None else {**environment, "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(int(beat))}


def stop_asking(runner: Runner) -> None:
    """Let a runner start no more runs.

    Uses `Runner._scheduled_run_poller.stopping`. Missing: `Runner.stop` ends the runs under way as well.
    """
    runner.stopping = _poller(runner).stopping = True


def has_runs(runner: Runner) -> bool:
    """Tell whether a runner has runs under way or about to start.

    Uses `Runner._process_manager` and `_submitting_flow_run_ids` of its poller. Missing: a public list of either.
    """
    return bool(run_ids(runner) or _poller(runner)._submitting_flow_run_ids)


def run_ids(runner: Runner) -> set[UUID]:
    """Return the runs whose processes a runner has started and which have not ended.

    Uses `Runner._process_manager`. Missing: a public list.
    """
    return set(_processes(runner).flow_run_ids())


async def kill_run(runner: Runner, run_id: UUID) -> None:
    """End the process of a run without cancelling the run, since a cancelled run cannot go on.

    Uses `Runner._process_manager`. Missing: `Runner.cancel_all` is the only public way, and it cancels.
    """
    await _processes(runner).kill(run_id)


def end_loops(runner: Runner) -> None:
    """Let `Runner.start` return.

    Uses `Runner._loops_task_group`. Missing: `Runner.stop` does it, and ends the runs under way as well.
    """
    loops: Any = runner._loops_task_group  # pyright: ignore[reportPrivateUsage]
    loops.cancel_scope.cancel()


class TriggersDeployment(RunnerDeployment):
    """Deployment whose triggers are written to the server by `apply_triggers`.

    Uses `RunnerDeployment._create_triggers` and `_create_triggers_sync`, which it overrides. Missing: a public way to
    keep automations that are there already; Prefect's own removes them all and makes them anew.
    """

    @abstractmethod
    def apply_triggers(self, deployment_id: UUID, client: SyncPrefectClient) -> None:
        """Make the automations of a deployment equal to its triggers."""

    async def _create_triggers(self, deployment_id: UUID, client: PrefectClient) -> None:
        del client
        with get_client(sync_client=True) as own:
            await asyncio.to_thread(self.apply_triggers, deployment_id, own)

    def _create_triggers_sync(self, deployment_id: UUID, client: SyncPrefectClient) -> None:
        self.apply_triggers(deployment_id, client)


def _poller(runner: Runner) -> Any:
    return runner._scheduled_run_poller  # pyright: ignore[reportPrivateUsage]


def _processes(runner: Runner) -> Any:
    return runner._process_manager  # pyright: ignore[reportPrivateUsage]
