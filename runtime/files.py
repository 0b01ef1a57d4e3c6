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


def open_directory(root: Path, parts: Sequence[str], *, make: bool = False) -> int:
    """Open a directory below another one, without following any link on the way, and return its descriptor.

    Args:
        root: The upper one; links to it are followed.
        parts: Names of the directories below it.
        make: Whether to make those that are missing, with the permissions of `make_directory`.

    Raises:
        OSError: One of them is missing, is a link or is no directory.
    """
    held = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    for number, part in enumerate(parts, 1):
        try:
            made = make and _make_below(held, part)
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=held)
        finally:
            os.close(held)
        held = inner
        if made and not _is_private(root.joinpath(*parts[:number])):
            os.fchmod(held, 0o777 & ~_user_umask())
    return held


def _make_below(directory: int, name: str) -> bool:
    try:
        os.mkdir(name, 0o700, dir_fd=directory)
    except FileExistsError:
        return False
    return True


def write_output(path: Path, content: bytes) -> None:
    """Write a file that a user has asked for, like `write_private`, with the permissions that are usual at its place.

    In a run that is confined to data roots, no link below the directory of reports is followed.

    Args:
        path: Path of the file; its directory exists.
        content: The whole content.

    Raises:
        OSError: It cannot be written. The old file is unchanged.
    """
    if (place := _place_of_report(path.parent)) is not None:
        directory = open_directory(*place)
        try:
            _write_below(directory, path, content)
        finally:
            os.close(directory)
        return
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

    In a run that is confined to data roots, no link below the directory of reports is followed.

    Raises:
        OSError: It cannot be made.
    """
    if (place := _place_of_report(path)) is not None:
        os.close(open_directory(*place, make=True))
        return
    for directory in [*reversed(path.parents), path]:
        if not directory.exists():
            directory.mkdir(mode=0o700, exist_ok=True)
            if not _is_private(directory):
                directory.chmod(0o777 & ~_user_umask())
    if not path.is_dir():
        raise NotADirectoryError(f"{path} is a file, not a directory")


def _place_of_report(directory: Path) -> tuple[Path, tuple[str, ...]] | None:
    """Return the directory of reports and the names below it, for a directory of a confined run's report."""
    from runtime.data_roots import confinement
    from runtime.settings import get_settings

    if confinement() is None:
        return None
    named = get_settings().reports_dir
    root = Path(os.path.realpath(named))
    upper = next((one for one in (root, named) if directory.is_relative_to(one)), None)
    if upper is None:
        return None
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return root, directory.relative_to(upper).parts


def _write_below(directory: int, path: Path, content: bytes) -> None:
    unfinished = _beside(path.name)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=directory)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            if not _is_private(path):
                os.fchmod(file.fileno(), 0o666 & ~_user_umask())
        os.replace(unfinished, path.name, src_dir_fd=directory, dst_dir_fd=directory)
    except BaseException:
        with suppress(OSError):
            os.unlink(unfinished, dir_fd=directory)
        raise


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
