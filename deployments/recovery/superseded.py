"""Cancellation of waiting runs that a newer run of the same data set replaces, for `keep="newest"`."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from runtime.dataset_events.events import arrival_in
from runtime.dataset_events.versions import is_older
from runtime.prefect_server.pages import all_pages

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun

    from deployments.catalog import Deployment

SUPERSEDED = "Superseded"
"""Name of the state of a run that a newer one has replaced."""


def cancel_superseded(
    client: "SyncPrefectClient",
    deployments: "Mapping[str, Deployment] | None",
    say: Callable[[str], None] | None = None,
) -> list[UUID]:
    """End each waiting run that a newer waiting run of its deployment replaces, with the same data set or parameters.

    Of two updates of one data set, the one that came first is ended if its version is older, or the same, or if it has
    none. Versions without an order, such as hashes, are all run. Runs that no event started are ended if a later one
    has the same parameters.

    Runs are left alone that have begun, are planned or resumed, wait for several data sets, or have an `arrival` that
    cannot be read.

    Args:
        client: A client of the server.
        deployments: Deployments by id, by default the catalog's. Only those with `keep="newest"` are looked at.
        say: Called with a line for each run that was ended.

    Returns:
        The runs that were ended.
    """
    if deployments is None:
        ids = _in_catalog(client)
    else:
        ids = [UUID(key) for key, deployment in deployments.items() if deployment.keep == "newest"]
    if not ids:
        return []
    from prefect.states import Cancelled

    kept: dict[str, list[tuple[FlowRun, str | None]]] = {}
    ended: list[UUID] = []
    for run in _waiting(client, ids):
        if run.run_count or (found := _about(run)) is None:
            continue
        about, version = found
        later = kept.setdefault(about, [])
        # The last update may have an older version. Its run stays, and ends itself when the newer version was run.
        newer = next((other for other, its in later if _is_superseded(version, its)), None)
        if newer is None:
            later.append((run, version))
            continue
        state = Cancelled(name=SUPERSEDED, message=f"Run {newer.id} of the same data set is newer.")
        client.set_flow_run_state(run.id, state)
        ended.append(run.id)
        if say is not None:
            say(f"Run {str(run.id)[:8]} ({run.name}) is not run: {str(newer.id)[:8]} is newer.")
    return ended


def _waiting(client: "SyncPrefectClient", deployments: list[UUID]) -> "list[FlowRun]":
    """Return the runs that wait for a free place now, the newest first."""
    from datetime import UTC, datetime

    from prefect.client.schemas.filters import (
        FlowRunFilter,
        FlowRunFilterDeploymentId,
        FlowRunFilterExpectedStartTime,
        FlowRunFilterState,
        FlowRunFilterStateType,
    )
    from prefect.client.schemas.objects import StateType
    from prefect.client.schemas.sorting import FlowRunSort

    chosen = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=deployments),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
        expected_start_time=FlowRunFilterExpectedStartTime.model_validate({"before_": datetime.now(UTC)}),
    )
    waiting = all_pages(
        lambda offset, limit: client.read_flow_runs(
            flow_run_filter=chosen, sort=FlowRunSort.EXPECTED_START_TIME_DESC, limit=limit, offset=offset
        )
    )
    # A new run moves others to a later page, where they are read again.
    return list({run.id: run for run in waiting}.values())


def _is_superseded(version: str | None, later: str | None) -> bool:
    """Tell whether a version is replaced by another one, whose run was made later."""
    if version is None or later is None:
        return version is None
    return version == later or is_older(version, later)


def _about(run: "FlowRun") -> tuple[str, str | None] | None:
    """Return the subject and the version of a run, or `None` for several data sets or an unreadable arrival."""
    if run.parameters.get("arrival"):
        arrival = arrival_in(run.parameters)
        if arrival is None or len(arrival.events) > 1:
            return None
        key = arrival.key
        # The version of the key, which has a limit: a number of any length cannot be compared.
        version = key.version if arrival.events[0].version else None
        # The other parameters do not count, since each version may have a file of its own.
        return json.dumps([str(run.deployment_id), key.dataset, key.partition]), version
    return json.dumps([str(run.deployment_id), run.parameters], sort_keys=True, default=str), None


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
