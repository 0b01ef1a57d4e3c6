"""Prefect's runner, made to live through a restart of its server and to stop in order.

It uses parts of the runner that are not public, each for a reason named here; `tests/deployments/test_serve.py` fails
when they have moved.
"""

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

from prefect.runner import Runner

from runtime.redaction import without_keys, without_password

STOPPED = "Stopped"
"""Name of the state of a run whose service was told to stop: it is scheduled, for now."""

_LOOK_SECONDS = 0.2
_REPORT_SECONDS = 10.0


class LastingRunner(Runner):
    """A runner that waits for its server when it is gone, and on SIGTERM or SIGINT lets its runs finish.

    Prefect's own ends after three questions without an answer, and on SIGTERM ends its runs at once.

    Args:
        stop_seconds: How long runs may take to finish when it is told to stop. What is under way after that is told
            to end, and scheduled for the next service. A second signal does that at once.
        stopping: Set when it begins to stop.
        say: Told in one line what a person who has told it to stop should know.
        query_seconds: Time between two questions for runs to start; by default what Prefect's settings say.
    """

    def __init__(
        self,
        *,
        stop_seconds: float,
        stopping: threading.Event,
        say: Callable[[str], None],
        query_seconds: float | None = None,
    ) -> None:
        # Paused deployments would stay paused when the service is killed, and a person's pause would be undone.
        super().__init__(pause_on_shutdown=False, query_seconds=query_seconds)
        self._stop_seconds = stop_seconds
        self._told_to_stop = stopping
        self._say = say
        self._patience = asyncio.Event()
        self._ending: asyncio.Task[None] | None = None

    async def start(self, run_once: bool = False, webserver: bool | None = None) -> None:
        """Start runs until told to stop."""
        self._loop = loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, self.handle_sigterm)
        await super().start(run_once=run_once, webserver=webserver)
        if self._ending is not None:
            await self._ending

    def handle_sigterm(self, *args: Any, **kwargs: Any) -> None:
        """Begin to stop in order; at once when called again."""
        del args, kwargs
        assert self._loop is not None  # noqa: S101 - set before the handler is
        self._loop.call_soon_threadsafe(self._end)

    async def __aenter__(self) -> "LastingRunner":
        await super().__aenter__()
        poller: Any = self._scheduled_run_poller
        ask = poller._get_and_submit_flow_runs

        async def ask_patiently() -> None:
            try:
                await ask()
            except Exception as error:  # noqa: BLE001 - whatever it is, the next question is asked all the same
                # In Prefect's loop the third one would end the service, and with it the runs that are under way.
                said = without_keys(without_password(repr(error)))
                self._logger.warning("The Prefect server does not answer: %s", said)

        poller._get_and_submit_flow_runs = ask_patiently
        resolve = poller._resolve_starter

        def resolve_apart(flow_run: Any) -> Any:
            starter = resolve(flow_run)
            # In the service's group, Ctrl-C in its terminal would end the runs at once, which counts as a crash.
            starter._isolate_process_group = True
            return starter

        poller._resolve_starter = resolve_apart
        return self

    def _end(self) -> None:
        if self._ending is not None:
            self._patience.set()
            return
        self._ending = asyncio.get_running_loop().create_task(self._end_in_order())

    async def _end_in_order(self) -> None:
        me: Any = self
        self.stopping = me._scheduled_run_poller.stopping = True
        # Whoever looks after runs would take those that are ended here for crashed ones.
        self._told_to_stop.set()
        processes = me._process_manager

        def none_left() -> bool:
            # Those that are about to start count too: they would be started after everything else has ended.
            return not processes.flow_run_ids() and not me._scheduled_run_poller._submitting_flow_run_ids

        async def until(true: Callable[[], bool], patience: asyncio.Event) -> None:
            while not true():
                try:
                    await asyncio.wait_for(patience.wait(), _LOOK_SECONDS)
                except TimeoutError:
                    continue
                return

        if not none_left():
            # Who is told by a signal may have lost the terminal already.
            with contextlib.suppress(OSError, ValueError):
                self._say(
                    f"Runs under way may finish for {self._stop_seconds:g} s. Ctrl-C again ends them now; they go on "
                    "with the next service."
                )
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(until(none_left, self._patience), self._stop_seconds)

        async def end(run_id: UUID) -> None:
            # Not `cancel_all`: a run that is cancelled is over.
            await processes.kill(run_id)
            reported = until(lambda: run_id not in processes.flow_run_ids(), asyncio.Event())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(reported, _REPORT_SECONDS)
            # At once: a moment later, whoever looks after runs elsewhere may have had it go on.
            await asyncio.to_thread(_leave_to_the_next, run_id)

        await asyncio.gather(*(end(run_id) for run_id in list(processes.flow_run_ids())))
        self._loops_task_group.cancel_scope.cancel()


def _leave_to_the_next(run_id: UUID) -> None:
    """Schedule a run that was ended with its service. That is no crash, so it does not count as one."""
    import httpx
    from prefect.client.orchestration import get_client

    from deployments.recovery.watcher import schedule_again

    message = "Its service was told to stop; it goes on from its results when there is one."
    # Without a server now, the next service finds it cut off.
    with contextlib.suppress(httpx.HTTPError), get_client(sync_client=True) as client:
        run = client.read_flow_run(run_id)
        if run.state is not None and run.state.is_crashed():
            schedule_again(client, run, STOPPED, message)
