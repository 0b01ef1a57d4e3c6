"""Unfinished runs inside an interrupted run: they are ended before the run is resumed."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from prefect.client.orchestration import SyncPrefectClient


def end_children(client: "SyncPrefectClient", flow_run_id: "UUID") -> None:
    """End the unfinished runs inside a run whose process is gone, at every depth. The resumed run starts new ones.

    Args:
        client: A client of the server.
        flow_run_id: Id of the run whose process is gone.

    Raises:
        httpx.HTTPError: The Prefect server cannot be used.
    """
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
            end_children(client, child.id)
            client.set_flow_run_state(child.id, Crashed(message=message), force=True)
