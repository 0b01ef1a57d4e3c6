"""HTTP receiver of web hooks: it checks the sender, reads events from the body and sends them to the Prefect server."""

import hmac
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

from anyio import CancelScope, Lock, fail_after, to_thread
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from deployments.events.dataset_updated import DatasetUpdated, send
from deployments.events.signatures import (
    ID_HEADER,
    SIGNATURE_HEADER,
    TIME_HEADER,
    WINDOW_SECONDS,
    SignatureError,
    check_secret,
    verified_id,
)
from deployments.events.webhook_formats import check_s3_root, read
from runtime.data_roots import DataRootError
from runtime.dataset_events.received_ids import accept_id, release_id, take_id
from runtime.prefect_server.health import ServerUnavailableError
from runtime.store.database import StoreError
from runtime.texts.redaction import masked
from runtime.texts.safe_text import clean

LARGEST_BODY = 256_000
"""Most bytes of a body."""
SHORTEST_SECRET = 16
"""Fewest characters of a token or secret."""
BODY_SECONDS = 10.0
"""Longest time in seconds that a body may take to arrive."""
_MOST_CLIENTS = 1000
"""Most clients whose rates are remembered; beyond that, the client that was silent longest is forgotten."""


class RefusedError(ValueError):
    """Error raised when the receiver cannot be started with these settings; the message says what to set."""


@dataclass
class Rate:
    """A token bucket for each client.

    Attributes:
        per_minute: Requests that a client may make a minute; as many may come at once.
        now: The clock, in seconds.
    """

    per_minute: int
    now: Callable[[], float] = time.monotonic
    _buckets: "OrderedDict[str, tuple[float, float]]" = field(default_factory=lambda: OrderedDict())

    def allows(self, client: str) -> bool:
        """Take one request from a client's bucket; return whether there was one."""
        now = self.now()
        left, since = self._buckets.pop(client, (float(self.per_minute), now))
        left = min(float(self.per_minute), left + (now - since) * self.per_minute / 60)
        self._buckets[client] = (left - 1 if left >= 1 else left, now)
        if len(self._buckets) > _MOST_CLIENTS:
            self._buckets.popitem(last=False)
        return left >= 1


@dataclass
class Receiver:
    """The receiver of web hooks with its settings.

    Attributes:
        token: Bearer token of the header `Authorization`.
        secret: Key of the signature; see `deployments.events.signatures`.
        per_minute: Requests a minute from one address; known and unknown senders are counted separately.
        s3_root: Directory or http(s) URL above `BUCKET/KEY` in the uri of an S3 object; without one, notices of S3 are
            refused.
        tell: Called with a line for each event that was sent or refused.

    Raises:
        RefusedError: There is neither a token nor a secret, one of them is too short, or the S3 root is neither a
            directory nor a URL.
    """

    token: str | None
    secret: str | None
    per_minute: int = 120
    s3_root: str | None = None
    tell: Callable[[str], None] = lambda _: None

    def __post_init__(self) -> None:
        if not self.token and not self.secret:
            raise RefusedError("Anybody could send events. Set ANALYST_LISTEN_TOKEN or ANALYST_LISTEN_SECRET.")
        for name, value in (("TOKEN", self.token), ("SECRET", self.secret)):
            if value and len(value) < SHORTEST_SECRET:
                raise RefusedError(f"ANALYST_LISTEN_{name} is too short: use at least {SHORTEST_SECRET} characters.")
        try:
            check_secret(self.secret or "")
        except ValueError as error:
            raise RefusedError(f"ANALYST_LISTEN_SECRET: {error}.") from None
        try:
            check_s3_root(self.s3_root)
        except ValueError as error:
            raise RefusedError(f"ANALYST_LISTEN_S3_ROOT: {error}.") from None
        # Behind a proxy all senders have one address. Unknown ones must not use up the rate of the known ones.
        self._known, self._unknown = Rate(self.per_minute), Rate(self.per_minute)
        self._one_at_a_time: WeakValueDictionary[str, Lock] = WeakValueDictionary()  # signed requests here by id

    def routes(self) -> list[Route]:
        """Return the routes for an ASGI application: `POST /events`."""
        return [Route("/events", self._receive, methods=["POST"])]

    async def _receive(self, request: Request) -> Response:
        if problem := _unclear(request):
            return _say(400, problem, {"Connection": "close"})
        client = request.client.host if request.client else ""
        has_token = self._has_token(request)
        if has_token and not self._known.allows(client):
            return _too_many()
        if not has_token and not (self.secret and SIGNATURE_HEADER in request.headers):
            return self._refuse(client, "Missing or wrong token.")
        try:
            with fail_after(BODY_SECONDS):
                body = await body_of(request)
        except TimeoutError:
            return _say(408, f"The body did not arrive within {BODY_SECONDS:g} seconds.", {"Connection": "close"})
        except ClientDisconnect:
            return _say(400, "The connection was closed before the body had arrived.")
        if body is None:
            return _say(413, f"The body is larger than {LARGEST_BODY} bytes.", {"Connection": "close"})
        if has_token:
            return await self._take(request, body)
        return await self._take_signed(request, body, client)

    async def _take_signed(self, request: Request, body: bytes, client: str) -> Response:
        if any(name.startswith("ce-") for name in request.headers):
            return _say(400, "The signature does not cover headers ce-*: send the CloudEvent in structured mode.")
        try:
            request_id = verified_id(self.secret or "", request.headers, body, time.time())
        except SignatureError as error:
            return self._refuse(client, str(error))
        if not self._known.allows(client):
            return _too_many()
        try:
            async with self._one_at_a_time.setdefault(request_id, Lock()):
                keep = 2 * WINDOW_SECONDS  # a time may be as far ahead of our clock as behind it
                found = await to_thread.run_sync(lambda: take_id(request_id, keep_seconds=keep))
                if found == "accepted":
                    return _say(409, "A request with this webhook-id was accepted before.")
                if found == "held":
                    return _try_again("Another receiver is taking a request with this webhook-id. Send it again later.")
                end = release_id  # a sender that was told to send it again later uses the same id
                try:
                    answer = await self._take(request, body, request_id)
                    if answer.status_code < 300:
                        end = accept_id
                finally:
                    with CancelScope(shield=True):
                        await to_thread.run_sync(end, request_id)
        except StoreError as error:
            self.tell(f"Refused: {error}")
            return _try_again("The ids of earlier requests cannot be read. Send this one again later.")
        return answer

    async def _take(self, request: Request, body: bytes, request_id: str | None = None) -> Response:
        """Read the events of a known sender and send them on."""
        try:
            events, left_out = read(body, request.headers, self.s3_root, request_id)
        except ValueError as error:
            return _say(400, str(error))
        sent, refused = dict[UUID, bool](), list[str]()
        try:
            for event_id, event in events.items():
                try:
                    sent[event_id] = await to_thread.run_sync(self._send, event, event_id)
                except DataRootError as error:
                    refused.append(f"{event.name}: {error}")
        except ServerUnavailableError as error:
            self.tell(f"Not sent: {error}")
            return _try_again("The Prefect server did not take the event. Send it again later.")
        left_out += refused
        for line in left_out:
            self.tell(f"Left out: {line}")
        if refused and not sent:
            return _say(403, refused[0])
        return _taken(sent, left_out)

    def _refuse(self, client: str, line: str) -> Response:
        if not self._unknown.allows(client):
            return _too_many()
        return _say(401, line, {"WWW-Authenticate": "Bearer"})

    def _send(self, event: DatasetUpdated, event_id: UUID) -> bool:
        sent = send(event, event_id, warn=self.tell)
        self.tell(f"{'Sent' if sent else 'Already known'}: dataset.{event.name} ({event_id})")
        return sent

    def _has_token(self, request: Request) -> bool:
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        right = (self.token or "").encode()
        # In constant time, so that its duration does not tell a sender where the two differ.
        return bool(right) and kind.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), right)


def _taken(sent: dict[UUID, bool], left_out: list[str]) -> Response:
    said: dict[str, Any] = {"events": [{"id": str(event_id), "known": not new} for event_id, new in sent.items()]}
    if left_out:
        said["left_out"] = [masked(clean(line)) for line in left_out]
    return JSONResponse(said, status_code=202 if any(sent.values()) else 200)


_ONCE = frozenset({"authorization", "content-encoding", "content-type", ID_HEADER, TIME_HEADER, SIGNATURE_HEADER})
"""Headers that a request may have once."""


def _unclear(request: Request) -> str | None:
    """Return what a proxy before us may have read differently in a request, in words for its sender, or `None`."""
    names = request.headers.keys()
    if "transfer-encoding" in names and "content-length" in names:
        return "Give either Content-Length or Transfer-Encoding."
    if request.headers.get("content-encoding", "identity") != "identity":
        return "Content-Encoding is not taken."
    if twice := next((name for name in names if names.count(name) > 1 and (name in _ONCE or name[:3] == "ce-")), None):
        return f"The header {twice} was sent twice."
    return None


async def body_of(request: Request, largest: int = LARGEST_BODY) -> bytes | None:
    """Read the body. Return `None` as soon as it is larger than `largest` bytes, without reading the rest."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:12]) > largest:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            return None
    return bytes(body)


def app_of(routes: Sequence[Route]) -> Starlette:
    """Return an ASGI application with these routes, and `GET /health` for monitoring."""
    return Starlette(routes=[*routes, Route("/health", _health, methods=["GET"])])


async def _health(request: Request) -> Response:
    del request
    return PlainTextResponse("ok\n")


def _too_many() -> Response:
    return _say(429, "Too many requests.", {"Retry-After": "60"})


def _try_again(line: str) -> Response:
    return _say(503, line, {"Retry-After": "30"})


def _say(status: int, line: str, headers: dict[str, str] | None = None) -> Response:
    return PlainTextResponse(f"{masked(clean(line))}\n", status_code=status, headers=headers)
