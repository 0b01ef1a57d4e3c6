"""Runs of a service that start in a fork of a warm process, on Linux; otherwise they start as processes of their own.

A run is a process with the environment that Prefect's runner gives it, in a session of its own, as without this module.
The imports are done already, which are most of the time until its flow begins.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from itertools import count
from typing import Any

_LOOK_SECONDS = 0.2
"""Seconds between two looks for the end of a run whose warm process was killed."""
_OF_ONE_RUN = "PREFECT__"
"""Beginning of the variables that Prefect reads when a run begins. All others must be those of the warm process, since
settings are read when modules are imported."""


class WarmRun:
    """The process of a run, with what Prefect's runner asks of one.

    Attributes:
        pid: Its process id, 0 before it has one.
        returncode: Exit code, or minus the signal that ended it; `None` while it runs.
    """

    def __init__(self) -> None:
        self.pid = 0
        self.returncode: int | None = None
        self._started, self._ended = asyncio.Event(), asyncio.Event()

    def note(self, *, pid: int = 0, code: int | None = None) -> None:
        """Note that it has started, with its pid, or that it has ended, or will not start."""
        self.pid, self.returncode = pid or self.pid, code
        self._started.set()
        if code is not None:
            self._ended.set()

    async def begin(self) -> bool:
        """Wait until it has started; false if it will not."""
        await self._started.wait()
        return self.pid != 0

    async def wait(self) -> None:
        """Wait for its end."""
        await self._ended.wait()


class _WarmProcess:
    """One warm process: what it was made for, and the runs that it has under way."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.environment, self.unfit = environment, None
        self.ready, self.gone = asyncio.Event(), False
        self._runs, self._numbers = dict[int, WarmRun](), count(1)
        self._channel, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and program
                [sys.executable, "-m", "deployments.service.warm_process", str(theirs.fileno()), *command],
                env=environment,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._writer: asyncio.StreamWriter | None = None

    async def listen(self, say: Callable[[str], None]) -> None:
        """Take in what it says until it has ended; say when it is ready."""
        reader, self._writer = await asyncio.open_connection(sock=self._channel)
        with suppress(OSError):  # as at the end of the stream
            while line := await reader.readline():
                said = json.loads(line)
                if "id" not in said:
                    self.unfit = said.get("unfit")
                    self.ready.set()
                    if self.unfit is None:
                        say(f"Runs start in forks of the warm process {self.process.pid}.")
                elif "pid" in said:
                    self._runs[said["id"]].note(pid=said["pid"])
                else:
                    self._runs.pop(said["id"]).note(code=said.get("ended", 1))
        if not self.ready.is_set():
            self.unfit = "it ended during its imports"
        self.gone = True
        self.ready.set()
        self._writer.close()
        await asyncio.gather(asyncio.to_thread(self.process.wait), *map(_see_the_end, self._runs.values()))

    async def fork(self, environment: Mapping[str, str]) -> WarmRun | None:
        """Start a run; `None` if a source has changed since the imports, or it was killed."""
        assert self._writer is not None  # noqa: S101 - it is ready
        number, run = next(self._numbers), WarmRun()
        self._runs[number] = run
        self._writer.write(json.dumps({"id": number, "environment": dict(environment)}).encode() + b"\n")
        return run if await run.begin() else None

    def leave(self) -> None:
        """Let it end when its runs have."""
        with suppress(OSError):  # it is gone
            self._channel.shutdown(socket.SHUT_WR)


class WarmWorker:
    """The warm process of a service, made anew when it is gone or does not fit any more.

    Args:
        program: Module that a run executes, as `python -m` does.
        modules: Modules to import before there is a run.
        say: Called with a line for the person who runs the service.
    """

    def __init__(self, program: str, modules: Sequence[str], say: Callable[[str], None]) -> None:
        self._command, self._say = [program, *modules], say
        self._now: _WarmProcess | None = None
        self._listening: set[asyncio.Task[None]] = set()
        self._usable = sys.platform == "linux"

    @property
    def pid(self) -> int | None:
        """Process id of the warm process, if there is one."""
        return None if self._now is None else self._now.process.pid

    def prepare(self, environment: Mapping[str, str]) -> None:
        """Begin to make a warm process for runs with this environment."""
        if self._now is not None:
            self._now.leave()
        self._now = _WarmProcess(self._command, _shared(environment)) if self._usable else None
        if self._now is not None:
            task = asyncio.create_task(self._now.listen(self._say))
            self._listening.add(task)
            task.add_done_callback(self._listening.discard)

    async def until_ready(self) -> None:
        """Wait until the warm process has done its imports, or has ended."""
        if self._now is not None:
            await self._now.ready.wait()

    async def fork(self, environment: Mapping[str, str]) -> WarmRun | None:
        """Start a run in a fork of the warm process; `None` if it has to start cold."""
        warm = self._now
        if warm is not None and warm.unfit is not None:
            self._say(f"Runs of this service start without a warm process: {warm.unfit}.")
            self.close()
        if not self._usable:
            return None
        if warm is None or warm.gone or warm.environment != _shared(environment):
            self.prepare(environment)
            return None
        if not warm.ready.is_set():
            return None
        run = await warm.fork(environment)
        if run is None and self._now is warm:  # no other run has seen it before
            self.prepare(environment)
        return run

    def close(self) -> None:
        """Start no more runs; the warm process ends when its runs have."""
        self._usable = False
        if self._now is not None:
            self._now.leave()
        self._now = None

    def in_place_of(self, cold: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        """Return a function like Prefect's `run_process` that starts a run warm where it can, and else calls `cold`."""

        async def run_process(command: list[str], **options: Any) -> Any:
            usual = command[1:] == ["-m", self._command[0]] and options.get("cwd") is None
            run = await self.fork(options["env"]) if usual else None
            if run is None:
                return await cold(command, **options)
            options["task_status"].started(options["task_status_handler"](run))
            await run.wait()
            return run

        return run_process


def _shared(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith(_OF_ONE_RUN)}


async def _see_the_end(run: WarmRun) -> None:
    """Wait for the end of a run whose warm process was killed, and with it the only one that learns the exit code."""
    while run.pid:
        try:
            os.kill(run.pid, 0)
        except OSError:
            break
        await asyncio.sleep(_LOOK_SECONDS)
    run.note(code=1)
