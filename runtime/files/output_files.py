"""Files and directories that a user has asked for, such as reports, with the permissions that are usual at their place.

In a run that is confined to data roots, no link below the directory of reports is followed.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from runtime.data_roots import confinement
from runtime.files.private_files import beside, open_below, open_directory, replacing, user_umask
from runtime.settings import get_settings


def write_output(path: Path, content: bytes) -> None:
    """Write a file that a user has asked for, like `write_private`, with the permissions that are usual at its place.

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
            unfinished.chmod(0o666 & ~user_umask())


def make_directory(path: Path) -> None:
    """Make a directory and its missing parents: private in the data directory, elsewhere by the user's umask.

    Raises:
        OSError: It cannot be made.
    """
    if (place := _place_of_report(path)) is not None:
        _make_below(*place)
        return
    for directory in [*reversed(path.parents), path]:
        if not directory.exists():
            directory.mkdir(mode=0o700, exist_ok=True)
            if not _is_private(directory):
                directory.chmod(0o777 & ~user_umask())
    if not path.is_dir():
        raise NotADirectoryError(f"{path} is a file, not a directory")


def _place_of_report(directory: Path) -> tuple[Path, tuple[str, ...]] | None:
    """Return the directory of reports and the names below it, for a directory of a confined run's report."""
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
    unfinished = beside(path.name)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=directory)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            if not _is_private(path):
                os.fchmod(file.fileno(), 0o666 & ~user_umask())
        os.replace(unfinished, path.name, src_dir_fd=directory, dst_dir_fd=directory)
    except BaseException:
        with suppress(OSError):
            os.unlink(unfinished, dir_fd=directory)
        raise


def _make_below(root: Path, parts: Sequence[str]) -> None:
    """Make directories below another one, without following any link on the way."""
    held = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    for number, part in enumerate(parts, 1):
        try:
            made = _make(held, part)
            inner = open_below(held, part)
        finally:
            os.close(held)
        held = inner
        if made and not _is_private(root.joinpath(*parts[:number])):
            os.fchmod(held, 0o777 & ~user_umask())
    os.close(held)


def _make(directory: int, name: str) -> bool:
    try:
        os.mkdir(name, 0o700, dir_fd=directory)
    except FileExistsError:
        return False
    return True


def _is_private(path: Path) -> bool:
    home = get_settings().home
    return path.absolute().is_relative_to(home) or home.is_relative_to(path.absolute())
