"""Addresses that all programs read in one way.

A check is of no use where a server, a proxy or a library takes the checked address for another one. So what they are
known to differ in is refused, rather than read in one of the ways.
"""

import re
import unicodedata
from ipaddress import AddressValueError, IPv6Address
from urllib.parse import unquote_to_bytes, urlsplit

from runtime.validation import has_control

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?"
_NETLOC = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[(?P<ipv6>[0-9A-Fa-f:.]+)\])(?::[1-9][0-9]{{0,4}})?")
"""Pattern of a host as it is sent, and a port: no user name, no empty port, no dot at the end, no zone."""

_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")


def ambiguity(address: str) -> str | None:
    """Return what programs read differently in an absolute URL, in words for people, or `None`.

    References: WHATWG URL Standard; RFC 3986, sections 2.4 and 6; RFC 9110, section 4.2.4 (user names).
    """
    if address != address.strip() or has_control(address) or "\\" in address:
        return "An address with a backslash, spaces around it or unprintable characters is not taken."
    try:
        parts = urlsplit(address)
        host = _NETLOC.fullmatch(parts.netloc)
        if host is None or (parts.port or 0) > 65535 or (host["ipv6"] and not IPv6Address(host["ipv6"])):
            raise ValueError
    except (ValueError, AddressValueError):
        return (
            "A URL needs a host in plain ASCII (xn--… for other letters), without a user name, a dot at its end or a "
            "zone, and a port only where it is not empty."
        )
    return _ambiguity_of_path(parts.path)


def _ambiguity_of_path(path: str) -> str | None:
    try:
        decoded = unquote_to_bytes(path).decode()
    except UnicodeDecodeError:
        return "The path is not UTF-8."
    if "%" in _ESCAPE.sub("", path):
        return "A % in an address is followed by two hexadecimal digits; the sign itself is written %25."
    if _ESCAPE.search(decoded) or re.search(r"%u[0-9A-Fa-f]{4}", decoded):
        return "The path is escaped twice, or looks like it, and is not taken."
    # Some programs read full-width dots and slashes like plain ones.
    for text in (decoded, unicodedata.normalize("NFKC", decoded)):
        if has_control(text) or "\\" in text or ";" in text:
            return "A path with a backslash, a semicolon or unprintable characters is not taken, escaped or not."
        segments = text.split("/")
        if len(segments) != path.count("/") + 1:
            return "Escaped slashes are not taken in an address."
        if any(segment and not segment.strip(". ") for segment in segments):
            return ". and .. are not taken in an address."
    return None
