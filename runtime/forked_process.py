"""Helper processes that are forks of this one: what is imported already need not be imported again, nor held twice."""

import os
import select
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection, Pipe
from subprocess import TimeoutExpired
from typing import Any, NoReturn

from runtime.helper_process import KEPT, HelperProcess

Work = Callable[["Connection[Any, Any]"], None]
"""Answers on a connection until the other end is closed."""


def can_fork() -> bool:
    """Tell whether a fork of this process is whole: it has no thread of Python beside the main one.

    On other systems than Linux, libraries of the system may not work after a fork.
    """
    return sys.platform == "linux" and threading.active_count() == 1


class ForkedProcess(HelperProcess):
    """A fork of this process with one end of a connection, to which nothing else of this process is left."""

    def __init__(self, work: Work) -> None:
        """Start it; returns at once.

        Args:
            work: Called in the child. The process ends when it returns.

        Raises:
            OSError: No process can be started.
        """
        self.connection, theirs = Pipe()
        with theirs, warnings.catch_warnings():
            # Python 3.12 counts threads of BLAS and Arrow, which these libraries make anew after a fork.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
            if not pid:
                self._work(work, theirs)
        self._popen = _Child(pid)

    def _work(self, work: Work, theirs: "Connection[Any, Any]") -> NoReturn:
        try:
            self.connection.close()
            os.setsid()  # Ctrl-C in a terminal is for the parent, which ends this one
            os.chdir("/")
            nothing = os.open(os.devnull, os.O_RDWR)
            for stream in range(3):
                os.dup2(nothing, stream)
            kept = {name: os.environ[name] for name in KEPT if name in os.environ}
            os.environ.clear()
            os.environ.update(kept)
            work(theirs)
            os._exit(0)
        finally:
            os._exit(1)


class _Child:
    """A child of this process, with what `HelperProcess` asks of a `Popen`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def kill(self) -> None:
        if self.returncode is None:
            os.kill(self.pid, signal.SIGKILL)

    def wait(self, seconds: float | None = None) -> int:
        if self.returncode is None:
            ended = os.pidfd_open(self.pid)
            try:
                if not select.select([ended], [], [], seconds)[0]:
                    raise TimeoutExpired("a forked process", seconds or 0.0)
            finally:
                os.close(ended)
            self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.returncode
