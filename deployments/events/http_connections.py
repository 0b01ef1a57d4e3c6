"""Who may stay connected to the receiver: who sends no request does not stay, and is not in the way of others."""

import asyncio
from typing import cast

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
"""How long the head of a request may take, from the connection's beginning or the answer before it."""
MOST = 200
"""Open connections at most: some systems allow a process no more than 256 files."""


class Connection(H11Protocol):
    """A connection that is ended when the head of its request does not come, and first of all when there are too many.

    Uvicorn itself waits for a head for ever, and counts a connection without a request like one with.
    """

    _since = 0.0
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - as uvicorn has it
        """Wait for a request, and make room for this connection."""
        super().connection_made(transport)
        self._await_head()
        if len(self.connections) <= MOST:
            return
        # The one that has waited longest: who means it sends a request within moments, however many do not.
        others = [one for one in cast("set[Connection]", self.connections) if one.is_waiting]
        min(others, key=lambda one: one._since).end()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._stop_timer()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Read what has come."""
        before = self.cycle
        super().handle_events()
        if self.cycle is not before:
            self._stop_timer()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        # First of all, since the next one may have come already.
        self._await_head()
        super().on_response_complete()

    @property
    def is_waiting(self) -> bool:
        """Whether no request has come, or not the whole of one."""
        return self.cycle is None or self.cycle.response_complete or self.cycle.more_body  # pyright: ignore[reportUnnecessaryComparison] - it is None at first

    def end(self) -> None:
        """End the connection, whether or not the other side reads what was answered."""
        # At once, although the transport tells of it later: a second one that comes before that ends another.
        self.connections.discard(self)
        self.transport.abort()

    def _await_head(self) -> None:
        self._stop_timer()
        self._since = self.loop.time()
        self._timer = self.loop.call_later(HEAD_SECONDS, self.end)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()


def server_of(app: Starlette) -> uvicorn.Server:
    """The HTTP server of the receiver.

    Args:
        app: The receiver as an ASGI application.
    """
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=Connection,
            log_level="warning",
            access_log=False,  # a web hook's address may hold a secret
            proxy_headers=False,  # whoever is connected is the client, not whom it claims to speak for
            server_header=False,
            timeout_graceful_shutdown=10,
        )
    )
