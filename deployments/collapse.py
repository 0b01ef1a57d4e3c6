"""Of runs that wait for their turn, only the newest of each data set is run, where a deployment says so."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from runtime.arrivals import Arrival, is_older

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun

    from deployments.catalog import Deployment

SUPERSEDED = "Superseded"
"""Name of the state that a run ends in because a newer one does its work."""


def collapse(
    client: "SyncPrefectClient",
    deployments: "Mapping[str, Deployment] | None",
    say: Callable[[str], None] | None = None,
) -> list[UUID]:
    """End each run that waits although a newer one of its deployment waits too, of the same data set or parameters.

    Runs that have begun, those of the future, and those that were cut off and go on, are left alone.

    Args:
        client: A client of the server.
        deployments: Deployments by id, of which those that keep the newest are looked at; by default the catalog's.
        say: Told in one line what was done.

    Returns:
        The runs that were ended.
    """
    if deployments is None:
        ids = _in_catalog(client)
    else:
        ids = [UUID(key) for key, deployment in deployments.items() if deployment.keep == "newest"]
    if not ids:
        return []
    from datetime import UTC, datetime

    from prefect.client.schemas.filters import (
        FlowRunFilter,
        FlowRunFilterDeploymentId,
        FlowRunFilterState,
        FlowRunFilterStateType,
    )
    from prefect.client.schemas.objects import StateType
    from prefect.client.schemas.sorting import FlowRunSort
    from prefect.states import Cancelled

    waiting = client.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            deployment_id=FlowRunFilterDeploymentId(any_=ids),
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
        ),
        sort=FlowRunSort.EXPECTED_START_TIME_DESC,
        limit=200,
    )
    newest: dict[str, FlowRun] = {}
    ended: list[UUID] = []
    for run in waiting:
        if run.run_count or (run.expected_start_time and run.expected_start_time > datetime.now(UTC)):
            continue
        about, version = _about(run)
        first = newest.setdefault(about, run)
        # What came last may be late: then the older version ends itself once it has seen that the newer one was run.
        if first.id == run.id or is_older(_about(first)[1], version):
            continue
        state = Cancelled(name=SUPERSEDED, message=f"Run {first.id} of the same data set is newer.")
        client.set_flow_run_state(run.id, state)
        ended.append(run.id)
        if say is not None:
            say(f"Run {str(run.id)[:8]} ({run.name}) is not run: {str(first.id)[:8]} is newer.")
    return ended


def _about(run: "FlowRun") -> tuple[str, str]:
    """What a run is about, and which version of it."""
    if arrival := run.parameters.get("arrival"):
        key = Arrival.model_validate(arrival).key
        # Not the other parameters: each version may have a file of its own.
        return json.dumps([str(run.deployment_id), key.dataset, key.partition]), key.version
    return json.dumps([str(run.deployment_id), run.parameters], sort_keys=True, default=str), ""


def _in_catalog(client: "SyncPrefectClient") -> list[UUID]:
    from deployments.catalog import FROM_CATALOG, catalog

    names = [deployment.name for deployment in catalog() if deployment.keep == "newest"]
    if not names:
        return []
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName, DeploymentFilterTags

    found = client.read_deployments(
        deployment_filter=DeploymentFilter(
            name=DeploymentFilterName(any_=names), tags=DeploymentFilterTags(all_=[FROM_CATALOG])
        )
    )
    return [deployment.id for deployment in found]
