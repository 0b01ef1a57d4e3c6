"""HTTP connections that stay in the event loop that opened them, however many loops share a model.

An agent is mostly made once, with its model and the model's HTTP client. Prefect runs mapped and submitted tasks in
threads with event loops of their own, and a connection taken from a pool that another loop is using fails.
Each answer is limited in silence, time and size (`agents.recovery.unusable.answer_limits`).
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

from agents.durable.keys.models import models_in
from agents.recovery.unusable.answer_limits import send_limited
from runtime.private_members.httpx import transport_at, wrap_transports
from runtime.private_members.pydantic_ai import replace_http_client


def keep_loops_apart(model: object) -> None:
    """Give each event loop connections of its own to a model's server, also inside wrappers and fallbacks.

    Nothing happens to a client that the user made himself.
    """
    for inner in models_in(model):
        keep_loops_apart(inner)
    replace_http_client(getattr(model, "provider", None), _apart)


def _apart(client: Any, factory: Callable[[], Any]) -> Any:
    with suppress(AttributeError):  # a client of another library than httpx
        wrap_transports(client, lambda transport, place: _by_loop(transport, lambda: transport_at(factory(), place)))
    return client


def _by_loop(transport: Any, make: Callable[[], Any]) -> "_TransportByLoop":
    return transport if isinstance(transport, _TransportByLoop) else _TransportByLoop(transport, make)


class _TransportByLoop:
    """A transport of httpx that hands each request to one of the running event loop."""

    def __init__(self, first: Any, make: Callable[[], Any]) -> None:
        self._first: Any = first
        self._make = make
        self._lock = threading.Lock()
        self._by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, Any] = WeakKeyDictionary()

    async def handle_async_request(self, request: Any) -> Any:
        """Send a request; its answer is limited."""
        loop = asyncio.get_running_loop()
        with self._lock:
            if loop not in self._by_loop:
                self._by_loop[loop] = self._first or self._make()
                self._first = None
            transport = self._by_loop[loop]
        return await send_limited(transport.handle_async_request, request)

    async def aclose(self) -> None:
        """Close the connections of the running event loop; those of others end with their loops."""
        with self._lock:
            transport = self._by_loop.pop(asyncio.get_running_loop(), None) or self._first
        if transport is not None:
            await transport.aclose()

    async def __aenter__(self) -> "_TransportByLoop":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
