"""Files in Prefect's storage blocks, copied with a limit, and texts in its secret blocks."""

from pathlib import Path
from typing import Any, cast

from prefect.blocks.core import Block
from prefect.blocks.system import Secret
from prefect.filesystems import SMB, LocalFileSystem, RemoteFileSystem

from runtime.private_members.prefect import remote_path

_PIECE = 1 << 22
"""Bytes that are read at once."""


class BlockFileTooLargeError(ValueError):
    """Error raised for a file in a storage that is larger than was allowed."""


class _Limited:
    """A file to write to that takes a number of bytes and no more."""

    def __init__(self, file: Any, left: int) -> None:
        self._file, self._left = file, left

    def write(self, content: bytes) -> int:
        self._left -= len(content)
        if self._left < 0:
            raise BlockFileTooLargeError("larger than the limit")
        return self._file.write(content)


def copy_from_block(block: str, path: str, target: Path, max_bytes: int) -> None:
    """Copy a file of a storage block.

    Args:
        block: The block as `type/name`.
        path: The file's path in it.
        target: The file to write.
        max_bytes: Most bytes; a storage of a kind that is not known to give pieces is read whole first.

    Raises:
        BlockFileTooLargeError: The file is larger.
        Exception: The block or the file is not there; each storage has its own error for that.
    """
    storage: Any = Block.load(block, _sync=True)  # pyright: ignore[reportCallIssue]
    behind: Any = storage.filesystem if isinstance(storage, SMB) else storage
    storage = cast("Any", storage)
    with target.open("wb") as file:
        into = _Limited(file, max_bytes)
        if isinstance(behind, LocalFileSystem | RemoteFileSystem):
            with _opened(behind, path) as source:
                while piece := source.read(_PIECE):
                    into.write(piece)
        elif hasattr(storage, "download_object_to_file_object"):
            storage.download_object_to_file_object(path, into, _sync=True)
        else:
            into.write(storage.read_path(path, _sync=True))


def _opened(storage: LocalFileSystem | RemoteFileSystem, path: str) -> Any:
    if isinstance(storage, RemoteFileSystem):
        return storage.filesystem.open(remote_path(storage, path), "rb")
    base = Path(str(storage.basepath or "")).expanduser().resolve()
    found = (base / path).resolve()
    if not storage.basepath or not found.is_relative_to(base) or not found.is_file():
        raise FileNotFoundError(path)
    return found.open("rb")


def secret_text(name: str) -> str:
    """The text of a secret block.

    Raises:
        ValueError: There is no such block, or it holds no text.
    """
    value = Secret.load(name, _sync=True).get()  # pyright: ignore[reportCallIssue, reportAttributeAccessIssue]
    if not isinstance(value, str):
        raise ValueError("the secret is no text")  # noqa: TRY004 - a value of the user's
    return value
