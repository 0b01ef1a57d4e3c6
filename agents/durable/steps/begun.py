"""Calls that have begun are brought to their end, so that what they did is stored and is not done again."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from anyio import CancelScope

_SIBLINGS_SECONDS = 600.0
"""Seconds that a failed call waits for those beside it. Longer than any time-out that a tool should have; one that
never ends, for example because it waits for the call that failed, is then cancelled with the run."""

ResultT = TypeVar("ResultT")


async def bring_to_end(call: Coroutine[Any, Any, ResultT]) -> tuple["asyncio.Task[ResultT]", BaseException | None]:
    """Await a call that cannot be stopped, such as a function in a thread, also when the awaiting task is cancelled.

    Returns:
        The finished task, and the cancellation that came meanwhile, which the caller has to raise.
    """
    task = asyncio.ensure_future(call)
    cancelled: BaseException | None = None
    with CancelScope(shield=True):
        while not task.done():
            try:
                await asyncio.wait({task})
            except asyncio.CancelledError as error:
                cancelled = error
    return task, cancelled


class Siblings:
    """The calls of one agent run that are under way beside each other."""

    def __init__(self) -> None:
        self._under_way: set[asyncio.Future[None]] = set()

    @asynccontextmanager
    async def one_more(self) -> AsyncGenerator[None]:
        """Count a call as under way. When it fails, those beside it end first: the failure would cancel them."""
        ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._under_way.add(ended)
        try:
            yield
        except Exception:
            self._end(ended)
            if self._under_way:
                await asyncio.wait(set(self._under_way), timeout=_SIBLINGS_SECONDS)
            raise
        finally:
            self._end(ended)

    def _end(self, ended: "asyncio.Future[None]") -> None:
        self._under_way.discard(ended)
        if not ended.done():
            ended.set_result(None)
