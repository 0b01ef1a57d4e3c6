"""Runner of a service: it survives a restart of its server, and on a signal it lets runs finish before it ends."""

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from prefect.logging import get_logger
from prefect.runner import Runner

from deployments.service.warm_worker import WarmWorker
from runtime.private_members.prefect_runner import (
    RUN_PROGRAM,
    end_loops,
    has_runs,
    isolate_runs,
    kill_run,
    processes_started_by,
    run_environment,
    run_ids,
    stop_asking,
    survive_questions,
)
from runtime.texts.redaction import masked

STOPPED = "Stopped"
"""Name of the state of a run whose service was stopped. The run is scheduled for the next service."""

_LOOK_SECONDS = 0.2
"""Seconds between two looks for runs that have ended."""
_REPORT_SECONDS = 10.0
"""Longest time in seconds that the runner may take to notice the end of a process."""

_log = get_logger("runner")


class LastingRunner(Runner):
    """A runner that goes on while its server is away, and on SIGTERM or SIGINT lets its runs finish.

    Prefect's runner ends after three questions without an answer, and on SIGTERM ends its runs at once.

    Args:
        stop_seconds: Seconds that runs have to finish after the first signal. Runs that take longer are ended and
            scheduled for the next service. A second signal does that at once.
        stopping: Event that is set when the runner begins to stop.
        say: Called with a line for the person who stops it.
        query_seconds: Seconds between two questions for runs to start; by default from Prefect's settings.
        warm: Modules that are imported before there is a run, in a process that runs are forked from.
    """

    def __init__(
        self,
        *,
        stop_seconds: float,
        stopping: threading.Event,
        say: Callable[[str], None],
        query_seconds: float | None = None,
        warm: Sequence[str] = (),
    ) -> None:
        # Otherwise deployments would stay paused after a kill of the service, and a person's pause would be undone.
        super().__init__(pause_on_shutdown=False, query_seconds=query_seconds)
        self._stop_seconds = stop_seconds
        self._told_to_stop = stopping
        self._say = say
        self._second_signal = asyncio.Event()
        self._ending: asyncio.Task[None] | None = None
        self._serving: asyncio.AbstractEventLoop | None = None
        self._warm = WarmWorker(RUN_PROGRAM, warm, say) if warm else None

    async def start(self, run_once: bool = False, webserver: bool | None = None) -> None:
        """Start runs until told to stop."""
        self._serving = asyncio.get_running_loop()
        self._serving.add_signal_handler(signal.SIGINT, self.handle_sigterm)
        if self._warm is not None:
            await self._serve_warm(self._warm, run_once=run_once, webserver=webserver)
        else:
            await super().start(run_once=run_once, webserver=webserver)
        if self._ending is not None:
            await self._ending

    def handle_sigterm(self, *args: Any, **kwargs: Any) -> None:
        """Begin to stop; on a second signal, end the runs at once."""
        del args, kwargs
        assert self._serving is not None  # noqa: S101 - set before the handler is
        self._serving.call_soon_threadsafe(self._end)

    async def __aenter__(self) -> "LastingRunner":
        await super().__aenter__()
        survive_questions(self, _warn)
        isolate_runs(self)
        return self

    async def _serve_warm(self, warm: WarmWorker, *, run_once: bool, webserver: bool | None) -> None:
        warm.prepare(run_environment(self))
        try:
            with processes_started_by(warm.in_place_of):
                await super().start(run_once=run_once, webserver=webserver)
        finally:
            warm.close()

    def _end(self) -> None:
        if self._ending is not None:
            self._second_signal.set()
            return
        self._ending = asyncio.get_running_loop().create_task(self._end_in_order())

    async def _end_in_order(self) -> None:
        stop_asking(self)
        # Otherwise the watcher of this service would take the runs that are ended below for crashed ones.
        self._told_to_stop.set()
        if has_runs(self):
            # The terminal may be closed already.
            with contextlib.suppress(OSError, ValueError):
                self._say(
                    f"Runs under way may finish for {self._stop_seconds:g} s. Ctrl-C again ends them now; the next "
                    "service resumes them."
                )
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(_until(lambda: not has_runs(self), self._second_signal), self._stop_seconds)
        await asyncio.gather(*(self._end_run(run_id) for run_id in run_ids(self)))
        end_loops(self)

    async def _end_run(self, run_id: UUID) -> None:
        await kill_run(self, run_id)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(_until(lambda: run_id not in run_ids(self), asyncio.Event()), _REPORT_SECONDS)
        # At once, since another watcher may schedule it as a crashed run a moment later.
        await asyncio.to_thread(_leave_to_the_next, run_id)


def _warn(error: Exception) -> None:
    _log.warning("The Prefect server does not answer: %s", masked(repr(error)))


async def _until(true: Callable[[], bool], cut_short: asyncio.Event) -> None:
    """Wait until a condition is true, or until the event is set."""
    while not true():
        try:
            await asyncio.wait_for(cut_short.wait(), _LOOK_SECONDS)
        except TimeoutError:
            continue
        return


def _leave_to_the_next(run_id: UUID) -> None:
    """Schedule a run that was ended with its service. It does not count as a recovery."""
    import httpx
    from prefect.client.orchestration import get_client

    from deployments.recovery.watcher import schedule_again

    message = "Its service was stopped. The next service resumes it from its results."
    # If the server is away now, the next service finds the run interrupted.
    with contextlib.suppress(httpx.HTTPError), get_client(sync_client=True) as client:
        run = client.read_flow_run(run_id)
        if run.state is not None and run.state.is_crashed():
            schedule_again(client, run, STOPPED, message)
