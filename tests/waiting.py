"""Waiting in tests for what another process does: asked again and again, with a deadline."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

SECONDS = 60.0
"""Longest wait: many times what a busy machine takes, so that a test that waits in vain says for what."""
_BETWEEN_SECONDS = 0.1
AUTOMATION_LOADS_SECONDS = 1.5
"""Time after which a Prefect server has loaded a new automation. It tells nobody when it has, and an event that is
earlier is lost."""


def until(ask: Callable[[], Any], what: str, *, seconds: float = SECONDS) -> Any:
    """Ask until the answer is true, and return it.

    Raises:
        AssertionError: It did not become true in time.
    """
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < deadline, f"waited {seconds:g} s in vain: {what}"
        time.sleep(_BETWEEN_SECONDS)
    return answer


async def until_async(ask: Callable[[], Awaitable[Any]], what: str, *, seconds: float = SECONDS) -> Any:
    """Ask until the answer is true, and return it; as `until`."""
    deadline = time.monotonic() + seconds
    while not (answer := await ask()):
        assert time.monotonic() < deadline, f"waited {seconds:g} s in vain: {what}"
        await asyncio.sleep(_BETWEEN_SECONDS)
    return answer
