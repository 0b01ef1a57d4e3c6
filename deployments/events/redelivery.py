"""Sending events again that a Prefect server may have lost because it was killed."""

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING
from uuid import UUID

from deployments.catalog import catalog
from deployments.events.dataset_updated import post
from deployments.triggers import OnUpdate
from runtime.dataset_events.outbox import due, forget, sent_again

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient


def redeliver(client: "SyncPrefectClient") -> None:
    """Send each event again that was sent a while ago and that no run has claimed.

    It keeps its id, so that a server that has it drops it. If a restarted server starts a second run by it, that run
    leaves the event to the first one.

    Args:
        client: A client of the server.

    Raises:
        runtime.store.tables.StoreError: The store cannot be used.
        httpx.HTTPError: The Prefect server cannot be used.
    """
    import httpx

    for sent in due():
        if sent.deployments and sent.deployments >= _started_by(sent.key.dataset):
            forget(sent)
            continue
        try:
            post(client, UUID(sent.id), sent.payload)
        except httpx.HTTPStatusError as error:
            if error.response.status_code >= 500:
                raise
            forget(sent)  # it would be refused again each time, and keep the other events waiting
        else:
            sent_again(sent)


def _started_by(name: str) -> set[str]:
    """Names of the deployments of the catalog that an update of this data set alone starts."""
    return {
        deployment.name
        for deployment in catalog()
        for trigger in deployment.triggers
        if isinstance(trigger, OnUpdate) and fnmatchcase(name, trigger.name)
    }
