"""HTTP connections that stay in the event loop that opened them, however many loops share a model.

An agent is mostly made once, with its model and the model's HTTP client. Prefect runs mapped and submitted tasks in
threads with event loops of their own, and a connection taken from a pool that another loop is using fails.
"""

import asyncio
import threading
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from pydantic_ai.models import Model


def keep_loops_apart(model: object) -> None:
    """Give each event loop connections of its own to a model's server, also inside wrappers and fallbacks.

    Nothing happens to a client that the user made himself.
    """
    for inner in (getattr(model, "wrapped", None), *getattr(model, "models", ())):
        if isinstance(inner, Model):
            keep_loops_apart(inner)
    provider: Any = getattr(model, "provider", None)
    client, factory = getattr(provider, "_own_http_client", None), getattr(provider, "_http_client_factory", None)
    if client is None or factory is None or isinstance(getattr(client, "_transport", None), _TransportByLoop):
        return

    def make() -> Any:
        return _apart(factory(), factory)

    _apart(client, factory)
    provider._http_client_factory = make  # it is replaced when its loop is over


def _apart(client: Any, factory: Callable[[], Any]) -> Any:
    # httpx has no public way to change the transports of a client, and a provider none to change its client.
    if hasattr(client, "_transport"):
        client._transport = _TransportByLoop(client._transport, lambda: factory()._transport)
        for pattern, proxy in client._mounts.items():
            if proxy is not None:
                client._mounts[pattern] = _TransportByLoop(proxy, lambda pattern=pattern: factory()._mounts[pattern])
    return client


class _TransportByLoop:
    """A transport of httpx that hands each request to one of the running event loop."""

    def __init__(self, first: Any, make: Callable[[], Any]) -> None:
        self._first: Any = first
        self._make = make
        self._lock = threading.Lock()
        self._by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, Any] = WeakKeyDictionary()

    async def handle_async_request(self, request: Any) -> Any:
        """Send a request."""
        loop = asyncio.get_running_loop()
        with self._lock:
            if loop not in self._by_loop:
                self._by_loop[loop] = self._first or self._make()
                self._first = None
            transport = self._by_loop[loop]
        return await transport.handle_async_request(request)

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
