"""Interrupted runs of deployments are resumed in the background: the same flow run, from its stored results.

An interrupted run (`deployments/recovery/interrupted.py`) is scheduled again on the server, so that the service or
worker of its deployment starts it, within its limits. Its first step is to take over the lease, which only one process
can. So a false alarm does no harm: a process that has lost the lease writes nothing.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from threading import Event
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from deployments.catalog import Deployment
from deployments.events.redelivery import redeliver
from deployments.recovery.child_runs import end_children
from deployments.recovery.decided import resume_decided
from deployments.recovery.interrupted import interrupted_runs
from deployments.recovery.superseded import cancel_superseded
from deployments.recovery.undoing import Undoing
from runtime.run_events.delivery import deliver_soon
from runtime.settings import get_settings
from runtime.store.database import StoreError, get_store
from runtime.store.tables import RunRow
from runtime.texts.redaction import masked

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun, State

LOOK_SECONDS = 1.0
"""Seconds between two looks for interrupted runs."""
RECOVERING = "Recovering"
"""Name of the state in which a run is scheduled again. Its count in the run's history is the number of recoveries."""

_LATE = "Recovering Again"
"""Name of the state in which a run is scheduled once more since its worker reported the same crash late."""


class Watcher:
    """Watcher that looks for interrupted runs and schedules them again.

    Args:
        deployments: Deployments whose runs are watched, by id; `None` for all.
        say: Called with a line for each action, and when it waits for the server or the store.
    """

    def __init__(self, deployments: Mapping[str, Deployment] | None, say: Callable[[str], None]) -> None:
        self._deployments = deployments
        self._tell = say
        self._looks: Counter[str] = Counter()
        self._problems: dict[str, str] = {}
        names = None if deployments is None else {one.name for one in deployments.values()}
        self._undoing = Undoing(names, self._say)

    def watch(self, stop: Event) -> None:
        """Look for runs until `stop` is set, also while the server or the store is away."""
        from prefect.client.orchestration import get_client

        # One client for all looks: each reads all certificates when it is made, more work than a look.
        with get_client(sync_client=True) as client:
            while not stop.wait(LOOK_SECONDS):
                # Each is guarded by itself: an error of one, such as a lost broker of events, must not stop the rest.
                self._guarded("interrupted runs", lambda: self.look(client))
                self._guarded("approvals", lambda: resume_decided(client, self._deployments, self._say))
                self._guarded("effects", self._undoing.look)
                self._guarded("waiting runs", lambda: cancel_superseded(client, self._deployments, self._say))
                self._guarded("events", lambda: redeliver(client))
                self._guarded("events of runs", deliver_soon)

    def keep_watching(self, stop: Event) -> None:
        """Watch until `stop` is set; if watching ends by an error, report it and begin again.

        The service does not end, since that would stop runs under way. All state of a watch is on the server and in the
        store, so that a new one continues where the last one ended.
        """
        told = ""
        while not stop.is_set():
            try:
                self.watch(stop)
            except BaseException as error:  # noqa: BLE001 - SystemExit, too, would silently end the thread
                problem = f"Looking after runs ended: {masked(repr(error))}. Beginning again."
                if problem != told:  # a lasting problem is not reported every second
                    self._say(problem)
                told = problem

    def look(self, client: "SyncPrefectClient") -> None:
        """Look once for interrupted runs.

        Args:
            client: A client of the server.

        Raises:
            runtime.store.database.StoreError: The store cannot be used.
            httpx.HTTPError: The Prefect server cannot be used.
        """
        try:
            found = interrupted_runs(client, self._deployments)
        except Exception:
            self._looks.clear()  # services that have waited as well should report first
            raise
        self._looks = Counter({str(one.run.id): self._looks[str(one.run.id)] + 1 for one in found})
        problem: Exception | None = None
        for one in found:
            if self._looks[str(one.run.id)] >= one.looks:
                try:
                    self._recover(client, one.run, one.row)
                except Exception as error:  # noqa: BLE001 - the next run must be recovered after any error
                    problem = error
        if problem is not None:
            raise problem

    def _say(self, line: str) -> None:
        # A log on a full disk, or a closed pipe, must not end the watch.
        with suppress(OSError, ValueError, SystemExit):
            self._tell(line)

    def _guarded(self, what: str, step: Callable[[], object]) -> None:
        try:
            step()
        except Exception as error:  # noqa: BLE001 - the watch must go on after any error
            problem = f"The Prefect server cannot be asked about {what}: {masked(repr(error))}."
            problem = masked(str(error)) if isinstance(error, StoreError) else problem
            if not self._problems:
                self._say(f"{problem} Waiting.")
            self._problems[what] = problem
        else:
            if self._problems.pop(what, None) is not None and not self._problems:
                self._say("Looking after runs again.")

    def _recover(self, client: "SyncPrefectClient", run: "FlowRun", row: Any) -> None:
        from runtime.effects import NotDeliveredError, perform

        history = client.read_flow_run_states(run.id)
        number = 1 + sum(state.name == RECOVERING for state in history)
        # Another watcher or a person may have acted since the look, and the number would be one too high. The state is
        # read after the history, since the times in the history come from the clocks of several machines.
        if client.read_flow_run(run.id).state_id != run.state_id:
            return
        most = get_settings().recoveries
        late = run.work_pool_name is not None and _is_reported_again(history)
        if late:
            number -= 1
        elif number > most:
            self._give_up(client, run, row, number - 1)
            return

        def again(_: str) -> str:
            message = f"Its process is gone. It is resumed from its results (recovery {number})."
            if not schedule_again(client, run, _LATE if late else RECOVERING, message):
                raise NotDeliveredError("the server refused it")
            return f"recovery {number}"

        # Of several watchers, here and elsewhere, one does it, and the others say nothing.
        what = {"recovery": number} | ({"late report": True} if late else {})
        outcome = perform("have a run go on", what, again, scope=str(run.id))
        if outcome.state == "done":
            self._say(
                f"Run {str(run.id)[:8]} ({run.name}) was interrupted and is resumed (recovery {number} of {most})."
            )

    def _give_up(self, client: "SyncPrefectClient", run: "FlowRun", row: Any, times: int) -> None:
        from prefect.states import Failed

        from runtime.texts.safe_text import harmless
        from tasks.notify.recipients import Message
        from tasks.notify.report_notice import tell

        reason = f"Its process ended {times + 1} times, so it is not resumed again."
        hint = f"`analyst resume {str(run.id)[:8]}` resumes it from its results."
        if row is not None and not _is_as_seen(row):
            return  # another process has resumed it after all
        attempt = 0 if row is None else row.attempt  # a person may resume it, and it may be given up again
        for target in get_settings().alerts or ():
            said = Message(
                subject=f"[failed] {harmless(run.name, 120)}", body=f"{reason}\nRun: {run.id}\n{hint}", urgent=True
            )
            result = tell(target, said, ["given up", times, attempt], scope=str(run.id))
            if result.error:
                self._say(result.error)
        if row is not None and not _mark_failed(row, reason):
            return
        # Last, because a failed run is not looked at any more.
        client.set_flow_run_state(run.id, Failed(message=f"{reason} {hint}"), force=True)
        self._say(f"Run {str(run.id)[:8]} ({run.name}) failed. {reason}")


def schedule_again(client: "SyncPrefectClient", run: "FlowRun", name: str, message: str) -> bool:
    """Schedule a run whose process is gone again, as the same flow run.

    Args:
        client: A client of the server.
        run: The run.
        name: Name of the state in which it is scheduled.
        message: Message of the state, for people.

    Returns:
        Whether the server accepted the state.
    """
    from prefect.client.schemas.responses import SetStateStatus
    from prefect.states import Crashed, Scheduled

    end_children(client, run.id)
    if run.state is not None and not run.state.is_crashed():
        # Not forced, so that the server frees the run's place under the concurrency limit.
        client.set_flow_run_state(run.id, Crashed(message="Its process is gone."))
    again = Scheduled(name=name, message=message)
    return client.set_flow_run_state(run.id, again).status == SetStateStatus.ACCEPT


def _is_reported_again(history: "Sequence[State]") -> bool:
    """Tell whether the crash in which a history ends is one for which the run was scheduled again already.

    The end of a process in a work pool is reported twice, and the second time may be late. So a crash of a run that was
    scheduled again and has not run since counts as the same, once.
    """
    last = max((place for place, state in enumerate(history) if state.name == RECOVERING), default=len(history))
    since = history[last + 1 :]
    if not since or not since[-1].is_crashed():
        return False
    return not any(state.is_running() or state.name == _LATE for state in since)


def _is_as_seen(row: Any) -> bool:
    with get_store().reading() as connection:
        statement = select(RunRow.attempt, RunRow.state, RunRow.heartbeat).where(RunRow.id == row.id)
        found = connection.execute(statement).one_or_none()
    return found == (row.attempt, row.state, row.heartbeat)


def _mark_failed(row: Any, reason: str) -> bool:
    store = get_store()
    with store.writing() as connection:
        statement = (
            update(RunRow)
            .where(RunRow.id == row.id, RunRow.attempt == row.attempt, RunRow.state == row.state)
            .values(state="failed", error=reason, updated=store.now(connection))
        )
        return store.change(connection, statement) == 1
