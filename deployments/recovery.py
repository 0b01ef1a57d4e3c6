"""Runs of deployments that were cut off go on by themselves: the same flow run, from its stored results.

Prefect knows that a process ended only if the process that started it lives; its heartbeats take minutes. The store
knows by lease and process. A run that is cut off is scheduled again on the server, so that it goes on like any run:
by the service or the worker of its deployment, within its limits, cancelled and seen like others. Its first step is to
take over the lease, which one process alone can, so a false alarm costs nothing: whoever has lost it writes nothing.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from threading import Event
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import CursorResult, select, update

from deployments.catalog import FROM_CATALOG, Deployment
from deployments.collapse import collapse
from deployments.redelivery import redeliver
from runtime.leases import is_cut_off
from runtime.processes import Process, is_gone
from runtime.settings import get_settings
from runtime.store import RunRow, StoreError, get_store

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun, State

LOOK_SECONDS = 1.0
"""Time between two looks."""
RECOVERING = "Recovering"
"""Name of the state that a run is scheduled in again. Its number in the run's history is that of its recoveries."""

_LOOKS_REPORTED, _LOOKS_GONE, _LOOKS_STALE = 1, 5, 4
"""How often in a row a run has to be seen cut off. Whoever started the process reports its end within a moment, and
should come first. After the store was away, every heartbeat is old until the next one."""
_STARTING_SECONDS = 60.0
"""How long a run may take from being taken by a service to its begin: a process has to start and import."""
_SUBMITTED_SECONDS = 900.0
"""The same for a worker's: a machine may have to start and an image to arrive. The worker may be gone as well."""
_OLDEST_SECONDS = 86_400.0
"""Age from which a run that never was recorded is left alone."""


class Watcher:
    """Looks for runs that were cut off, and has them gone on with.

    Args:
        deployments: Deployments whose runs are looked after, by id; by default the runs of all.
        say: Told in one line what was done or what is waited for.
    """

    def __init__(self, deployments: Mapping[str, Deployment] | None, say: Callable[[str], None]) -> None:
        self._deployments = deployments
        self._say = say
        self._looks: Counter[str] = Counter()
        self._problem: str | None = None

    def watch(self, stop: Event) -> None:
        """Look again and again until `stop` is set, also while the server or the store is away."""
        while not stop.wait(LOOK_SECONDS):
            try:
                self.look()
            except Exception as error:  # noqa: BLE001 - whatever it is, the runs still need somebody to look after them
                self._looks.clear()
                self._waits(error)
            else:
                if self._problem is not None:
                    self._say("Looking after runs again.")
                self._problem = None

    def look(self) -> None:
        """Look once.

        Raises:
            runtime.store.StoreError: The store cannot be used.
            httpx.HTTPError: The Prefect server cannot be used.
        """
        from prefect.client.orchestration import get_client

        with get_client(sync_client=True) as client:
            found = self._unfinished(client)
            rows, now = _rows([str(run.id) for run in found])
            looks: Counter[str] = Counter()
            for run in found:
                patience = _SUBMITTED_SECONDS if self._deployments is None else _STARTING_SECONDS
                needed = _looks_needed(run, rows.get(str(run.id)), now, patience)
                if needed is None:
                    continue
                looks[str(run.id)] = self._looks[str(run.id)] + 1
                if looks[str(run.id)] >= needed:
                    self._recover(client, run, rows.get(str(run.id)))
            self._looks = looks
            collapse(client, self._deployments, self._say)
            redeliver(client)

    def _unfinished(self, client: "SyncPrefectClient") -> "list[FlowRun]":
        from prefect.client.schemas.filters import (
            FlowRunFilter,
            FlowRunFilterDeploymentId,
            FlowRunFilterParentTaskRunId,
            FlowRunFilterState,
            FlowRunFilterStateType,
        )
        from prefect.client.schemas.objects import StateType
        from prefect.client.schemas.sorting import FlowRunSort

        of: dict[str, Any] = {"is_null_": False} if self._deployments is None else {"any_": list(self._deployments)}
        states = [StateType.RUNNING, StateType.PENDING, StateType.CRASHED]
        return client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                deployment_id=FlowRunFilterDeploymentId(**of),
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=states)),
                parent_task_run_id=FlowRunFilterParentTaskRunId(is_null_=True),
            ),
            sort=FlowRunSort.EXPECTED_START_TIME_DESC,
            limit=200,
        )

    def _recover(self, client: "SyncPrefectClient", run: "FlowRun", row: Any) -> None:
        from runtime.effects import NotDeliveredError, perform

        number = 1 + sum(state.name == RECOVERING for state in client.read_flow_run_states(run.id))
        # Somebody may have acted since it was looked at, and the number would be one too high. This is asked after the
        # history and not read from the times in it, which come from the clocks of several machines.
        if client.read_flow_run(run.id).state_id != run.state_id:
            return
        most = get_settings().recoveries
        if number > most:
            self._give_up(client, run, row, number - 1)
            return

        def again(_: str) -> str:
            message = f"Its process is gone; it goes on from its results (recovery {number})."
            if not schedule_again(client, run, RECOVERING, message):
                raise NotDeliveredError("the server refused it")
            return f"recovery {number}"

        # Of several that look, here and elsewhere, one does it, and the others say nothing.
        outcome = perform("have a run go on", {"recovery": number}, again, scope=str(run.id))
        if outcome.state == "done":
            self._say(f"Run {str(run.id)[:8]} ({run.name}) was cut off and goes on ({number} of {most}).")

    def _give_up(self, client: "SyncPrefectClient", run: "FlowRun", row: Any, times: int) -> None:
        from prefect.states import Failed

        from tasks.notify import tell
        from tasks.receivers import Message

        reason = f"Its process ended {times + 1} times, so it is not gone on with again."
        hint = f"`analyst resume {str(run.id)[:8]}` goes on from its results."
        for target in get_settings().alerts or ():
            said = Message(subject=f"[failed] {run.name}", body=f"{reason}\nRun: {run.id}\n{hint}", urgent=True)
            result = tell(target, said, ["given up", times], scope=str(run.id))
            if result.error:
                self._say(result.error)
        if row is not None and not _mark_failed(row, reason):
            return  # somebody goes on with it after all
        # Last, because by this it is not looked at any more.
        client.set_flow_run_state(run.id, Failed(message=f"{reason} {hint}"), force=True)
        self._say(f"Run {str(run.id)[:8]} ({run.name}) failed. {reason}")

    def _waits(self, error: Exception) -> None:
        problem = str(error) if isinstance(error, StoreError) else f"The Prefect server cannot be asked: {error!r}."
        if self._problem is None:
            self._say(f"{problem} Waiting.")
        self._problem = problem


def _looks_needed(run: "FlowRun", row: Any, now: float, patience: float) -> int | None:
    """How often in a row a run has to be seen like this before it is gone on with; `None` when it is not cut off.

    Args:
        run: The run as the server has it.
        row: Its row in the store, if it has one.
        now: The store's time.
        patience: Seconds that it may take to begin once it was taken by whoever starts runs.
    """
    state = run.state
    if state is None:
        return None
    if row is None:
        # It ended before it was recorded, or whoever took it did before starting it.
        if FROM_CATALOG not in run.tags or _age(state) > _OLDEST_SECONDS:
            return None
        # Flows of the catalog are recorded as soon as they run (`once_for_each_event`): by then this one should be.
        lost = state.is_running() and _age(state) > _STARTING_SECONDS
        return 1 if lost or state.is_crashed() or _never_started(state, patience) else None
    if row.state == "interrupted":
        if state.is_pending():  # it is just being started again
            return 1 if _never_started(state, patience) else None
        return _LOOKS_REPORTED if state.is_crashed() else _LOOKS_GONE
    if row.state != "running" or not is_cut_off(row, now):
        return None
    if state.is_pending() and not _never_started(state, patience):
        return None
    if not is_gone(Process(row.host, row.machine, row.pid, row.process_started)):
        return _LOOKS_STALE
    return _LOOKS_REPORTED if state.is_crashed() else _LOOKS_GONE


def _age(state: "State[Any]") -> float:
    return time.time() - state.timestamp.timestamp()


def _never_started(state: "State[Any]", patience: float) -> bool:
    return state.is_pending() and _age(state) > patience


def schedule_again(client: "SyncPrefectClient", run: "FlowRun", name: str, message: str) -> bool:
    """Have a run whose process is gone start again, as the same flow run.

    Args:
        client: A client of the server.
        run: The run.
        name: Name of the state that it is scheduled in.
        message: What the state says to people.

    Returns:
        Whether the server took it.
    """
    from prefect.client.schemas.responses import SetStateStatus
    from prefect.states import Crashed, Scheduled

    from deployments.resume import end_children

    end_children(client, run.id)
    if run.state is not None and not run.state.is_crashed():
        # By the server's rules, so that it gives back the place that the run has among those at once.
        client.set_flow_run_state(run.id, Crashed(message="Its process is gone."))
    again = Scheduled(name=name, message=message)
    return client.set_flow_run_state(run.id, again).status == SetStateStatus.ACCEPT


def _rows(run_ids: Sequence[str]) -> tuple[dict[str, Any], float]:
    store = get_store()
    with store.reading() as connection:
        rows = connection.execute(select(RunRow.__table__).where(RunRow.id.in_(run_ids))).all()
        return {row.id: row for row in rows}, store.now(connection)


def _mark_failed(row: Any, reason: str) -> bool:
    store = get_store()
    with store.writing() as connection:
        statement = (
            update(RunRow)
            .where(RunRow.id == row.id, RunRow.attempt == row.attempt, RunRow.state == row.state)
            .values(state="failed", error=reason, updated=store.now(connection))
        )
        return cast("CursorResult[Any]", connection.execute(statement)).rowcount == 1
