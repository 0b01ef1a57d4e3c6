"""A small HTTP receiver that turns web hooks into events. It says little, keeps nothing and trusts nobody."""

import hashlib
import hmac
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from anyio import fail_after, to_thread
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from deployments.events.dataset_updated import Sent, send
from deployments.events.webhook_formats import Incoming, read
from runtime.prefect_server.connection import ServerUnavailableError

LARGEST_BODY = 256_000
"""Bytes of a body at most."""
SHORTEST_SECRET = 16
"""Characters of a token or secret at least."""
_BODY_SECONDS = 10.0
_MOST_CLIENTS = 1000


class RefusedError(ValueError):
    """The receiver must not be started like this; the message says what to set."""


@dataclass
class Rate:
    """A token bucket for each client: so many requests a minute, and as many at once.

    Attributes:
        per_minute: Requests a minute.
        now: The clock, in seconds.
    """

    per_minute: int
    now: Callable[[], float] = time.monotonic
    _buckets: "OrderedDict[str, tuple[float, float]]" = field(default_factory=lambda: OrderedDict())

    def allows(self, client: str) -> bool:
        """Take one request out of a client's bucket, if it holds one."""
        now = self.now()
        left, since = self._buckets.pop(client, (float(self.per_minute), now))
        left = min(float(self.per_minute), left + (now - since) * self.per_minute / 60)
        self._buckets[client] = (left - 1 if left >= 1 else left, now)
        if len(self._buckets) > _MOST_CLIENTS:
            self._buckets.popitem(last=False)
        return left >= 1


@dataclass
class Receiver:
    """What the receiver is told.

    Attributes:
        token: What `Authorization: Bearer` has to say.
        secret: Key of the signature in `X-Signature-256`, `sha256=` and the HMAC-SHA256 of the body in hex digits.
        per_minute: Requests a minute from one address, of known senders and of strangers each.
        s3_root: What stands before `BUCKET/KEY` in the uri of an S3 object.
        tell: Told in words of each event that was sent or not taken, and of each record that was left out.

    Raises:
        RefusedError: There is neither a token nor a secret, or one is too short.
    """

    token: str | None
    secret: str | None
    per_minute: int = 120
    s3_root: str = "s3://"
    tell: Callable[[str], None] = lambda _: None

    def __post_init__(self) -> None:
        if not self.token and not self.secret:
            raise RefusedError(
                "Nobody could be told from a stranger: set ANALYST_LISTEN_TOKEN or ANALYST_LISTEN_SECRET."
            )
        for name, value in (("TOKEN", self.token), ("SECRET", self.secret)):
            if value and len(value) < SHORTEST_SECRET:
                raise RefusedError(f"ANALYST_LISTEN_{name} has fewer than {SHORTEST_SECRET} characters.")
        # Apart, since behind a proxy all have one address: strangers would use up what the senders are allowed.
        self._rate, self._strangers = Rate(self.per_minute), Rate(self.per_minute)

    def app(self) -> Starlette:
        """The receiver as an ASGI application: `POST /events`, and `GET /health` for whoever watches it."""
        return Starlette(
            routes=[Route("/events", self._receive, methods=["POST"]), Route("/health", _health, methods=["GET"])]
        )

    async def _receive(self, request: Request) -> Response:
        client = request.client.host if request.client else ""
        has_token = self._has_token(request)
        if has_token and not self._rate.allows(client):
            return _too_many()
        if not has_token and not (self.secret and "x-signature-256" in request.headers):
            return self._refuse(client)
        try:
            with fail_after(_BODY_SECONDS):
                body = await _body(request)
        except TimeoutError:
            return _say(408, "The body did not come in time.", {"Connection": "close"})
        except ClientDisconnect:
            return _say(400, "The body did not come.")
        if body is None:
            return _say(413, f"The body is larger than {LARGEST_BODY} bytes.", {"Connection": "close"})
        if not has_token:
            if not self._has_signature(request, body):
                return self._refuse(client)
            if not self._rate.allows(client):
                return _too_many()
        try:
            delivery = read(body, request.headers, self.s3_root)
        except ValueError as error:
            return _say(400, str(error))
        try:
            sent = [await to_thread.run_sync(self._send, one) for one in delivery.events]
        except ServerUnavailableError as error:
            self.tell(f"Not sent: {error}")
            return _say(503, "The Prefect server did not take the event: send it again later.", {"Retry-After": "30"})
        for line in delivery.left_out:
            self.tell(f"Left out: {line}")
        said: dict[str, Any] = {"events": [{"id": str(one.id), "known": one.known} for one in sent]}
        if delivery.left_out:
            said["left_out"] = delivery.left_out
        return JSONResponse(said, status_code=200 if all(one.known for one in sent) else 202)

    def _refuse(self, client: str) -> Response:
        if not self._strangers.allows(client):
            return _too_many()
        return _say(401, "Who is this?", {"WWW-Authenticate": "Bearer"})

    def _send(self, incoming: Incoming) -> Sent:
        sent = send(incoming.event, occasion=incoming.occasion)
        self.tell(f"{'Already known' if sent.known else 'Sent'}: dataset.{incoming.event.name} ({sent.id})")
        if sent.problem:
            self.tell(f"{sent.problem} The event is not sent again should the server lose it.")
        return sent

    def _has_token(self, request: Request) -> bool:
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        return bool(self.token) and kind.lower() == "bearer" and _same(given.strip(), self.token or "")

    def _has_signature(self, request: Request, body: bytes) -> bool:
        right = hmac.new((self.secret or "").encode(), body, hashlib.sha256).hexdigest()
        return bool(self.secret) and _same(request.headers.get("x-signature-256", ""), f"sha256={right}")


def _same(given: str, right: str) -> bool:
    """Compare in a time that says nothing about where they differ."""
    return hmac.compare_digest(given.encode(), right.encode())


async def _body(request: Request) -> bytes | None:
    """The body; `None` if it is too large, of which no more is read than that shows."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:12]) > LARGEST_BODY:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)


async def _health(request: Request) -> Response:
    del request
    return PlainTextResponse("ok\n")


def _too_many() -> Response:
    return _say(429, "Too many requests.", {"Retry-After": "60"})


def _say(status: int, line: str, headers: dict[str, str] | None = None) -> Response:
    return PlainTextResponse(f"{line}\n", status_code=status, headers=headers)
