"""Where results are kept unless the user names another place: plain files in one directory.

A Prefect storage like its `LocalFileSystem`, with three differences. A file is written under another name and then
renamed, so that a kill or a full disk leaves no half result. Files are spread over subdirectories. Paths are not
resolved, which there costs 44 system calls for each result; and reading and writing take place where they are called,
since handing a file of a few kilobytes to a thread takes longer than the file.
"""

import hashlib
import os
from contextlib import suppress
from itertools import count
from pathlib import Path

from runtime.private_members.prefect import ResultStorage

_numbers = count(1)


class ResultFiles(ResultStorage):
    """Stores each result as a file below `directory`.

    Nothing is flushed to the disk's surface: after a power cut a file may be damaged, which is noticed when it is read.
    """

    _block_type_name = "Analyst Flows result files"
    _block_type_slug = "analyst-flows-result-files"

    directory: str
    """Absolute path of a directory; it is made when the first result is written."""

    def file_of(self, path: str) -> Path:
        """The file of a key, which Prefect records."""
        return Path(self._file(path) if path else self.directory)

    def _file(self, path: str) -> str:
        root = self.directory + os.sep
        if ".." in path.split("/"):
            raise ValueError(f"The result key {path!r} leads out of the results directory.")
        if path.startswith(root):
            return path
        if path.startswith("/"):
            raise ValueError(f"The result key {path!r} is not in the results directory {self.directory}.")
        # Side files are named like their result with something after a dot, and lie next to it.
        spread = hashlib.blake2b(path.split(".")[0].encode(), digest_size=1).hexdigest()
        return f"{root}{spread}{os.sep}{path}"

    async def aread_path(self, path: str) -> bytes:
        """Return the content stored for a key.

        Raises:
            OSError: There is none, or it cannot be read.
        """
        return self._read(path)

    async def awrite_path(self, path: str, content: bytes) -> str:
        """Store content for a key, in place of what was there; whoever reads meanwhile gets the old or the new.

        Raises:
            OSError: It cannot be written; then everything is as it was.
        """
        return self._write(path, content)

    def read_path(  # pyright: ignore[reportIncompatibleMethodOverride] - synchronous here, as in `LocalFileSystem`
        self, path: str, _sync: bool | None = None
    ) -> bytes:
        """Return the content stored for a key, as `aread_path`."""
        return self._read(path)

    def write_path(  # pyright: ignore[reportIncompatibleMethodOverride] - synchronous here, as in `LocalFileSystem`
        self, path: str, content: bytes, _sync: bool | None = None
    ) -> str:
        """Store content for a key, as `awrite_path`."""
        return self._write(path, content)

    def _read(self, path: str) -> bytes:
        with open(self._file(path), "rb", buffering=0) as file:  # noqa: PTH123 - one system call less than pathlib's
            return file.readall()

    def _write(self, path: str, content: bytes) -> str:
        file = self._file(path)
        # In the same directory, since only there a rename is atomic; one name for each writer.
        unfinished = f"{file}.{os.getpid()}-{next(_numbers)}.tmp"
        try:
            try:
                descriptor = _create(unfinished)
            except FileNotFoundError:
                os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)  # noqa: PTH103, PTH120 - see `_read`
                descriptor = _create(unfinished)
            try:
                rest = memoryview(content)
                while rest:  # a disk that fills up takes a part, and refuses the next write
                    rest = rest[os.write(descriptor, rest) :]
            finally:
                os.close(descriptor)
            os.replace(unfinished, file)  # noqa: PTH105 - see `_read`
        except BaseException:
            with suppress(OSError):
                os.unlink(unfinished)  # noqa: PTH108 - see `_read`
            raise
        return file


def _create(path: str) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
