"""Transport to the Prefect server that tries requests again: patiently for runs, briefly for senders of events.

A server on SQLite refuses a write with status 503 when another write came between, which parallel runs make likely.
Prefect's client then sleeps two seconds or more, although a few milliseconds do. While a server restarts, no process
listens at its address; Prefect's client gives up at once, which would fail a run whose work is done. To a server that
does not answer, the same client sends a request six times, a minute each, and it sleeps for as long as the server says.
That is too long for the last line of an ETL job, or for a web hook whose sender waits.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import httpx
from prefect.client.orchestration import PrefectClient, SyncPrefectClient, get_client
from prefect.context import AsyncClientContext

from runtime.private_members.httpx import transport_at, wrap_transports
from runtime.private_members.prefect import http_client, share_certificates

share_certificates()

WAITS = tuple(0.05 * 1.2**number for number in range(16))
"""Seconds before each quick retry: 4 s in all. Most refused writes succeed within the first three."""

AWAY_SECONDS = 300.0
"""Seconds that a run waits for a server that cannot be connected to: longer than a restart or an upgrade takes."""

TRY_SECONDS = 10.0
"""Seconds that a sender of events waits for one answer."""

_AGAIN_SECONDS = 1.0
"""Seconds between two tries to connect."""

T = TypeVar("T")


@dataclass(frozen=True)
class Patience:
    """Rules for sending a request again.

    Attributes:
        busy: HTTP statuses after which it is sent again soon.
        obeys_retry_after: Whether an answer that says when to come again is passed on to Prefect's client at once.
        away_seconds: How long a server that cannot be connected is tried again.
        tries_without_answer: How often a request may end without an answer, except for a failed connection that is
            tried again. Twice only for what the server takes once, such as an event with its id.
        gives_up: Whether `GivenUpError` is raised in the end. Otherwise the last answer or error is passed on, after
            which Prefect's client tries in its own way.
    """

    busy: frozenset[int]
    obeys_retry_after: bool
    away_seconds: float
    tries_without_answer: int
    gives_up: bool


RUNS = Patience(
    busy=frozenset({503}), obeys_retry_after=True, away_seconds=AWAY_SECONDS, tries_without_answer=1, gives_up=False
)
"""Rules for runs, which lose their work when they give up."""

SENDERS = Patience(
    busy=frozenset({408, 429, 502, 503}),
    obeys_retry_after=False,
    away_seconds=0,
    tries_without_answer=2,
    gives_up=True,
)
"""Rules for senders of events, who can send again later."""


class GivenUpError(httpx.HTTPError):
    """Error raised when a server did not answer or stayed busy; the message says which in a few words.

    Prefect's client does not try again after this error.
    """


class _Tries:
    """Tries of one request. After each of them it says how long to wait before the next one, or ends."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._waits = iter(WAITS)
        self._unanswered = 0
        self._away_until = time.monotonic() + patience.away_seconds

    def after_answer(self, response: httpx.Response) -> float | None:
        """Return the seconds to wait before the next try, or `None` when this answer is to be passed on.

        Raises:
            GivenUpError: The server stays busy.
        """
        patience = self._patience
        if response.status_code not in patience.busy or (
            patience.obeys_retry_after and "Retry-After" in response.headers
        ):
            return None
        wait = next(self._waits, None)
        if wait is None and patience.gives_up:
            raise GivenUpError(f"HTTP {response.status_code}")
        return wait

    def after_error(self, error: httpx.TransportError) -> float:
        """Return the seconds to wait before the next try.

        Raises:
            httpx.TransportError: `error`, when it is to be passed on.
            GivenUpError: The server does not answer.
        """
        # When the connection failed, nothing was sent, so nothing can happen twice.
        if isinstance(error, httpx.ConnectError) and time.monotonic() < self._away_until:
            return _AGAIN_SECONDS
        self._unanswered += 1
        wait = next(self._waits, None) if self._unanswered < self._patience.tries_without_answer else None
        if wait is not None:
            return wait
        if self._patience.gives_up:
            late = isinstance(error, httpx.TimeoutException)
            said = f"no answer in {TRY_SECONDS:g} s" if late else str(error) or type(error).__name__
            raise GivenUpError(said) from error
        raise error


class AsyncTransport(httpx.AsyncBaseTransport):
    """Transport that sends requests again by the rules of a `Patience`.

    From the first refusal on, the writes of one event loop are sent one after the other, as the database takes them
    anyway: fifty agent runs that start together would otherwise refuse each other hundreds of times.
    """

    def __init__(self, wrapped: httpx.AsyncBaseTransport, patience: Patience = RUNS) -> None:
        self._wrapped, self._patience = wrapped, patience

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`, more than once if need be."""
        tries, loop = _Tries(self._patience), asyncio.get_running_loop()
        while True:
            try:
                async with _turn(loop, request):
                    response = await self._wrapped.handle_async_request(request)
            except httpx.TransportError as error:
                wait = tries.after_error(error)
            else:
                wait = tries.after_answer(response)
                if wait is None:
                    return response
                _turns.setdefault(loop, asyncio.Lock())
                await response.aclose()
            await asyncio.sleep(wait)

    async def aclose(self) -> None:
        """Close the wrapped transport."""
        await self._wrapped.aclose()


class Transport(httpx.BaseTransport):
    """Transport that sends requests again by the rules of a `Patience`, for synchronous clients."""

    def __init__(self, wrapped: httpx.BaseTransport, patience: Patience = SENDERS) -> None:
        self._wrapped, self._patience = wrapped, patience

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`, more than once if need be.

        Raises:
            GivenUpError: No try succeeded, and the rules say to give up.
        """
        tries = _Tries(self._patience)
        while True:
            try:
                response = self._wrapped.handle_request(request)
            except httpx.TransportError as error:
                wait = tries.after_error(error)
            else:
                wait = tries.after_answer(response)
                if wait is None:
                    return response
                response.close()
            time.sleep(wait)

    def close(self) -> None:
        """Close the wrapped transport."""
        self._wrapped.close()


# A loop has a lock from the first refusal on. Without a refusal, requests are not slowed down.
_turns: "WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock]" = WeakKeyDictionary()


def _turn(loop: asyncio.AbstractEventLoop, request: httpx.Request) -> AbstractAsyncContextManager[Any]:
    lock = None if request.method == "GET" else _turns.get(loop)
    return nullcontext() if lock is None else lock


def retry_busy_server_soon(client: PrefectClient | None = None) -> None:
    """Let a Prefect client wait for a busy or restarting server as runs do. Calling it again changes nothing.

    Args:
        client: The client; by default that of the flow run around this point. Outside of one nothing happens.
    """
    if client is None:
        context = AsyncClientContext.get()
        if context is None:
            return
        client = context.client
    inside = http_client(client)
    if not isinstance(transport_at(inside), AsyncTransport):
        wrap_transports(inside, lambda transport, _: AsyncTransport(transport))


def impatient_client() -> SyncPrefectClient:
    """Return a client for senders of events, which gives up within half a minute; use it as a context."""
    client = get_client(sync_client=True, httpx_settings={"timeout": TRY_SECONDS})
    wrap_transports(http_client(client), lambda transport, _: Transport(transport))
    return client


def patiently(ask: Callable[[], T]) -> T:
    """Send a request by a Prefect client whose transport we cannot change, and wait while it cannot connect.

    Args:
        ask: Makes the request; called again when nothing was sent.

    Raises:
        httpx.ConnectError: The server could not be connected for five minutes.
    """
    tries = _Tries(RUNS)
    while True:
        try:
            return ask()
        except httpx.ConnectError as error:
            wait = tries.after_error(error)
        time.sleep(wait)
