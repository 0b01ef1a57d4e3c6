"""Helper processes of this one: they answer over a connection, know no keys, and end with their parent."""

import os
import subprocess
import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection, Pipe
from typing import Any, Protocol

KEPT = (
    *("HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PATH", "TZ"),
    *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"),  # cores that the user leaves to NumPy
)
"""Variables of a helper's environment: nothing that may hold keys."""


def usable_cores() -> int:
    """The cores that this process may use, which `taskset` or a container can make fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Popen(Protocol):
    returncode: Any

    @property
    def pid(self) -> int: ...

    def kill(self) -> None: ...

    def wait(self, timeout: float | None = None, /) -> int: ...


class HelperProcess:
    """A Python process with one end of a connection. When its parent ends, however that happens, it reads its end."""

    connection: "Connection[Any, Any]"
    _popen: _Popen

    def __init__(self, program: Sequence[str]) -> None:
        """Start it; returns at once.

        Args:
            program: Arguments of Python. The number of the connection's file descriptor comes behind them.

        Raises:
            OSError: No process can be started.
        """
        self.connection, theirs = Pipe()
        with theirs:
            self._popen = subprocess.Popen(  # noqa: S603 - our own interpreter and program
                [sys.executable, "-I", *program, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={name: os.environ[name] for name in KEPT if name in os.environ},
                start_new_session=True,  # Ctrl-C in a terminal is for the parent, which ends this one
            )

    @property
    def pid(self) -> int:
        """Its id."""
        return self._popen.pid

    def kill(self) -> None:
        """End it, without waiting until it has ended."""
        self._popen.kill()

    def wait(self, seconds: float | None = None) -> int:
        """Wait until it has ended, and return its exit code.

        Raises:
            subprocess.TimeoutExpired: It has not ended in time.
        """
        return self._popen.wait(seconds)

    def stop(self) -> None:
        """End it."""
        self.kill()
        self.wait()

    def forget(self) -> None:
        """Let go of a process that belongs to this process's parent, in a forked child."""
        self._popen.returncode = 0  # neither wait for it nor warn about it
        self.connection.close()
