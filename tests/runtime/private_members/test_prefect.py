"""Each private member of Prefect that we use is still there and does what we use it for."""

import threading
from contextlib import asynccontextmanager

import httpx
from prefect.client.orchestration import get_client
from prefect.context import FlowRunContext
from prefect.events.clients import AssertingEventsClient
from prefect.events.worker import EventsWorker
from prefect.filesystems import LocalFileSystem
from prefect.results import ResultStore

from runtime.prefect_server.result_files import ResultFiles
from runtime.private_members.prefect import (
    BackgroundService,
    StorageInFront,
    has_own_events_client,
    http_client,
    outer_context,
    saved_block_id,
)


async def test_http_client(prefect_server):
    """`_client` of both Prefect clients is the httpx client that sends their requests."""
    with get_client(sync_client=True) as client:
        assert isinstance(http_client(client), httpx.Client)
    async with get_client() as client:
        assert isinstance(http_client(client), httpx.AsyncClient)


def test_outer_context():
    """`ContextModel._token` leads from a context to the one around it, and to none from the outermost."""
    with FlowRunContext.model_construct() as outer:
        with FlowRunContext.model_construct() as inner:
            assert outer_context(inner) is outer
        assert outer_context(outer) is None


def test_has_own_events_client():
    """`EventsWorker._client_override` is set by the public `set_client_override`."""
    before = EventsWorker._client_override
    try:
        EventsWorker.set_client_override(AssertingEventsClient)
        assert has_own_events_client()
    finally:
        EventsWorker._client_override = before
    assert has_own_events_client() is (before is not None)


def test_background_service():
    """`QueueService` opens once, works in the background after a call, and is drained with Prefect's own services."""
    seen, released = list[object](), threading.Event()

    class Service(BackgroundService):
        @asynccontextmanager
        async def opened(self):
            seen.append("opened")
            yield
            seen.append("closed")

        async def work(self):
            released.wait(20)
            seen.append(("work", self.ending, threading.current_thread() is threading.main_thread()))

    service = Service.instance("of a test")
    service.wake()
    released.set()
    Service.drain_all(timeout=20, at_exit=False)
    assert seen[0] == "opened"
    assert seen[1][0] == "work"
    assert seen[1][2] is False
    assert seen[2] == "closed"
    assert service.ending


def test_result_storage(tmp_path):
    """`_resolve_path` of a storage is what Prefect records as the place of a result, as with its own storage."""
    assert callable(LocalFileSystem._resolve_path)
    files = ResultFiles(directory=str(tmp_path))
    store = ResultStore(result_storage=files)
    record = store.create_result_record(7, "analyst-1-ab")
    assert record.metadata.storage_key == str(files.file_of("analyst-1-ab"))


async def test_saved_block_id(prefect_server):
    """`Block._block_document_id` is set by saving a block, and not before."""
    block = LocalFileSystem(basepath="results")
    assert saved_block_id(block) is None
    assert saved_block_id(block) == await block.asave("private-members", overwrite=True)


class InFront(StorageInFront):
    """A storage in front of another that does nothing."""

    async def aread_path(self, path):
        return await self.behind.aread_path(path)

    async def awrite_path(self, path, content):
        return await self.behind.awrite_path(path, content)

    def read_path(self, path, _sync=None):
        return self.behind.read_path(path, _sync=True)

    def write_path(self, path, content, _sync=None):
        return self.behind.write_path(path, content, _sync=True)


async def test_storage_in_front(tmp_path, prefect_server):
    """`_resolve_path` and `_block_document_id` make Prefect record the place of the storage behind."""
    behind = LocalFileSystem(basepath=str(tmp_path))
    recorded = ResultStore(result_storage=InFront(behind=behind)).create_result_record(1, key="a").metadata
    assert (recorded.storage_key, recorded.storage_block_id) == (str(tmp_path / "a"), None)
    saved = await behind.asave("private-members", overwrite=True)
    recorded = ResultStore(result_storage=InFront(behind=behind)).create_result_record(1, key="a").metadata
    assert (recorded.storage_key, recorded.storage_block_id) == ("a", saved)
