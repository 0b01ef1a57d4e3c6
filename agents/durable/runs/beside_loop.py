"""Blocking calls of async functions where an event loop already runs, such as in a notebook."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

ResultT = TypeVar("ResultT")


def runs_loop() -> bool:
    """Tell whether an event loop runs in this thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def run_beside_loop(call: Callable[[], Coroutine[Any, Any, ResultT]]) -> ResultT:
    """Run an async function to its end in a thread of its own, since the loop of this thread is busy with the caller.

    The thread sees the flow around through the context.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(copy_context().run, lambda: asyncio.run(call())).result()
