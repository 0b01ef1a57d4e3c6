"""Any storage is read with a limit, whatever lies in place of a result."""

import asyncio
from collections.abc import Iterator
from typing import Any

import fsspec
import pytest
from prefect.filesystems import LocalFileSystem, RemoteFileSystem, WritableFileSystem
from pydantic import Field

from runtime.prefect_server import result_files
from runtime.prefect_server.bounded_reads import read_bounded, read_bounded_sync
from runtime.prefect_server.result_files import ResultFiles, UnsafeFileError
from runtime.prefect_server.sealed_results import SealedResults


class Bucket(WritableFileSystem):
    """Object storage as Prefect's blocks for S3, Google Cloud and Azure have it, with an endless object `endless`."""

    given: dict[str, bytes] = Field(default_factory=dict)
    taken: list[int] = Field(default_factory=list)

    def read_path(self, path: str, **_: Any) -> bytes:
        return self.given[path]

    def write_path(self, path: str, content: bytes, **_: Any) -> None:
        self.given[path] = content

    def download_object_to_file_object(self, from_path: str, to_file_object: Any, **_: Any) -> Any:
        for piece in iter(lambda: b"x" * 100, None) if from_path == "endless" else [self.given[from_path]]:
            to_file_object.write(piece)
            self.taken.append(len(piece))


class Other(WritableFileSystem):
    """A storage of a user's own."""

    given: dict[str, bytes] = Field(default_factory=dict)

    async def read_path(self, path: str) -> bytes:
        return self.given[path]

    async def write_path(self, path: str, content: bytes) -> None:
        self.given[path] = content


@pytest.fixture(autouse=True)
def _limit(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(result_files, "MOST_BYTES", 1000)
    yield
    fsspec.filesystem("memory").store.clear()


def storages(directory: str) -> list[Any]:
    return [
        Bucket(),
        Other(),
        ResultFiles(directory=directory),
        LocalFileSystem(basepath=directory),
        RemoteFileSystem(basepath="memory://results"),
    ]


async def write(storage: Any, path: str, content: bytes) -> None:
    written = getattr(storage, "awrite_path", storage.write_path)(path, content)
    if hasattr(written, "__await__"):
        await written


@pytest.mark.parametrize("number", range(5), ids=["bucket", "own", "ours", "local", "remote"])
async def test_what_is_too_large_is_not_read(number: int, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A result of the largest size is read; one byte more is refused."""
    storage = storages(str(tmp_path))[number]
    await write(storage, "most", b"x" * 1000)
    assert await read_bounded(storage, "most") == b"x" * 1000
    monkeypatch.setattr(result_files, "MOST_BYTES", 999)
    with pytest.raises(UnsafeFileError, match="most is larger than"):
        await read_bounded(storage, "most")
    if not isinstance(storage, Other):
        with pytest.raises(UnsafeFileError):
            await asyncio.to_thread(read_bounded_sync, storage, "most")


async def test_an_endless_object_is_not_taken() -> None:
    """A download ends with the first piece that is too much, from the event loop as from a thread."""
    bucket = Bucket()
    for read in (read_bounded, lambda *all_: asyncio.to_thread(read_bounded_sync, *all_)):
        bucket.taken.clear()
        with pytest.raises(UnsafeFileError):
            await read(bucket, "endless")
        assert sum(bucket.taken) == 1000


async def test_a_remote_file_is_read_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a file on a remote file system no more than a byte over the limit is asked for."""
    asked: list[int] = []

    class Endless:
        def __enter__(self) -> Any:
            return self

        def __exit__(self, *_: object) -> None: ...

        def read(self, size: int = -1) -> bytes:
            asked.append(size)
            return b"x" * size

    monkeypatch.setattr(type(fsspec.filesystem("memory")), "open", lambda *_, **__: Endless())
    with pytest.raises(UnsafeFileError):
        await read_bounded(RemoteFileSystem(basepath="memory://results"), "endless")
    assert asked == [1001]


async def test_results_of_tasks_are_read_with_the_limit() -> None:
    """The storage in front of a task's results reads what is behind it with the limit."""
    with pytest.raises(UnsafeFileError):
        await SealedResults(behind=Bucket()).aread_path("endless")
    with pytest.raises(UnsafeFileError):
        await asyncio.to_thread(SealedResults(behind=Bucket()).read_path, "endless")


async def test_what_is_not_there_is_told(tmp_path: Any) -> None:
    """For a result that is not there, each storage has an error of its own."""
    for storage in storages(str(tmp_path)):
        with pytest.raises((OSError, KeyError, ValueError)):
            await read_bounded(storage, "nothing")
