"""Connections of the receiver: idle ones are closed after a time, and first when there are too many."""

import asyncio
from typing import cast

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
"""Longest wait in seconds for the head of a request, since the connection began or the last answer was sent."""
MOST = 200
"""Most open connections: some systems allow a process 256 open files."""


class Connection(H11Protocol):
    """A connection that is closed when the head of its request does not come in time.

    Uvicorn itself would wait for ever.
    """

    _since = 0.0
    _timer: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - as uvicorn has it
        """Start to wait for a request; close the connection that has waited longest if there are too many."""
        super().connection_made(transport)
        self._await_head()
        if len(self.connections) <= MOST:
            return
        # A real sender sends its request within moments, so the longest wait is that of an idle connection.
        others = [one for one in cast("set[Connection]", self.connections) if one.is_waiting]
        min(others, key=lambda one: one._since).end()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_timer()
        self._stop_unread()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Read received bytes; stop waiting when a request has begun."""
        before = self.cycle
        super().handle_events()
        if self.cycle is not before:
            self._stop_timer()

    def pause_writing(self) -> None:
        """Give a sender that does not read its answers as long as one that sends nothing."""
        super().pause_writing()
        self._unread = self.loop.call_later(HEAD_SECONDS, self.end)

    def resume_writing(self) -> None:
        """Stop waiting for the sender to read."""
        self._stop_unread()
        super().resume_writing()

    def on_response_complete(self) -> None:
        """Start to wait for the next request."""
        # Before the rest, since the next request may have come already.
        self._await_head()
        super().on_response_complete()

    @property
    def is_waiting(self) -> bool:
        """Return whether the connection waits for a request or for the rest of one."""
        return self.cycle is None or self.cycle.response_complete or self.cycle.more_body  # pyright: ignore[reportUnnecessaryComparison] - it is None at first

    def end(self) -> None:
        """Close the connection at once."""
        # Before `connection_lost` is called: a new connection in between must not close yet another one.
        self.connections.discard(self)
        self.transport.abort()

    def _await_head(self) -> None:
        self._stop_timer()
        self._since = self.loop.time()
        self._timer = self.loop.call_later(HEAD_SECONDS, self.end)

    def _stop_unread(self) -> None:
        if self._unread is not None:
            self._unread.cancel()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()


def server_of(app: Starlette) -> uvicorn.Server:
    """Make the HTTP server of the receiver.

    Args:
        app: The receiver as an ASGI application.
    """
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=Connection,
            ws="none",  # a connection that became a web socket would no longer be counted and ended
            log_level="warning",
            access_log=False,  # a web hook's address may hold a secret
            proxy_headers=False,  # a client could claim any address in them
            server_header=False,
            timeout_graceful_shutdown=10,
        )
    )
