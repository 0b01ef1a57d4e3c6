"""Search for interrupted runs of deployments, on the Prefect server and in the store.

Prefect notices the end of a process only while the process that started it lives; its heartbeats take minutes. The
store knows the lease and the process of each run, but only of runs that were recorded.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from deployments.catalog import FROM_CATALOG
from runtime.prefect_server.pages import PAGE, all_pages
from runtime.runs.attempts.processes import Process, is_gone
from runtime.runs.attempts.takeover import is_interrupted
from runtime.runs.ends.ending import BUDGET_EXCEEDED, WAITING
from runtime.runs.record import UNRECORDED
from runtime.store.database import get_store
from runtime.store.tables import RunRow

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun, StateType

_LOOKS_REPORTED, _LOOKS_GONE, _LOOKS_STALE = 1, 5, 4
"""Number of looks in a row at which a run must appear interrupted. Its service reports the end of its process within a
moment and should come first. After an outage of the store, every heartbeat is old until the next one."""
_LOOKS_WORKER = 8
"""Number of such looks for a run of a work pool. Its end is reported twice: by the process that the worker started and,
some seconds later, by the worker. The worker would mark a run as crashed that was resumed in between."""
_STARTING_SECONDS = 60.0
"""Longest time in seconds from a service taking a run to its first step: a process has to start and import."""
_SUBMITTED_SECONDS = 900.0
"""Longest such time in seconds for a worker: a machine may have to start and an image to be pulled."""
_SERVER_LATE_SECONDS = 5.0
"""Seconds by which the time that a busy server tells may be too early: it tells whole seconds, and not always anew."""
_OLDEST_SECONDS = 86_400.0
"""Age in seconds from which a run without a record in the store is left alone."""
_ENDED = ("completed", "failed", BUDGET_EXCEEDED, WAITING, "cancelled")


@dataclass(frozen=True)
class InterruptedRun:
    """A run that appears to be interrupted.

    Attributes:
        run: The run as the server has it.
        row: Its row in the store, if it has one.
        looks: Number of looks in a row after which it is resumed.
    """

    run: "FlowRun"
    row: Any
    looks: int


def interrupted_runs(client: "SyncPrefectClient", deployments: Collection[str] | None) -> list[InterruptedRun]:
    """Find the runs that appear to be interrupted now.

    Args:
        client: A client of the server.
        deployments: Ids of the deployments whose runs are searched; `None` for all.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
        httpx.HTTPError: The Prefect server cannot be used.
    """
    found = list(_unfinished(client, deployments))
    if not found:
        return []
    rows, now = _rows([str(run.id) for run in found])
    # The times of states come from the server's clock. It may differ from ours by more than a run takes to begin.
    server_now = parsedate_to_datetime(client.hello().headers["date"]).timestamp()
    patience = _SUBMITTED_SECONDS if deployments is None else _STARTING_SECONDS
    seen = ((run, rows.get(str(run.id))) for run in found)
    judged = ((run, row, _looks_needed(run, row, now, server_now, patience)) for run, row in seen)
    return [InterruptedRun(run, row, looks) for run, row, looks in judged if looks is not None]


def _unfinished(client: "SyncPrefectClient", deployments: Collection[str] | None) -> "Iterator[FlowRun]":
    from prefect.client.schemas.filters import FlowRunFilterEndTime, FlowRunFilterId, FlowRunFilterTags
    from prefect.client.schemas.objects import StateType

    yield from _read(client, deployments, [StateType.RUNNING, StateType.PENDING])
    # Crashed runs stay on the server for ever, so only those are read that have no end in the store.
    with get_store().reading() as connection:
        open_rows = connection.execute(select(RunRow.id).where(RunRow.state.not_in(_ENDED))).scalars().all()
    known: set[str] = set()
    for first in range(0, len(open_rows), PAGE):
        ids: Any = list(open_rows[first : first + PAGE])
        for run in _read(client, deployments, [StateType.CRASHED], id=FlowRunFilterId(any_=ids)):
            known.add(str(run.id))
            yield run
    since: Any = datetime.now(UTC) - timedelta(seconds=2 * _OLDEST_SECONDS)
    ours, recent = FlowRunFilterTags(all_=[FROM_CATALOG]), FlowRunFilterEndTime(after_=since)
    for run in _read(client, deployments, [StateType.CRASHED], tags=ours, end_time=recent):
        if str(run.id) not in known:
            yield run


def _read(
    client: "SyncPrefectClient", deployments: Collection[str] | None, states: "Sequence[StateType]", **more: Any
) -> "Iterator[FlowRun]":
    from prefect.client.schemas.filters import (
        FlowRunFilter,
        FlowRunFilterDeploymentId,
        FlowRunFilterParentTaskRunId,
        FlowRunFilterState,
        FlowRunFilterStateType,
    )
    from prefect.client.schemas.sorting import FlowRunSort

    of: dict[str, Any] = {"is_null_": False} if deployments is None else {"any_": list(deployments)}
    wanted = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(**of),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(states))),
        parent_task_run_id=FlowRunFilterParentTaskRunId(is_null_=True),
        **more,
    )
    return all_pages(
        lambda offset, limit: client.read_flow_runs(
            flow_run_filter=wanted, sort=FlowRunSort.START_TIME_ASC, limit=limit, offset=offset
        )
    )


def _rows(run_ids: Sequence[str]) -> tuple[dict[str, Any], float]:
    store = get_store()
    with store.reading() as connection:
        rows: dict[str, Any] = {}
        for first in range(0, len(run_ids), PAGE):
            part = select(RunRow.__table__).where(RunRow.id.in_(run_ids[first : first + PAGE]))
            rows |= {row.id: row for row in connection.execute(part)}
        return rows, store.now(connection)


def _looks_needed(run: "FlowRun", row: Any, now: float, server_now: float, patience: float) -> int | None:
    """Return the number of looks in a row after which a run is resumed, or `None` when it is not interrupted.

    Args:
        run: The run as the server has it.
        row: Its row in the store, if it has one.
        now: The store's time.
        server_now: The server's time.
        patience: Longest time in seconds from being taken by a service or worker to its first step.
    """
    state = run.state
    if state is None:
        return None
    age = server_now - state.timestamp.timestamp()
    never_started = state.is_pending() and age > patience
    if row is None or row.state in _ENDED:
        return _looks_unrecorded(run, row, age, never_started=never_started)
    if state.is_running() and age + _SERVER_LATE_SECONDS < now - row.heartbeat and age <= _STARTING_SECONDS:
        return None  # its next process has begun, and takes it over in a moment, or later on a busy machine
    if row.state == "interrupted":
        if state.is_pending():  # it is being started again
            return 1 if never_started else None
        return _looks_reported(run) if state.is_crashed() else _LOOKS_GONE
    if not is_interrupted(row, now):
        return None
    if state.is_pending() and not never_started:
        return None
    if not is_gone(Process(row.host, row.machine, row.pid, row.process_started)):
        return _LOOKS_STALE
    return _looks_reported(run) if state.is_crashed() else _LOOKS_GONE


def _looks_reported(run: "FlowRun") -> int:
    return _LOOKS_REPORTED if run.work_pool_name is None else _LOOKS_WORKER


def _looks_unrecorded(run: "FlowRun", row: Any, age: float, *, never_started: bool) -> int | None:
    """Return the number of looks for a run whose current attempt is not in the store, as `_looks_needed` does."""
    state, ours = run.state, FROM_CATALOG in run.tags
    assert state is not None  # noqa: S101 - the caller has checked it
    if row is None and (not ours or age > _OLDEST_SECONDS):
        return None
    if never_started:
        return 1
    if row is None and state.is_crashed():
        return _looks_reported(run)
    # Flows of the catalog are recorded as soon as they run (`once_for_each_event`), unless the store is away for long.
    # A run that goes on without a record is tagged and left alone, since nothing would keep it from working at the same
    # time as its successor. A run that waited for the store is recorded when the store is back.
    lost = ours and state.is_running() and age > _STARTING_SECONDS and UNRECORDED not in run.tags
    return _LOOKS_STALE if lost else None
