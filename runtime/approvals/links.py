"""Links by which a person decides about one request: signed, for one person, valid for a time, and used once."""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass

from runtime.approvals.requests import decide
from runtime.approvals.types import Approval, ApprovalError
from runtime.effects import NotDeliveredError, effect_key, perform
from runtime.effects.claims import is_done
from runtime.files.key_files import key_in
from runtime.settings import get_settings

_KEY_FILE = "approvals.key"
_ACTION = "decide by link"
_LONGEST = 1000
"""Most characters of a token that are looked at."""


class LinkError(ValueError):
    """Error raised for a link that is not valid, or not any more; the message says which."""


@dataclass(frozen=True)
class Link:
    """A link by which one person decides about one approval.

    Attributes:
        approval: Id of the request.
        person: Name of the person whom it was sent to, who decides by it.
        until: Time until which it is valid, in seconds since 1970.
    """

    approval: str
    person: str
    until: float

    def token(self) -> str:
        """Return the signed text of the link. Whoever has it can decide, so it is sent to the person alone.

        Raises:
            OSError: The key in the data directory cannot be read or made.
        """
        text = _encoded(json.dumps([self.approval, self.person, self.until]).encode())
        return f"{text}.{_encoded(_signature(text))}"


def read_link(token: str, now: float) -> Link:
    """Return what a link is for.

    Args:
        token: Its signed text.
        now: Seconds since 1970.

    Raises:
        LinkError: It was not made here, or its time is over.
        OSError: The key in the data directory cannot be read or made.
    """
    text, _, signature = token[:_LONGEST].partition(".")
    try:
        given = base64.urlsafe_b64decode(f"{signature}===")
    except (binascii.Error, ValueError):
        given = b""
    if not hmac.compare_digest(given, _signature(text)):
        raise LinkError("This link is not valid.")
    approval, person, until = json.loads(base64.urlsafe_b64decode(f"{text}==="))
    if now > until:
        raise LinkError("This link has expired.")
    return Link(approval, person, until)


def is_used(link: Link, approval: Approval) -> bool:
    """Tell whether a link was used.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    return is_done(effect_key(approval.run, _ACTION, [link.approval, link.person]))


def decide_by_link(link: Link, approval: Approval, *, approved: bool, origin: str, note: str | None) -> None:
    """Decide about a request by a link, once.

    Args:
        link: The link.
        approval: Its request.
        approved: Whether the call may be made.
        origin: From where it is decided.
        note: Why.

    Raises:
        LinkError: The link was used before.
        ApprovalError: It was decided or has expired meanwhile, or the person may not decide.
        runtime.store.database.StoreError: The store cannot be used.
    """

    def deliver(_: str) -> None:
        try:
            decide(approval, approved=approved, origin=origin, by=link.person, note=note)
        except ApprovalError as error:
            raise NotDeliveredError(str(error)) from None

    outcome = perform(_ACTION, [link.approval, link.person], deliver, scope=approval.run, on_unknown="leave")
    if outcome.state == "failed":
        raise ApprovalError(outcome.problem or "It could not be decided.")
    if outcome.state != "done":
        raise LinkError("This link was used before.")


def _signature(text: str) -> bytes:
    key = key_in(get_settings().private_home / _KEY_FILE)
    return hmac.digest(key, f"approval link {text}".encode(), hashlib.sha256)


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
