"""The data directory, which holds results, snapshots, reports and the store: where it is, and that it is private."""

import os
from contextlib import suppress
from pathlib import Path


class DataDirectoryError(OSError):
    """Error raised when the data directory cannot be used; the message says why and what to do."""


def default_home() -> Path:
    """Return the data directory for when `ANALYST_HOME` is not set.

    Follows the XDG Base Directory specification: `$XDG_DATA_HOME/analyst-flows`, else `~/.local/share/analyst-flows`.
    """
    base = os.environ.get("XDG_DATA_HOME", "")
    # The specification says that relative paths are invalid and must be ignored.
    root = Path(base) if Path(base).is_absolute() else Path.home() / ".local" / "share"
    return root / "analyst-flows"


def private_directory(path: Path) -> Path:
    """Make a directory, if it is missing, that only this user can read, even inside a shared parent.

    Returns:
        The same path.

    Raises:
        DataDirectoryError: It cannot be made or written.
    """
    known = _checked.get(str(path))
    if known is not None and known == _state_of(path):
        return path
    try:
        for directory in [*reversed(path.parents), path]:
            if not directory.exists():
                directory.mkdir(mode=0o700, exist_ok=True)
        make_private(path)
    except OSError as error:
        raise DataDirectoryError(
            f"The data directory {path} cannot be made: {error.strerror or error}. Set ANALYST_HOME to a directory you "
            "can write to."
        ) from error
    if not path.is_dir():
        raise DataDirectoryError(f"{path} is a file, not a directory. Move it away or set ANALYST_HOME.")
    if not os.access(path, os.W_OK | os.X_OK):
        raise DataDirectoryError(f"{path} is not writable. Change its permissions or set ANALYST_HOME.")
    if (state := _state_of(path)) is not None:
        _checked[str(path)] = state
    return path


_checked: dict[str, tuple[int, ...]] = {}
"""State of each directory when it was found to be usable: each use of the store asks, and a look costs ten system
calls, but one where nothing has changed since."""


def _state_of(path: Path) -> tuple[int, ...] | None:
    """Return which directory is at a path, and who may use it; `None` if there is none that can be seen."""
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_dev, about.st_ino, about.st_mode, about.st_uid


def make_private(path: Path) -> None:
    """Take the permissions of group and others from a directory that another program or a person has made."""
    if path.is_dir() and (mode := path.stat().st_mode) & 0o077:
        with suppress(PermissionError):  # it is another user's
            path.chmod(mode & 0o700)
