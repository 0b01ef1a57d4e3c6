"""Unfinished runs inside an interrupted run: they are ended before the run is resumed."""

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from prefect.client.orchestration import SyncPrefectClient

_SECONDS = 120.0
"""Longest time in seconds for ending all runs inside a run."""


class ChildRunsLeftError(RuntimeError):
    """Error raised when runs inside an interrupted run cannot be ended; the message says which."""


def end_children(client: "SyncPrefectClient", flow_run_id: "UUID") -> None:
    """End the unfinished runs inside a run whose process is gone, at every depth. The resumed run starts new ones.

    Args:
        client: A client of the server.
        flow_run_id: Id of the run whose process is gone.

    Raises:
        ChildRunsLeftError: The server still lists unfinished ones after two minutes.
        httpx.HTTPError: The Prefect server cannot be used.
    """
    _end_children(client, flow_run_id, time.monotonic() + _SECONDS)


def _end_children(client: "SyncPrefectClient", flow_run_id: "UUID", deadline: float) -> None:
    from prefect.client.schemas.filters import (
        FlowRunFilter,
        FlowRunFilterParentFlowRunId,
        FlowRunFilterState,
        FlowRunFilterStateType,
    )
    from prefect.client.schemas.objects import TERMINAL_STATES, StateType
    from prefect.states import Crashed

    unfinished = [kind for kind in StateType if kind not in TERMINAL_STATES]
    children = FlowRunFilter(
        parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[flow_run_id]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=unfinished)),
    )
    message = "Its process ended; the run around it was resumed."
    while found := client.read_flow_runs(flow_run_filter=children):  # one page at a time
        for child in found:
            if time.monotonic() > deadline:
                raise ChildRunsLeftError(
                    f"The Prefect server does not end run {str(child.id)[:8]} ({child.name}) inside run "
                    f"{str(flow_run_id)[:8]}, so that one cannot be resumed yet. Try again later."
                )
            _end_children(client, child.id, deadline)
            client.set_flow_run_state(child.id, Crashed(message=message), force=True)
