"""Seals on stored content. A reader checks by them that it is undamaged and, with a key, that it was written here."""

import hashlib
import hmac

from runtime.settings import get_settings

SEAL_LENGTH = 64
"""Characters of a seal."""


def seal_of(content: bytes) -> str:
    """Return the seal of some content, in hexadecimal digits.

    With `ANALYST_RESULTS_KEY` it is an HMAC (RFC 2104, SHA-256), which nobody can make without the key. Otherwise it is
    a checksum (BLAKE2b), which shows damage but not forgery.
    """
    key = get_settings().results_key
    if key is None:
        return hashlib.blake2b(content, digest_size=SEAL_LENGTH // 2).hexdigest()
    return hmac.digest(key.get_secret_value().encode(), content, "sha256").hex()


def is_sealed(content: bytes, seal: str) -> bool:
    """Return whether a seal belongs to some content and to the key of this process."""
    return hmac.compare_digest(seal_of(content).encode(), seal.encode())
