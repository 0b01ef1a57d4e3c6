"""Each private member of Prefect that we use is still there and does what we use it for."""

import ssl
import threading
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
import pytest
from prefect._flow_run_suspension import FlowRunSuspensionRequest
from prefect.client import orchestration
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate
from prefect.context import FlowRunContext
from prefect.events.clients import AssertingEventsClient
from prefect.events.worker import EventsWorker
from prefect.exceptions import Pause
from prefect.filesystems import LocalFileSystem, RemoteFileSystem
from prefect.results import ResultStore
from prefect.settings import PREFECT_API_TLS_INSECURE_SKIP_VERIFY, temporary_settings
from prefect.states import Suspended

from runtime.prefect_server.result_files import ResultFiles
from runtime.private_members.prefect import (
    BackgroundService,
    StorageInFront,
    block_name,
    has_own_events_client,
    holding_slots,
    http_client,
    is_saved_block,
    outer_context,
    remote_path,
    share_certificates,
    stop_if_suspended,
    storage_behind,
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


def test_a_service_that_has_to_end_does_not_sit_out_its_pause():
    """`pause` looks at `_stopped`, so that the end of a process comes at once."""

    class Service(BackgroundService):
        @asynccontextmanager
        async def opened(self):
            yield

        async def work(self):
            await self.pause(3600)

    Service.instance("of a test").wake()
    _, unfinished = Service.drain_all(timeout=20, at_exit=False)
    assert not unfinished


def test_result_storage(tmp_path):
    """`_resolve_path` of a storage is what Prefect records as the place of a result, as with its own storage."""
    assert callable(LocalFileSystem._resolve_path)
    files = ResultFiles(directory=str(tmp_path))
    store = ResultStore(result_storage=files)
    record = store.create_result_record(7, "analyst-1-ab")
    assert record.metadata.storage_key == str(files.file_of("analyst-1-ab"))


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


def test_storage_behind(tmp_path):
    """The storage behind others is found, however many there are; one with nothing in front is itself."""
    storage = LocalFileSystem(basepath=str(tmp_path))
    assert storage_behind(InFront(behind=InFront(behind=storage))) is storage
    assert storage_behind(storage) is storage


async def test_storage_in_front(tmp_path, prefect_server):
    """`_resolve_path` and `_block_document_id` make Prefect record the place of the storage behind."""
    behind = LocalFileSystem(basepath=str(tmp_path))
    recorded = ResultStore(result_storage=InFront(behind=behind)).create_result_record(1, key="a").metadata
    assert (recorded.storage_key, recorded.storage_block_id) == (str(tmp_path / "a"), None)
    saved = await behind.asave("private-members", overwrite=True)
    recorded = ResultStore(result_storage=InFront(behind=behind)).create_result_record(1, key="a").metadata
    assert (recorded.storage_key, recorded.storage_block_id) == ("a", saved)


def test_stop_if_suspended():
    """`raise_if_flow_run_suspension_requested` raises Prefect's signal once a suspension was asked for."""
    asked = FlowRunSuspensionRequest()
    with FlowRunContext.model_construct(flow_run_suspension_request=asked):
        stop_if_suspended()
        asked.mark_requested(Suspended())
        with pytest.raises(Pause):
            stop_if_suspended()


async def test_is_saved_block(prefect_server):
    """`Block._block_document_id` is set once a block was saved."""
    block = LocalFileSystem(basepath="/tmp")
    assert not is_saved_block(block)
    await block.save(f"private-{uuid4().hex[:8]}")
    assert is_saved_block(block)


async def test_holding_slots(prefect_server):
    """`concurrency` takes a holder, and the server knows who holds the slot."""
    run, limit = uuid4(), f"private-{uuid4()}"
    async with get_client() as client:
        await client.create_global_concurrency_limit(GlobalConcurrencyLimitCreate(name=limit, limit=1))
        async with holding_slots([limit], run):
            assert (await client.read_global_concurrency_limit_by_name(limit)).active_slots == 1
        assert (await client.read_global_concurrency_limit_by_name(limit)).active_slots == 0


def test_block_name() -> None:
    """A block that was never saved has no name, and a loaded one has that under which it was saved."""
    block = LocalFileSystem(basepath="results")
    assert block_name(block) is None
    block._block_document_name = "shared"
    assert block_name(block) == "shared"


def test_remote_path() -> None:
    """The place of a file on a file system of fsspec is the one from which Prefect reads it."""
    storage = RemoteFileSystem(basepath="memory://results")
    storage.write_path("a key", b"content", _sync=True)
    assert storage.filesystem.cat(remote_path(storage, "a key")) == b"content"


def test_share_certificates(monkeypatch) -> None:
    """Prefect's clients take what `ssl` of their module makes; those that check nothing have their own."""
    made = []

    def take(**settings):
        made.append(settings["verify"])
        raise InterruptedError

    share_certificates()
    monkeypatch.setattr(orchestration, "PrefectHttpxAsyncClient", take)
    for insecure in (False, False, True, True):
        with temporary_settings({PREFECT_API_TLS_INSECURE_SKIP_VERIFY: insecure}), pytest.raises(InterruptedError):
            PrefectClient("https://127.0.0.1:1/api")
    first, second, third, fourth = made
    assert first is second
    assert first.verify_mode == ssl.CERT_REQUIRED
    assert third is not fourth
    assert third.verify_mode == ssl.CERT_NONE
