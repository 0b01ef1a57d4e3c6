"""Quick tries where a Prefect server on SQLite answers that its database is busy.

Such a server refuses a write with status 503 whenever another write came between, which a run with many steps makes
likely; Prefect's client then sleeps two seconds or more, although a few milliseconds do. The tries here come before
Prefect's own, which still sit out a real outage.
"""

import asyncio
from typing import Any

import httpx
from prefect.client.orchestration import PrefectClient
from prefect.context import AsyncClientContext

WAITS = tuple(0.05 * 1.2**number for number in range(16))
"""Seconds before each quick try, 4 in all."""

_BUSY = 503


class QuickTries(httpx.AsyncBaseTransport):
    """Sends a request again soon when the server is busy, and hands on the last answer when it stays so."""

    def __init__(self, wrapped: httpx.AsyncBaseTransport) -> None:
        self.wrapped = wrapped

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`, more than once if need be."""
        for wait in WAITS:
            response = await self.wrapped.handle_async_request(request)
            if response.status_code != _BUSY or "Retry-After" in response.headers:
                return response
            await response.aclose()
            await asyncio.sleep(wait)
        return await self.wrapped.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the wrapped transport."""
        await self.wrapped.aclose()


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
