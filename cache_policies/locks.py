"""Locks on keys that end with the process that holds them.

Prefect's own file locks outlive a killed process, and every later run would wait for a result that nobody makes.
"""

import fcntl
import hashlib
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import anyio
from prefect.locking.protocol import LockManager

from runtime.settings import get_settings

_POLL_SECONDS = 0.02
"""Seconds between two looks at a lock that another run holds. A model request, for which it is held, takes seconds."""

_held: dict[Path, tuple[str, int]] = {}
_guard = threading.Lock()


@dataclass(frozen=True)
class FileLocks(LockManager):
    """One lock file for each key, locked by the operating system, for all processes of this machine.

    Attributes:
        directory: Where the lock files are; by default `locks` in the data directory.
    """

    directory: Path | None = None

    def acquire_lock(
        self, key: str, holder: str, acquire_timeout: float | None = None, hold_timeout: float | None = None
    ) -> bool:
        """Wait for the lock of `key`, at most `acquire_timeout` seconds, and hold it until released."""
        del hold_timeout  # a lock ends with its process
        deadline = None if acquire_timeout is None else time.monotonic() + acquire_timeout
        while not self._try(key, holder):
            if deadline is not None and time.monotonic() >= deadline:
                return False
            time.sleep(_POLL_SECONDS)
        return True

    async def aacquire_lock(
        self, key: str, holder: str, acquire_timeout: float | None = None, hold_timeout: float | None = None
    ) -> bool:
        """Wait for the lock of `key` without holding up the event loop."""
        del hold_timeout
        with anyio.move_on_after(acquire_timeout):
            while not self._try(key, holder):  # noqa: ASYNC110 - other processes set no event
                await anyio.sleep(_POLL_SECONDS)
            return True
        return False

    def release_lock(self, key: str, holder: str) -> None:
        """Let go of the lock of `key`.

        Raises:
            ValueError: `holder` does not hold it.
        """
        path = self._path(key)
        with _guard:
            if path not in _held or _held[path][0] != holder:
                raise ValueError(f"No lock for key {key} is held by {holder}.")
            _, descriptor = _held.pop(path)
            path.unlink(missing_ok=True)  # while it is still locked: see `_try`
            os.close(descriptor)

    def is_locked(self, key: str) -> bool:
        """Tell whether anybody on this machine holds the lock of `key`."""
        path = self._path(key)
        if path in _held:
            return True
        try:
            descriptor = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def is_lock_holder(self, key: str, holder: str) -> bool:
        """Tell whether `holder` holds the lock of `key`."""
        held = _held.get(self._path(key))
        return held is not None and held[0] == holder

    def wait_for_lock(self, key: str, timeout: float | None = None) -> bool:
        """Wait until nobody holds the lock of `key`; `False` after `timeout` seconds."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.is_locked(key):
            if deadline is not None and time.monotonic() >= deadline:
                return False
            time.sleep(_POLL_SECONDS)
        return True

    async def await_for_lock(self, key: str, timeout: float | None = None) -> bool:  # noqa: ASYNC109 - Prefect's
        """Wait until nobody holds the lock of `key`, without holding up the event loop."""
        with anyio.move_on_after(timeout):
            while self.is_locked(key):  # noqa: ASYNC110 - other processes set no event
                await anyio.sleep(_POLL_SECONDS)
            return True
        return False

    def _path(self, key: str) -> Path:
        directory = self.directory or get_settings().locks_dir
        return directory / hashlib.blake2b(key.encode(), digest_size=16).hexdigest()

    def _try(self, key: str, holder: str) -> bool:
        path = self._path(key)
        with _guard:
            if path in _held:
                return _held[path][0] == holder
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # The holder before us may have removed the file between our opening and locking it; a lock on a file
                # that nobody else can find any more locks nothing.
                if os.fstat(descriptor).st_ino != path.stat().st_ino:
                    raise FileNotFoundError(path)
            except OSError:
                os.close(descriptor)
                return False
            _held[path] = (holder, descriptor)
            return True
