"""Identity of processes: a pid with the time when the process started, since pids are used again."""

import os
import socket
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Process:
    """Identity of a process, which stays unique after it has ended.

    Attributes:
        host: The host's name, for people.
        machine: Id of the host, its restart and its container: a pid is unique only within these.
        pid: Process id.
        started: When it started: on Linux in clock ticks since the start of the system, elsewhere in seconds since
            1970. `None` where that is not known.
    """

    host: str
    machine: str
    pid: int
    started: str | None


def this_process() -> Process:
    """Return the identity of this process."""
    return Process(_host(), _machine(), os.getpid(), _started(os.getpid()))


def is_gone(process: Process) -> bool | None:
    """Tell whether a process has ended.

    Returns:
        `None` when this is not known, because the process runs, or ran, on another machine.
    """
    if process.machine != _machine():
        return None
    try:
        started = _started(process.pid)
    except psutil.AccessDenied:
        return None
    return started is None or (process.started is not None and started != process.started)


@lru_cache(maxsize=1)
def _host() -> str:
    return socket.gethostname()


@lru_cache(maxsize=1)
def _machine() -> str:
    try:
        # psutil knows neither the id of a system's start nor the namespaces of containers.
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{_host()} {boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return f"{_host()} {_started(1)}"  # the first process starts with the system


def _started(pid: int) -> str | None:
    """Return the start of a process, or `None` if it has ended, even as a zombie."""
    try:
        while True:
            process = psutil.Process(pid)
            if process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD):
                return None
            if not psutil.LINUX:
                return str(process.create_time())
            # Linux counts from the start of the system, whose time moves when the clock is set. A process must not
            # look like another one after that.
            boot = psutil.boot_time()
            ticks = round((process.create_time() - boot) * os.sysconf("SC_CLK_TCK"))
            if psutil.boot_time() == boot:
                return str(ticks)
    except psutil.NoSuchProcess:
        return None
