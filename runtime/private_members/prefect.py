"""Private members of Prefect's client side."""

import asyncio
import ssl
import time
from abc import abstractmethod
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from prefect._flow_run_suspension import raise_if_flow_run_suspension_requested
from prefect._internal.concurrency.services import QueueService
from prefect.blocks.core import Block
from prefect.client import orchestration
from prefect.client.orchestration import PrefectClient, SyncPrefectClient
from prefect.client.schemas.objects import ConcurrencyLeaseHolder
from prefect.concurrency._asyncio import concurrency
from prefect.context import ContextModel
from prefect.events.worker import EventsWorker
from prefect.filesystems import RemoteFileSystem, WritableFileSystem


def http_client(client: PrefectClient | SyncPrefectClient) -> Any:
    """Return the httpx client inside a Prefect client, to try refused requests again.

    Uses `PrefectClient._client` and `SyncPrefectClient._client`. Missing: access to the client of a flow run that a
    user's code has started.
    """
    return client._client  # pyright: ignore[reportPrivateUsage]


def share_certificates() -> None:
    """Let the Prefect clients of this process read the certificates once; reading them takes 25 ms for each client.

    Uses the name `ssl` in `prefect.client.orchestration`. Missing: a way to give settings of httpx to the clients that
    Prefect's engine makes, one for each task run.
    """
    made = {"SSLContext": ssl.SSLContext, "CERT_NONE": ssl.CERT_NONE, "create_default_context": _default_context}
    prefect_client: Any = orchestration
    prefect_client.ssl = SimpleNamespace(**made)


def _default_context(*, cafile: str | None = None) -> ssl.SSLContext:
    # Without a file, Prefect changes the context afterwards, so that nothing is checked.
    return ssl.create_default_context() if cafile is None else _with_file(cafile, Path(cafile).stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _with_file(cafile: str, changed: int) -> ssl.SSLContext:
    del changed
    return ssl.create_default_context(cafile=cafile)


def outer_context(context: ContextModel) -> Any:
    """Return the Prefect context of the same kind around a context, or `None` for the outermost.

    Uses `ContextModel._token`. Missing: contexts of nested runs form a chain, which no public attribute follows.
    """
    # As Pydantic holds private attributes: reading one as an attribute takes ten times as long, which each step pays.
    token: Any = (context.__pydantic_private__ or {}).get("_token")
    return token.old_value if token is not None and isinstance(token.old_value, ContextModel) else None


def stop_if_suspended() -> None:
    """Leave the flow run by Prefect's signal if it is to be suspended.

    Uses `prefect._flow_run_suspension`. Missing: a public way for work that is no task of Prefect's engine to stop.
    """
    raise_if_flow_run_suspension_requested()


def holding_slots(limits: Sequence[str], task_run_id: UUID) -> AbstractAsyncContextManager[None]:
    """Hold a slot of each of these concurrency limits that the server has, in the name of a task run.

    A slot is free again one minute after a process that held it was killed.

    Uses `prefect.concurrency._asyncio.concurrency`. Missing: the public `concurrency` takes no holder, and the server
    would not say who holds a slot.

    Args:
        limits: Names of global limits; the limit of a tag is named `tag:` and the tag.
        task_run_id: The task run.
    """
    return concurrency(
        names=list(limits),
        holder=ConcurrencyLeaseHolder(type="task_run", id=task_run_id),
        lease_duration=60,
        suppress_warnings=True,
    )


def is_saved_block(block: Block) -> bool:
    """Tell whether a user has saved a block on the server; Prefect makes others by itself.

    Uses `Block._block_document_id`. Missing: a public way to ask for it.
    """
    return block._block_document_id is not None  # pyright: ignore[reportPrivateUsage]


def has_own_events_client() -> bool:
    """Tell whether a user has replaced Prefect's events client by one of their own, which must get all events.

    Uses `EventsWorker._client_override`. Missing: a public way to ask for it.
    """
    return EventsWorker._client_override is not None  # pyright: ignore[reportPrivateUsage]


class BackgroundService(QueueService[None]):
    """Work in Prefect's background thread, which is done soon after `wake` and before the interpreter ends.

    Uses `prefect._internal.concurrency.services.QueueService` with its `_prepare_item`, `_lifespan`, `_handle` and
    `_stopped`. Missing: a public background service that is drained with Prefect's own and begins anew after a fork.
    """

    @abstractmethod
    def opened(self) -> AbstractAsyncContextManager[Any]:
        """Keep the resources of the work open, from the first work to the last."""

    @abstractmethod
    async def work(self) -> None:
        """Do the waiting work. It is called once for each `wake`, one call at a time."""

    def wake(self) -> None:
        """Call `work` soon.

        Raises:
            RuntimeError: The service has ended; `instance` makes a new one.
        """
        self.send(None)

    @property
    def ending(self) -> bool:
        """True once the service has to end."""
        return self._stopped

    async def pause(self, seconds: float) -> None:
        """Wait, but no longer once the service has to end: a command that is done need not sit out a pause."""
        until, step = time.monotonic() + seconds, min(seconds / 10, 0.1)
        while not self.ending and (left := until - time.monotonic()) > 0:  # noqa: ASYNC110 - a thread ends it
            await asyncio.sleep(min(left, step))

    def _prepare_item(self, item: None) -> Any:
        del item
        return self  # None would end the service

    @asynccontextmanager
    async def _lifespan(self) -> AsyncGenerator[None]:
        async with self.opened():
            yield

    async def _handle(self, item: Any) -> None:
        del item
        await self.work()


class ResultStorage(WritableFileSystem):
    """Storage for results that names the file of each result.

    Uses `_resolve_path`, which Prefect looks for on a storage, to record where a result is. Missing: a public method
    for it in `WritableFileSystem`.
    """

    @abstractmethod
    def file_of(self, path: str) -> Path:
        """Return the file of a result's key; for an empty key, the directory."""

    def _resolve_path(self, path: str) -> Path:
        return self.file_of(path)


class StorageInFront(WritableFileSystem):
    """Storage in front of another one, given to Prefect in its place.

    Uses `Block._block_document_id` and `_resolve_path`, by which Prefect records where a result is: it has to record
    the storage behind. Missing: a public way for one storage to stand in for another.
    """

    behind: Any
    """The other storage."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(**fields)
        self._block_document_id = self.behind._block_document_id

    def _resolve_path(self, path: str) -> Path | None:
        resolve = getattr(self.behind, "_resolve_path", None)
        return None if resolve is None else resolve(path)


def block_name(block: Block) -> str | None:
    """Return the name under which a block was loaded or saved; `None` for one that was not.

    Uses `Block._block_document_name`. Missing: a public way to ask for it.
    """
    return block._block_document_name  # pyright: ignore[reportPrivateUsage]


def remote_path(storage: RemoteFileSystem, path: str) -> str:
    """Return where a file system of fsspec has a file.

    Uses `RemoteFileSystem._resolve_path`. Missing: a public way to open a file, to read it piece by piece.
    """
    return storage._resolve_path(path)  # pyright: ignore[reportPrivateUsage]


def storage_behind(storage: Any) -> Any:
    """Return the storage itself, without any storage in front of it.

    Uses `StorageInFront`. Missing: as there. What runs inside a task is given the storage of that task.
    """
    while isinstance(storage, StorageInFront):
        storage = storage.behind
    return storage
