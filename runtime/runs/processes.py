"""Which process is it, and is it still there? By pid and start time, since a pid is given again."""

import os
import socket
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True)
class Process:
    """A process that can be told from every other, also after it has gone.

    Attributes:
        host: The host's name, for people.
        machine: Tells hosts, restarts of one host, and containers on it apart: only within one of these a pid means
            anything.
        pid: Process id.
        started: When it started, in whatever form the system tells it; `None` where it does not.
    """

    host: str
    machine: str
    pid: int
    started: str | None


def this_process() -> Process:
    """The process that asks."""
    return Process(_host(), _machine(), os.getpid(), _started(os.getpid()))


def is_gone(process: Process) -> bool | None:
    """Whether a process has ended.

    Returns:
        `None` when it cannot be told from here, because the process runs, or ran, somewhere else.
    """
    if process.machine != _machine():
        return None
    try:
        os.kill(process.pid, 0)
    except ProcessLookupError:
        return True
    except OSError:  # it is there and another user's
        pass
    started = _started(process.pid)
    if started is None:
        return True if Path("/proc/self/stat").exists() else None  # ended just now, or no way to ask
    return process.started is not None and started != process.started


@lru_cache(maxsize=1)
def _host() -> str:
    return socket.gethostname()


@lru_cache(maxsize=1)
def _machine() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{_host()} {boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return f"{_host()} {_started(1)}"  # the first process starts with the system


def _started(pid: int) -> str | None:
    """When a process started; `None` for one that has ended, even if its parent has not been told yet."""
    try:
        # The name, in parentheses, may hold anything. After it come the state and, 20th, the start in clock ticks.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return None if fields[0] in "ZX" else fields[19]
    except (OSError, IndexError):
        pass
    if Path("/proc/self/stat").exists():
        return None
    try:  # macOS and the BSDs
        asked = subprocess.run(  # noqa: S603 - fixed arguments
            ["/bin/ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, timeout=5, check=False
        ).stdout.split(maxsplit=1)
    except (OSError, subprocess.SubprocessError):
        return None
    return None if len(asked) < 2 or asked[0].startswith("Z") else asked[1].strip()
