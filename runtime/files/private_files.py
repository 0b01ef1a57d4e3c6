"""Files and directories that are private from their first byte, and atomic file writes.

Files in the data directory belong to their user alone. Files that a user has asked for elsewhere, such as a report
with `--out`, get the permissions that the user's own umask gives.
"""

import errno
import os
import stat
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import BinaryIO

PRIVATE_UMASK = 0o077
"""File mode mask that takes all permissions from group and others."""

_USER_UMASK = "_ANALYST_USER_UMASK"
"""Environment variable by which child processes know the umask that the user started with."""

_numbers = count(1)


def keep_private() -> None:
    """Make all files that this process and its children write from now on readable by their user only.

    Called at every entry point: other libraries, such as Prefect's storage, write into the data directory too.
    """
    os.environ.setdefault(_USER_UMASK, f"{os.umask(PRIVATE_UMASK):03o}")


def write_private(path: str, content: bytes) -> None:
    """Write a file that only its user can read, in place of what was there. Readers get the old or the new content.

    The file is not synced to disk: after a power cut it may be damaged.

    Args:
        path: Path of the file. Missing directories are made, private too.
        content: The whole content.

    Raises:
        OSError: It cannot be written. The old file is unchanged.
    """
    unfinished = beside(path)
    try:
        try:
            descriptor = _create(unfinished)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)  # noqa: PTH103, PTH120 - see `_create`
            descriptor = _create(unfinished)
        try:
            rest = memoryview(content)
            while rest:  # a disk that fills up takes a part and refuses the next write
                rest = rest[os.write(descriptor, rest) :]
        finally:
            os.close(descriptor)
        os.replace(unfinished, path)  # noqa: PTH105 - see `_create`
    except BaseException:
        with suppress(OSError):
            os.unlink(unfinished)  # noqa: PTH108 - see `_create`
        raise


def open_regular(path: str | Path, *, below: int | None = None) -> BinaryIO:
    """Open a regular file for reading. What is checked is what was opened, whatever its name means a moment later.

    Args:
        path: Path of the file.
        below: Descriptor of the directory of a name that is no link; otherwise links are followed.

    Raises:
        OSError: It cannot be opened, or is a directory, a pipe or a device.
    """
    follow = 0 if below is None else os.O_NOFOLLOW
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | follow, dir_fd=below)  # a pipe would wait for its writer
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
    except BaseException:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "rb")


def open_directory(root: Path, parts: Sequence[str]) -> int:
    """Open a directory below another one, without following any link on the way, and return its descriptor.

    Args:
        root: The upper one; links to it are followed.
        parts: Names of the directories below it.

    Raises:
        OSError: One of them is missing, is a link or is no directory.
    """
    held = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    for part in parts:
        try:
            inner = open_below(held, part)
        finally:
            os.close(held)
        held = inner
    return held


def open_below(directory: int, name: str) -> int:
    """Open a directory in the one of a descriptor, and return its descriptor.

    Raises:
        OSError: It is missing, is a link or is no directory.
    """
    return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=directory)


@contextmanager
def replacing(path: Path) -> Generator[Path]:
    """Let a library write a private file. It replaces the old one when the block ends without an error.

    Args:
        path: Path of the file; its directory exists.

    Yields:
        Path of an empty file beside it, to write to.

    Raises:
        OSError: It cannot be written. The old file is unchanged.
    """
    unfinished = beside(str(path))
    try:
        os.close(_create(unfinished))
        yield Path(unfinished)
        Path(unfinished).replace(path)
    finally:
        Path(unfinished).unlink(missing_ok=True)


def user_umask() -> int:
    """Return the umask that the user had before ours was set."""
    if (remembered := os.environ.get(_USER_UMASK)) is not None:
        return int(remembered, 8)
    os.umask(umask := os.umask(PRIVATE_UMASK))
    return umask


def beside(path: str) -> str:
    """Return the path of an unfinished file beside another one."""
    # In the same directory, since a rename is atomic only there; each writer has its own name.
    return f"{path}.{os.getpid()}-{next(_numbers)}.tmp"


def _create(path: str) -> int:
    # System calls of `os`, since a result is written in every step and pathlib makes one call more.
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
