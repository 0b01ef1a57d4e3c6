"""Quick tries where a Prefect server on SQLite answers that its database is busy.

Such a server refuses a write with status 503 whenever another write came between, which runs side by side make likely;
Prefect's client then sleeps two seconds or more, although a few milliseconds do. Here a refused write is tried again
soon, and from then on the writes of this process go one after the other, as the database takes them anyway: fifty agent
runs that start together would otherwise refuse each other hundreds of times. The tries come before Prefect's own, which
still sit out a real outage.
"""

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any
from weakref import WeakKeyDictionary

import httpx
from prefect.client.orchestration import PrefectClient
from prefect.context import AsyncClientContext

WAITS = tuple(0.05 * 1.2**number for number in range(16))
"""Seconds before each quick try, 4 in all."""

_BUSY = 503


# A loop has its lock from the first refusal on, so that a server that never refuses is not slowed down.
_turns: "WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock]" = WeakKeyDictionary()


class QuickTries(httpx.AsyncBaseTransport):
    """Sends a request again soon when the server is busy, and hands on the last answer when it stays so."""

    def __init__(self, wrapped: httpx.AsyncBaseTransport) -> None:
        self.wrapped = wrapped

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`, more than once if need be."""
        loop = asyncio.get_running_loop()
        for wait in WAITS:
            async with _turn(loop, request):
                response = await self.wrapped.handle_async_request(request)
            if response.status_code != _BUSY or "Retry-After" in response.headers:
                return response
            _turns.setdefault(loop, asyncio.Lock())
            await response.aclose()
            await asyncio.sleep(wait)
        return await self.wrapped.handle_async_request(request)

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
    # Prefect offers no way to reach the HTTP client of a flow run that a user's code started.
    http_client: Any = client._client  # pyright: ignore[reportPrivateUsage]
    if not isinstance(http_client._transport, QuickTries):
        http_client._transport = QuickTries(http_client._transport)
