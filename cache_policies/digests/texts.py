"""Canonical form of text. Digests of short texts, such as names of fields, are kept: most are in many values."""

import functools
import hashlib

_SHORT = 64
"""Most characters of a text whose digest is kept."""


def form_of_text(text: str) -> bytes:
    """Return the canonical form of a text."""
    payload = text.encode("utf-8", "surrogatepass")
    return b"str%d:%b" % (len(payload), payload)


def digest_of_text(text: str) -> bytes:
    """Return the digest of a text within another value."""
    return _of_short(text) if len(text) <= _SHORT else _digest(text)


def _digest(text: str) -> bytes:
    return hashlib.blake2b(form_of_text(text), digest_size=16).digest()


_of_short = functools.lru_cache(2048)(_digest)
