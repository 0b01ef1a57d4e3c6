"""Events are sent again that a Prefect server may have lost because it was killed."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any
from uuid import UUID

from deployments.catalog import Deployment, catalog
from deployments.events.dataset_updated import post
from deployments.triggers import OnUpdate
from runtime.dataset_events.outbox import send_again

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

_REFUSED = (400, 413, 422)
"""HTTP statuses of an event that the server would refuse each time: invalid, or too large."""


def redeliver(client: "SyncPrefectClient") -> None:
    """Send each event again that was sent a while ago and that some deployment has not claimed.

    The event keeps its id, so that a server that still has it drops the duplicate. If a restarted server starts a
    second run for it, that run ends and leaves the event to the first one.

    Args:
        client: A client of the server.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
        httpx.HTTPError: The Prefect server cannot be used.
    """
    import httpx

    def is_taken(event_id: str, payload: dict[str, Any]) -> bool:
        try:
            post(client, UUID(event_id), payload)
        except httpx.HTTPStatusError as error:
            if error.response.status_code in _REFUSED:
                return False
            raise
        return True

    deployments = catalog()
    send_again(is_taken, lambda name: started_by(name, deployments))


def started_by(name: str, deployments: Iterable[Deployment]) -> set[str]:
    """Return the names of the deployments that an update of this data set alone starts."""
    return {
        deployment.name
        for deployment in deployments
        for trigger in deployment.triggers
        if isinstance(trigger, OnUpdate) and fnmatchcase(name, trigger.name)
    }
