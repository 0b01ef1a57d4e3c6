"""Outcome of a delivery over HTTP: taken, refused, or unknown.

Apprise's services send with `requests` and return only yes or no: a refusal looks like an answer that never came. So
they are given sessions that note the outcome of each request, in the thread that sends.
"""

import json
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal
from urllib.parse import urlsplit

from runtime.private_members.apprise import send_by


@dataclass
class Wire:
    """The requests of one delivery.

    Attributes:
        key: The effect's key, for services whose requests have a place for it.
        taken: How many were accepted.
        refused: How many were refused, or never reached a server.
        unknown: How many were sent and not clearly answered.
    """

    key: str
    taken: int = 0
    refused: int = 0
    unknown: int = 0


_wire: ContextVar[Wire | None] = ContextVar("wire", default=None)


def outcome_of_status(status: int) -> Literal["taken", "refused", "unknown"]:
    """Return the outcome for an HTTP status: 2xx taken, 3xx and 4xx refused except 408 and 409, the rest unknown.

    A gateway answers 5xx also when the server behind it has done everything.
    """
    if 200 <= status < 300:
        return "taken"
    return "refused" if 300 <= status < 500 and status not in (408, 409) else "unknown"


@contextmanager
def watching(key: str) -> Generator[Wire]:
    """Watch the requests that this thread makes in the block, and give them the key where they have a place for it."""
    send_by(_watched_session())
    wire = Wire(key)
    token = _wire.set(wire)
    try:
        yield wire
    finally:
        _wire.reset(token)


@cache
def _watched_session() -> Any:
    """Return a class of HTTP sessions that record the outcome of each request."""
    from requests import PreparedRequest, RequestException, Response, Session

    class Watched(Session):
        def send(self, request: PreparedRequest, **options: Any) -> Response:
            """Send a request, and note its outcome."""
            wire = _wire.get()
            if wire is None:
                return super().send(request, **options)
            _add_key(request, wire.key)
            try:
                response = super().send(request, **options)
            except RequestException as error:
                if _never_sent(error):
                    wire.refused += 1
                else:
                    wire.unknown += 1
                raise
            verdict = outcome_of_status(response.status_code)
            setattr(wire, verdict, getattr(wire, verdict) + 1)
            return response

    return Watched


def _add_key(request: Any, key: str) -> None:
    """Put the key where PagerDuty looks for it. Apprise has no setting for it, and the block of Prefect neither."""
    if urlsplit(request.url or "").path != "/v2/enqueue" or not request.body:
        return
    event = json.loads(request.body)
    if "routing_key" in event:
        body = json.dumps(event | {"dedup_key": key}).encode()
        request.body = body
        request.headers["Content-Length"] = str(len(body))


def _never_sent(error: Exception) -> bool:
    """Return whether a request ended before anything of it could reach a server."""
    import ssl

    from requests import ConnectTimeout
    from requests.exceptions import InvalidSchema, InvalidURL, MissingSchema
    from urllib3.exceptions import MaxRetryError, NewConnectionError, SSLError

    if isinstance(error, ConnectTimeout | InvalidURL | InvalidSchema | MissingSchema):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else None
    if isinstance(reason, SSLError):
        return bool(reason.args) and isinstance(reason.args[0], ssl.SSLCertVerificationError)
    return isinstance(reason, NewConnectionError)
