"""Files and directories that are private from their first byte, and atomic file writes.

Files in the data directory belong to their user alone. Files that a user has asked for elsewhere, such as a report
with `--out`, get the permissions that the user's own umask gives.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

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
    unfinished = _beside(path)
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


def write_output(path: Path, content: bytes) -> None:
    """Write a file that a user has asked for, like `write_private`, with the permissions that are usual at its place.

    Args:
        path: Path of the file; its directory exists.
        content: The whole content.

    Raises:
        OSError: It cannot be written. The old file is unchanged.
    """
    with replacing(path) as unfinished:
        unfinished.write_bytes(content)
        if not _is_private(path):
            unfinished.chmod(0o666 & ~_user_umask())


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
    unfinished = _beside(str(path))
    try:
        os.close(_create(unfinished))
        yield Path(unfinished)
        Path(unfinished).replace(path)
    finally:
        Path(unfinished).unlink(missing_ok=True)


def make_directory(path: Path) -> None:
    """Make a directory and its missing parents: private in the data directory, elsewhere by the user's umask.

    Raises:
        OSError: It cannot be made.
    """
    for directory in [*reversed(path.parents), path]:
        if not directory.exists():
            directory.mkdir(mode=0o700, exist_ok=True)
            if not _is_private(directory):
                directory.chmod(0o777 & ~_user_umask())
    if not path.is_dir():
        raise NotADirectoryError(f"{path} is a file, not a directory")


def _is_private(path: Path) -> bool:
    from runtime.settings import get_settings  # imported here, since `analyst --help` does not need it

    home = get_settings().home
    return path.absolute().is_relative_to(home) or home.is_relative_to(path.absolute())


def _user_umask() -> int:
    if (remembered := os.environ.get(_USER_UMASK)) is not None:
        return int(remembered, 8)
    os.umask(umask := os.umask(PRIVATE_UMASK))
    return umask


def _beside(path: str) -> str:
    # In the same directory, since a rename is atomic only there; each writer has its own name.
    return f"{path}.{os.getpid()}-{next(_numbers)}.tmp"


def _create(path: str) -> int:
    # System calls of `os`, since a result is written in every step and pathlib makes one call more.
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
