"""Events that a Prefect server took and may have lost, because it was killed, are sent again."""

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
    """Send each event again that no run has although it was sent a while ago.

    Under its id, so that a server that has it drops it. One that was restarted takes it up; should that start a second
    run, it leaves the event to the first.

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
            forget(sent)  # refused once, refused always: it would keep the others, and runs that were cut off, waiting
        else:
            sent_again(sent)


def _started_by(name: str) -> set[str]:
    """Deployments of the catalog that an update of this data set alone starts."""
    return {
        deployment.name
        for deployment in catalog()
        for trigger in deployment.triggers
        if isinstance(trigger, OnUpdate) and fnmatchcase(name, trigger.name)
    }
