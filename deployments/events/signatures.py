"""Signatures of web hooks as the Standard Webhooks specification has them (https://www.standardwebhooks.com).

The sender signs `ID.TIME.BODY` with HMAC-SHA256, so that a recorded request can be refused when it is sent again:
its time is old, or its id was accepted before.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping

WINDOW_SECONDS = 300
"""Longest time in seconds between a signature and now, before or after, as in the specification's libraries."""

ID_HEADER = "webhook-id"
TIME_HEADER = "webhook-timestamp"
SIGNATURE_HEADER = "webhook-signature"

_PREFIX = "whsec_"
"""Prefix of a secret whose rest is base64."""


class SignatureError(ValueError):
    """Error raised for a signature that is not valid. The message is one line for the sender."""


def sign(secret: str, request_id: str, seconds: int, body: bytes) -> str:
    """Return the signature of a request, for the header `webhook-signature`.

    Args:
        secret: The key; with the prefix `whsec_`, the rest of it is base64.
        request_id: Id of the request, the same when it is sent again.
        seconds: Time of signing, in seconds since 1970.
        body: The body.

    Raises:
        ValueError: The secret begins with `whsec_`, and its rest is not base64.
    """
    signed = hmac.new(_key(secret), f"{request_id}.{seconds}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(signed.digest()).decode()}"


def verified_id(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> str:
    """Check the signature of a request and return the request's id.

    Args:
        secret: The key.
        headers: Headers of the request, without regard to case.
        body: The body.
        now: Seconds since 1970.

    Raises:
        SignatureError: The signature is missing or wrong, or its time is not within the window.
    """
    request_id, seconds = headers.get(ID_HEADER, ""), headers.get(TIME_HEADER, "")
    if not re.fullmatch(r"[\x21-\x7e]{1,200}", request_id) or not re.fullmatch(r"[0-9]{1,12}", seconds):
        raise SignatureError(f"Missing or wrong signature: {ID_HEADER} and {TIME_HEADER} are needed.")
    right = sign(secret, request_id, int(seconds), body)
    given = headers.get(SIGNATURE_HEADER, "").split()[:10]  # several while a key is replaced
    if not any(hmac.compare_digest(one.encode(), right.encode()) for one in given):
        raise SignatureError("Missing or wrong signature.")
    if abs(now - int(seconds)) > WINDOW_SECONDS:
        raise SignatureError(f"The signature's time is more than {WINDOW_SECONDS} seconds from now.")
    return request_id


def check_secret(secret: str) -> None:
    """Check that a secret can be used as a key.

    Raises:
        ValueError: It cannot be used. The message does not quote it.
    """
    _key(secret)


def _key(secret: str) -> bytes:
    if not secret.startswith(_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError(f"what follows {_PREFIX} is not base64") from None
