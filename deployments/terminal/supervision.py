"""Supervision of a run: it ends when the user interrupts it or its Prefect server is lost.

Prefect reports every change of state and, without a server, tries for hours to send it, also while a run is cancelled.
So the run has a thread of its own, and the main thread can leave. The process must then end by `os._exit`, as
`deployments.cli.main` does, because Prefect's threads would keep it alive.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextvars import copy_context
from typing import Any, TypeVar

from runtime.prefect_server.connection import watch_server
from runtime.prefect_server.health import ServerUnavailableError

T = TypeVar("T")

_CANCEL_SECONDS = 10.0
"""Longest time in seconds for an interrupted run to record its end."""


def supervise(run: Callable[[], Coroutine[Any, Any, T]], waiting: Callable[[str], None] | None = None) -> T:
    """Run a coroutine to its end, or until its Prefect server is lost or the user interrupts.

    Args:
        run: Makes the coroutine.
        waiting: Called with a text when the server does not answer.

    Returns:
        What the coroutine returned.

    Raises:
        ServerUnavailableError: The server was lost; the coroutine is not ended.
        KeyboardInterrupt: The user interrupted the run; the coroutine has been cancelled.
        Exception: What the coroutine raised.
    """
    ended: Future[T] = Future()
    lost: Future[str] = Future()
    either: list[Future[Any]] = [ended, lost]
    over, context = threading.Event(), copy_context()
    tasks: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]] = []

    async def body() -> T:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine of asyncio.run is a task
        tasks.append((asyncio.get_running_loop(), task))
        if over.is_set():  # interrupted before there was a task to cancel
            raise asyncio.CancelledError
        return await run()

    def work() -> None:
        try:
            ended.set_result(context.run(asyncio.run, body()))
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
            ended.set_exception(error)

    def watch() -> None:
        if reason := watch_server(over, waiting):
            lost.set_result(reason)

    try:
        for target in (work, watch):
            threading.Thread(target=target, daemon=True, name=f"analyst-{target.__name__}").start()
        wait(either, return_when=FIRST_COMPLETED)
    except KeyboardInterrupt:
        over.set()
        for loop, task in tasks:
            if not ended.done():
                loop.call_soon_threadsafe(task.cancel)
        wait(either, timeout=_CANCEL_SECONDS, return_when=FIRST_COMPLETED)
        raise
    finally:
        over.set()
    if not ended.done():
        raise ServerUnavailableError(lost.result())
    return ended.result()
