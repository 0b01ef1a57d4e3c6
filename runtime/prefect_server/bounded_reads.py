"""Reading from any Prefect storage with a limit on what is taken into memory.

Anybody who can write to a shared storage can put an endless file there. Prefect's storages read a file whole, so each
kind is asked for its size first, or read piece by piece:

- local files: their size, as `runtime.prefect_server.result_files` checks it;
- file systems of fsspec (`RemoteFileSystem`, `SMB`): one byte more than the limit, at most;
- object storages (S3, Google Cloud, Azure): downloaded into a buffer that takes no more.

A storage of any other kind is read by its own method, and what is too large is refused afterwards.
"""

import asyncio
import inspect
import io
from typing import Any, cast

from prefect.filesystems import SMB, RemoteFileSystem

from runtime.prefect_server import result_files
from runtime.prefect_server.result_files import ResultFiles, UnsafeFileError, check_local_file
from runtime.private_members.prefect import remote_path


async def read_bounded(storage: Any, path: str) -> bytes:
    """Return the content of a file.

    Args:
        storage: A Prefect storage.
        path: The key, or the whole path.

    Raises:
        UnsafeFileError: It is larger than a result may be, or no regular file.
        Exception: There is none; each storage has its own error for that.
    """
    if isinstance(storage, ResultFiles):
        return await storage.aread_path(path)
    check_local_file(storage, path)
    remote = _remote(storage)
    if remote is not None:
        return await asyncio.to_thread(_read_remote, remote, path)
    if hasattr(storage, "download_object_to_file_object"):
        into = _Buffer(path)
        await _awaited(storage.download_object_to_file_object(path, into))
        return into.getvalue()
    read = storage.aread_path if hasattr(storage, "aread_path") else storage.read_path
    return _checked(await _awaited(read(path)), path)


def read_bounded_sync(storage: Any, path: str) -> bytes:
    """Return the content of a file, as `read_bounded`, outside of an event loop."""
    check_local_file(storage, path)
    remote = _remote(storage)
    if remote is not None:
        return _read_remote(remote, path)
    if hasattr(storage, "download_object_to_file_object"):
        into = _Buffer(path)
        storage.download_object_to_file_object(path, into, _sync=True)
        return into.getvalue()
    return _checked(storage.read_path(path, _sync=True), path)


class _Buffer(io.BytesIO):
    """Takes as much as a result may have, and no more."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def write(self, content: Any, /) -> int:
        if self.tell() + len(content) > result_files.MOST_BYTES:
            raise _too_large(self._path)
        return super().write(content)


def _remote(storage: object) -> RemoteFileSystem | None:
    behind = storage.filesystem if isinstance(storage, SMB) else storage
    return behind if isinstance(behind, RemoteFileSystem) else None


def _read_remote(storage: RemoteFileSystem, path: str) -> bytes:
    with storage.filesystem.open(remote_path(storage, path), "rb") as file:
        return _checked(cast(bytes, file.read(result_files.MOST_BYTES + 1)), path)


async def _awaited(found: Any) -> Any:
    return await found if inspect.isawaitable(found) else found


def _checked(content: bytes, path: str) -> bytes:
    if len(content) > result_files.MOST_BYTES:
        raise _too_large(path)
    return content


def _too_large(path: str) -> UnsafeFileError:
    return UnsafeFileError(f"{path} is larger than {result_files.MOST_BYTES >> 20} MiB")
