"""The parent's side of the SQL process: start it, ask it, kill it when its time is over.

One process is kept warm, two when a statement had to wait for another; further statements wait. They are never shared
with a forked child of this process, and they end with it, however it ends.
"""

import atexit
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_MOST_PROCESSES = 2
"""SQL processes at once; each may use the whole memory limit."""
_SOON_SECONDS = 0.3
"""Seconds that a statement waits for the one before it. A second process takes about as long to start."""
_START_SECONDS = 60.0
"""Seconds that a new process may take to start, on a machine that is busy."""
_MOST_ANSWER = 256 << 20
"""Bytes of the longest answer: 500 columns of 200 characters in a few hundred rows, four bytes each."""

_PROGRAM = "import sys; sys.path[:0] = [sys.argv[1]]; from analytics.sql.worker import main; main(int(sys.argv[2]))"
_ROOT = str(Path(__file__).resolve().parents[2])


class QueryTimeoutError(Exception):
    """The process was killed because the time was over."""


class QueryCrashedError(Exception):
    """The process ended while it worked on the statement: out of memory, nested too deep, or a fault of the engine."""


class SqlProcessError(RuntimeError):
    """The process does not start: a fault of the installation or of the machine, not of the statement."""


class _SqlProcess:
    """One SQL process."""

    def __init__(self) -> None:
        self._popen = subprocess.Popen(  # noqa: S603 - our own interpreter and program
            [sys.executable, "-I", "-X", "utf8", "-c", _PROGRAM, _ROOT, str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=_environment(),
            start_new_session=True,  # Ctrl-C in a terminal is for the parent, which ends this one
        )
        self._ready = False

    @property
    def pid(self) -> int:
        return self._popen.pid

    def wait_until_ready(self) -> None:
        if self._ready:
            return
        try:
            self._receive(time.monotonic() + _START_SECONDS)
        except (QueryTimeoutError, QueryCrashedError) as error:
            self.kill()
            raise SqlProcessError(
                "the process for SQL does not start: check that `python -I -c 'import duckdb'` works, and that at "
                "least 512 MB of memory are free"
            ) from error
        self._ready = True

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        body = json.dumps(request).encode()
        stream = self._popen.stdin
        assert stream is not None  # noqa: S101 - opened as a pipe
        try:
            stream.write(len(body).to_bytes(4) + body)
            stream.flush()
        except OSError as error:
            raise QueryCrashedError from error
        return self._receive(deadline)

    def is_alive(self) -> bool:
        return self._popen.poll() is None

    def kill(self) -> None:
        if self._popen.poll() is None:
            self._popen.kill()
        self._popen.wait()
        self._close()

    def forget(self) -> None:
        """Let go of a process that belongs to this process's parent."""
        self._popen.returncode = 0  # neither wait for it nor warn about it
        self._close()

    def _close(self) -> None:
        for stream in (self._popen.stdin, self._popen.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:  # an unsent request for a process that is gone
                    continue

    def _receive(self, deadline: float) -> dict[str, Any]:
        size = int.from_bytes(self._read(4, deadline))
        if size > _MOST_ANSWER:
            raise QueryCrashedError
        return json.loads(self._read(size, deadline))

    def _read(self, count: int, deadline: float) -> bytes:
        stream = self._popen.stdout
        assert stream is not None  # noqa: S101 - opened as a pipe
        waiting = select.poll()  # unlike select(), it takes descriptors above 1023
        waiting.register(stream.fileno(), select.POLLIN)
        received = bytearray()
        while len(received) < count:
            left = deadline - time.monotonic()
            if left <= 0 or not waiting.poll(max(left * 1000, 1)):
                raise QueryTimeoutError
            part = os.read(stream.fileno(), count - len(received))
            if not part:
                raise QueryTimeoutError if self._popen.wait() == -signal.SIGXCPU else QueryCrashedError
            received += part
        return bytes(received)


def _environment() -> dict[str, str]:
    """Nothing of ours, which holds keys, but the way to shared libraries; one arena, so that the limit fits tightly."""
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") if name in os.environ}
    return {"MALLOC_ARENA_MAX": "1", **kept}


class _Pool:
    """Warm processes, and who may start one."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._slots = threading.BoundedSemaphore(_MOST_PROCESSES)
        self._idle: list[_SqlProcess] = []
        self._at_work = 0

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        with self._slots:
            process = self._take()
            try:
                process.wait_until_ready()
                answer = process.ask(request, seconds)
            except BaseException:  # also a KeyboardInterrupt: the answer would be read by the next statement
                self._replace(process)
                raise
            if answer.get("retire"):
                self._replace(process)
            else:
                self._give_back(process)
            return answer

    def warm_up(self) -> None:
        """Start a process if none waits; returns at once."""
        with self._changed:
            if not self._idle:
                self._idle.append(_SqlProcess())

    def pids(self) -> list[int]:
        with self._changed:
            return [process.pid for process in self._idle]

    def _take(self) -> _SqlProcess:
        with self._changed:
            if self._at_work:
                self._changed.wait_for(lambda: self._idle, _SOON_SECONDS)
            self._at_work += 1
            while self._idle:
                process = self._idle.pop()
                if process.is_alive():
                    return process
                process.kill()
        try:
            return _SqlProcess()
        except BaseException:
            self._give_back(None)
            raise

    def _give_back(self, process: _SqlProcess | None) -> None:
        with self._changed:
            self._at_work -= 1
            if process is not None:
                self._idle.append(process)
            self._changed.notify_all()

    def _replace(self, process: _SqlProcess) -> None:
        process.kill()
        try:
            self.warm_up()
        finally:
            self._give_back(None)

    def close(self) -> None:
        with self._changed:
            while self._idle:
                self._idle.pop().kill()

    def forget(self) -> None:
        """Begin anew in a forked child, whose copies of locks may be held by threads that it does not have."""
        processes, self._idle, self._at_work = self._idle, [], 0
        self._changed, self._slots = threading.Condition(), threading.BoundedSemaphore(_MOST_PROCESSES)
        for process in processes:
            process.forget()


_POOL = _Pool()
atexit.register(_POOL.close)
os.register_at_fork(after_in_child=_POOL.forget)

ask: Callable[[dict[str, Any], float], dict[str, Any]] = _POOL.ask
"""Have a request answered within so many seconds.

Raises:
    QueryTimeoutError: It was stopped because its time was over.
    QueryCrashedError: The process ended.
    SqlProcessError: No process can be started.
"""

warm_up: Callable[[], None] = _POOL.warm_up
"""Start a process in the background if none is there, so that the first statement need not wait for it."""

idle_pids: Callable[[], list[int]] = _POOL.pids
"""Process ids of the processes that wait for a statement."""
