"""Runs of deployments that waited for a person go on when everything that they asked is decided."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from deployments.recovery.child_runs import end_children
from runtime.approvals.requests import list_approvals
from runtime.approvals.waits import runs_that_wait
from runtime.runs.attempts.takeover import is_interrupted
from runtime.runs.ends.ending import WAITING
from runtime.store.database import get_store
from runtime.store.tables import RunRow

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

DECIDED = "Decided"
"""Name of the state in which a run that waited is scheduled again."""
_MOST = 200
"""Most runs that are looked at at once, those changed longest ago first."""


def resume_decided(
    client: "SyncPrefectClient", deployments: Collection[str] | None, say: Callable[[str], None]
) -> None:
    """Schedule runs again that waited for decisions which are there now.

    Args:
        client: A client of the server.
        deployments: Ids of the deployments whose runs are looked after; `None` for all.
        say: Called with a line for each run.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
        httpx.HTTPError: The Prefect server cannot be used.
    """
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
    from prefect.states import Scheduled

    from runtime.effects import perform

    attempts = _attempts()
    if not attempts:
        return
    open_ = {one.run for one in list_approvals(limit=10_000)} | runs_that_wait()
    ids = [UUID(run) for run in attempts if run not in open_]
    if not ids:
        return
    for run in client.read_flow_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=ids))):
        mine = run.deployment_id is not None and (deployments is None or str(run.deployment_id) in deployments)
        if not mine or run.state is None or not run.state.is_paused():
            continue  # it is started by hand, or goes on already

        def again(_: str, run_id: UUID = run.id) -> str:
            end_children(client, run_id)
            message = "What it waited for is decided. It goes on from its results."
            client.set_flow_run_state(run_id, Scheduled(name=DECIDED, message=message), force=True)
            return DECIDED

        # Of several watchers, here and elsewhere, one does it.
        key = {"attempt": attempts[str(run.id)]}
        if perform("go on after a decision", key, again, scope=str(run.id)).state == "done":
            say(f"Run {str(run.id)[:8]} ({run.name}) goes on: what it waited for is decided.")


def _attempts() -> dict[str, int]:
    """Return the newest attempt of each run that waits, also of those whose process was gone before it could say so."""
    store = get_store()
    query = select(RunRow.__table__).where(RunRow.state.in_((WAITING, "running"))).order_by(RunRow.updated).limit(_MOST)
    with store.reading() as connection:
        now = store.now(connection)
        rows = connection.execute(query).all()
    return {row.id: row.attempt for row in rows if row.state == WAITING or is_interrupted(row, now)}
