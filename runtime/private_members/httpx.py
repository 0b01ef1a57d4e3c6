"""Private members of httpx."""

from collections.abc import Callable
from typing import Any

Place = Any
"""Place of a transport in a client: `None` for the client's own, else the URL pattern of a proxy."""


def wrap_transports(client: Any, wrap: Callable[[Any, Place], Any]) -> None:
    """Wrap each transport of a client that another library has made.

    Uses `Client._transport` and `Client._mounts`. Missing: a public way to change the transports of a client. A
    transport given when a client is made replaces the certificates and proxies that its maker has set.

    Args:
        client: A client of httpx, synchronous or not.
        wrap: Called with each transport and its place; returns the transport that replaces it.
    """
    client._transport = wrap(client._transport, None)
    # A pattern without a transport stands for "no proxy here": the client's own transport is used.
    client._mounts = {place: through and wrap(through, place) for place, through in client._mounts.items()}


def transport_at(client: Any, place: Place = None) -> Any:
    """Return the transport that a client has at a place.

    Uses `Client._transport` and `Client._mounts`. Missing: a public way to read the transports of a client.
    """
    return client._transport if place is None else client._mounts[place]
