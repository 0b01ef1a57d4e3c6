"""Storage for results: plain files in the data directory, unless the user names another place.

A Prefect storage like its `LocalFileSystem`, with three differences. A file is written under another name and then
renamed, so that a kill or a full disk leaves no half result. Files are spread over subdirectories. Paths are not
resolved, which there costs 44 system calls for each result; and reading and writing take place where they are called,
since handing a file of a few kilobytes to a thread takes longer than the file.

Anybody who can write to a shared directory can replace a result by something else. So only regular files of at most
1 GiB are read, and no link in the directory is followed.
"""

import errno
import hashlib
import os
import stat
from pathlib import Path

from prefect.filesystems import LocalFileSystem

from runtime.files.private_files import write_private
from runtime.private_members.prefect import ResultStorage

MOST_BYTES = 1 << 30
"""Bytes of the largest file that is written or read (1 GiB; a choice)."""

_READING = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
"""Flags for opening: never through a link, and without waiting for the other end of a pipe."""


class UnsafeFileError(OSError):
    """Error for a file at the place of a result that is not read: it is no regular file, or too large."""


def check_local_file(storage: object, path: str) -> None:
    """Check a file before Prefect's `LocalFileSystem` reads it, which would wait for a pipe and read devices.

    Args:
        storage: Storage of the file; nothing is checked for other kinds of storage.
        path: The key, or the whole path.

    Raises:
        FileNotFoundError: There is no file.
        UnsafeFileError: It is a link, a pipe, a device or a directory, or too large.
    """
    if isinstance(storage, LocalFileSystem) and storage.basepath is not None:
        file = Path(storage.basepath).expanduser() / path
        _check(file.lstat(), str(file))


def _check(about: os.stat_result, path: str) -> None:
    if not stat.S_ISREG(about.st_mode):
        raise UnsafeFileError(f"{path} is no regular file")
    if about.st_size > MOST_BYTES:
        raise UnsafeFileError(f"{path} is larger than {MOST_BYTES >> 20} MiB")


class ResultFiles(ResultStorage):
    """Storage of each result as a file below `directory`.

    Files are not synced to disk: after a power cut a file may be damaged, which is noticed when it is read.
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
        """Store content for a key, in place of what was there. Readers get the old or the new content.

        Raises:
            OSError: It cannot be written, or is too large. The old content is unchanged.
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
        file = self._file(path)
        os.lstat(file)  # most reads look for what is not there: one system call instead of three
        folder, name = os.path.split(file)
        try:
            directory = os.open(folder, _READING | os.O_DIRECTORY)
            try:
                descriptor = os.open(name, _READING, dir_fd=directory)
            finally:
                os.close(directory)
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.ENXIO):  # a link, or a socket
                raise UnsafeFileError(f"{file} is no regular file, or behind a link") from error
            raise
        try:
            about = os.fstat(descriptor)
            _check(about, file)
            parts: list[bytes] = []
            rest = about.st_size
            while rest and (part := os.read(descriptor, rest)):
                parts.append(part)
                rest -= len(part)
            return b"".join(parts)
        finally:
            os.close(descriptor)

    def _write(self, path: str, content: bytes) -> str:
        file = self._file(path)
        if len(content) > MOST_BYTES:
            raise OSError(errno.EFBIG, f"a result has at most {MOST_BYTES >> 20} MiB")
        write_private(file, content)
        return file
