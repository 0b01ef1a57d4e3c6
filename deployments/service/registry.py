"""Deployments of the catalog on the Prefect server: create, update, find, pause and remove them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from deployments.catalog import FROM_CATALOG, Deployment
from runtime.own_packages import require_own
from runtime.prefect_server.pages import all_pages
from runtime.settings import get_settings

if TYPE_CHECKING:
    from uuid import UUID

    from prefect import Flow
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.responses import DeploymentResponse
    from prefect.deployments.runner import RunnerDeployment


def to_prefect(deployment: Deployment, *, paused: bool = False) -> "RunnerDeployment":
    """Make Prefect's form of a deployment.

    Args:
        deployment: A deployment of the catalog.
        paused: Whether schedules and events start no runs of it for now.

    Raises:
        ValueError: Its runs would not be recorded when they begin, and an interrupted one could be lost.
    """
    from prefect.client.schemas.objects import ConcurrencyLimitConfig
    from prefect.types.entrypoint import EntrypointType

    from deployments.service.automations import LastingDeployment

    triggers: list[Any] = [trigger.to_prefect(deployment.name, keep=deployment.keep) for trigger in deployment.triggers]
    for trigger in triggers:
        trigger.enabled = not paused
    flow = load_flow(deployment)
    if "arrival" not in flow.parameters.properties:
        raise ValueError(
            f"{deployment.name}: wrap the function of the flow {flow.name} in flows.once_per_event.once_for_each_event."
        )
    made = LastingDeployment.from_flow(
        flow,
        name=deployment.name,
        description=deployment.description,
        parameters=deployment.parameters,
        schedules=[schedule.to_prefect() for schedule in deployment.schedules],
        triggers=triggers,
        tags=[*deployment.tags, FROM_CATALOG],
        paused=paused,
        concurrency_limit=None if deployment.limit is None else ConcurrencyLimitConfig(limit=deployment.limit),
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    # Prefect names the function inside the flow, which may have another name than the flow.
    made.entrypoint = deployment.entrypoint
    return made


def load_flow(deployment: Deployment) -> "Flow[..., Any]":
    """Return the flow of a deployment.

    Raises:
        runtime.own_packages.HiddenPackageError: A folder of the user's is imported in place of its package.
    """
    from importlib import import_module

    if deployment.entrypoint.startswith("flows."):
        require_own("flows")
    module, _, name = deployment.entrypoint.rpartition(".")
    return cast("Flow[..., Any]", getattr(import_module(module), name))


def prepare(client: "SyncPrefectClient", deployment: Deployment) -> "RunnerDeployment":
    """Make Prefect's form of a deployment, to be created or updated on the server.

    A deployment that a person has paused stays paused.
    """
    found = find(client, deployment)
    if found is not None and not deployment.schedules:
        # Prefect leaves the schedules of a deployment alone when it is given none.
        for schedule in found.schedules:
            client.delete_deployment_schedule(found.id, schedule.id)
    return to_prefect(deployment, paused=found is not None and found.paused)


def apply(client: "SyncPrefectClient", deployment: Deployment, *, pool: str | None = None) -> "UUID":
    """Create a deployment on the server with its triggers, or update it. Doing it twice changes nothing.

    Args:
        client: A client of the server.
        deployment: A deployment of the catalog.
        pool: Work pool whose workers run it; without one, `analyst serve` runs it.

    Returns:
        Its id.
    """
    made, queue = prepare(client, deployment), deployment.queue
    if pool is None or queue is None:
        return cast("UUID", made.apply(work_pool_name=pool))
    made.work_queue_name = queue.name
    applied = cast("UUID", made.apply(work_pool_name=pool))
    found = client.read_work_queue_by_name(queue.name, work_pool_name=pool)
    client.update_work_queue(found.id, priority=queue.priority)
    return applied


def find(client: "SyncPrefectClient", deployment: Deployment) -> "DeploymentResponse | None":
    """Return a deployment on the server, or `None` when it is not there."""
    from prefect.exceptions import ObjectNotFound

    try:
        return client.read_deployment_by_name(f"{load_flow(deployment).name}/{deployment.name}")
    except ObjectNotFound:
        return None


def remove_others(client: "SyncPrefectClient", kept: Sequence[Deployment]) -> list[str]:
    """Remove the deployments that have left the catalog, with their triggers.

    Args:
        client: A client of the server.
        kept: The deployments in the catalog.

    Returns:
        Names of the removed deployments.
    """
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterTags

    flows = {deployment.name: load_flow(deployment).name for deployment in kept}

    def left(found: "DeploymentResponse") -> bool:
        # For the server, a deployment with another flow is a second one beside the old one.
        return found.name not in flows or client.read_flow(found.flow_id).name != flows[found.name]

    tagged = DeploymentFilter(tags=DeploymentFilterTags(all_=[FROM_CATALOG]))
    ours = all_pages(
        lambda offset, limit: client.read_deployments(deployment_filter=tagged, offset=offset, limit=limit)
    )
    gone = [found for found in ours if left(found)]
    for found in gone:
        client.delete_resource_owned_automations(f"prefect.deployment.{found.id}")
        client.delete_deployment(found.id)
    return [found.name for found in gone]


def apply_model_limits(client: "SyncPrefectClient") -> None:
    """Create or update the limits of `ANALYST_MODEL_LIMITS` on the server. A removed limit stays there, unused."""
    from agents.durable.model_limits import limit_name

    for model, limit in (get_settings().model_limits or {}).items():
        client.upsert_global_concurrency_limit_by_name(limit_name(model), limit)


def lease_advice(client: "SyncPrefectClient") -> str | None:
    """Return advice for a server that forgets at a restart who holds the slots of a limit, or `None` for another one.

    After a restart of such a server, held slots stay taken, those of models for ever.
    """
    import httpx

    try:
        server = client.request("GET", "/admin/settings").json()["server"]
        storage = str(server["concurrency"]["lease_storage"])
    except (httpx.HTTPError, ValueError, LookupError, TypeError):
        return None  # Prefect Cloud, for example, does not tell
    if not storage.endswith(".memory"):
        return None
    return (
        "The Prefect server keeps in memory who holds the slots of a limit, and forgets it when it is restarted. "
        f"Start it with PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE={storage.removesuffix('memory')}filesystem."
    )


def set_paused(client: "SyncPrefectClient", found: "DeploymentResponse", *, paused: bool) -> None:
    """Pause or resume the schedules and triggers of a deployment."""
    change = client.pause_deployment if paused else client.resume_deployment
    change(found.id)
    for automation in client.read_resource_related_automations(f"prefect.deployment.{found.id}"):
        (client.pause_automation if paused else client.resume_automation)(automation.id)


def next_run(client: "SyncPrefectClient", deployment_id: "UUID") -> str | None:
    """Return the time of the next scheduled run in ISO format, or `None` when none is planned."""
    from prefect.client.schemas.filters import (
        FlowRunFilter,
        FlowRunFilterDeploymentId,
        FlowRunFilterState,
        FlowRunFilterStateType,
    )
    from prefect.client.schemas.objects import StateType
    from prefect.client.schemas.sorting import FlowRunSort

    planned = client.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            deployment_id=FlowRunFilterDeploymentId(any_=[deployment_id]),
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
        ),
        sort=FlowRunSort.NEXT_SCHEDULED_START_TIME_ASC,
        limit=1,
    )
    time = planned[0].next_scheduled_start_time if planned else None
    return time.isoformat(timespec="minutes") if time is not None else None
