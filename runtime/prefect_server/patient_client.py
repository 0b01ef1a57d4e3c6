"""Patience with a Prefect server that is busy, or away for a moment.

Such a server refuses a write with status 503 whenever another write came between, which runs side by side make likely;
Prefect's client then sleeps two seconds or more, although a few milliseconds do. Here a refused write is tried again
soon, and from then on the writes of this process go one after the other, as the database takes them anyway: fifty agent
runs that start together would otherwise refuse each other hundreds of times.

While a server is started anew nobody listens at its address. Prefect's client gives up at once then, which would fail a
run whose work is done but for a word to the server. What was not even connected is tried again here until it is.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import httpx
from prefect.client.orchestration import PrefectClient
from prefect.context import AsyncClientContext

from runtime.private_members.httpx import transport_at, wrap_transports
from runtime.private_members.prefect import http_client

WAITS = tuple(0.05 * 1.2**number for number in range(16))
"""Seconds before each quick try, 4 in all."""

AWAY_SECONDS = 300.0
"""How long a server that cannot be connected is waited for."""

_AGAIN_SECONDS = 1.0
_BUSY = 503

T = TypeVar("T")

# A loop has its lock from the first refusal on, so that a server that never refuses is not slowed down.
_turns: "WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock]" = WeakKeyDictionary()


class QuickTries(httpx.AsyncBaseTransport):
    """Sends a request again soon when the server is busy, and hands on the last answer when it stays so.

    A server that cannot be connected is waited for.
    """

    def __init__(self, wrapped: httpx.AsyncBaseTransport) -> None:
        self.wrapped = wrapped

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`, more than once if need be."""
        loop = asyncio.get_running_loop()
        for wait in WAITS:
            async with _turn(loop, request):
                response = await self._connected(request)
            if response.status_code != _BUSY or "Retry-After" in response.headers:
                return response
            _turns.setdefault(loop, asyncio.Lock())
            await response.aclose()
            await asyncio.sleep(wait)
        return await self._connected(request)

    async def _connected(self, request: httpx.Request) -> httpx.Response:
        until = time.monotonic() + AWAY_SECONDS
        while True:
            try:
                return await self.wrapped.handle_async_request(request)
            except httpx.ConnectError:  # nothing was sent, so that nothing is done twice
                if time.monotonic() > until:
                    raise
            await asyncio.sleep(_AGAIN_SECONDS)

    async def aclose(self) -> None:
        """Close the wrapped transport."""
        await self.wrapped.aclose()


def _turn(loop: asyncio.AbstractEventLoop, request: httpx.Request) -> AbstractAsyncContextManager[Any]:
    lock = None if request.method == "GET" else _turns.get(loop)
    return nullcontext() if lock is None else lock


def retry_busy_server_soon(client: PrefectClient | None = None) -> None:
    """Let a Prefect client try again quickly when the server is busy.

    Args:
        client: The client; the one of the flow run at hand by default, and nothing happens where there is none.
    """
    if client is None:
        context = AsyncClientContext.get()
        if context is None:
            return
        client = context.client
    inside = http_client(client)
    if not isinstance(transport_at(inside), QuickTries):
        wrap_transports(inside, lambda transport, _: QuickTries(transport))


def patiently(ask: Callable[[], T]) -> T:
    """Ask a Prefect server something by a client that is not asynchronous, and wait while it cannot be connected.

    Args:
        ask: Makes the request, again if need be; nothing was sent then.

    Raises:
        httpx.ConnectError: It cannot be connected for five minutes.
    """
    until = time.monotonic() + AWAY_SECONDS
    while True:
        try:
            return ask()
        except httpx.ConnectError:
            if time.monotonic() > until:
                raise
        time.sleep(_AGAIN_SECONDS)
