"""Data sets and pages behind a URL, fetched to a file."""

import socket
import time
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies

from analytics.errors import DatasetError
from runtime.data_roots import DataRootError, DataRoots, is_public
from runtime.texts.redaction import without_secrets

if TYPE_CHECKING:
    import httpx

_SECONDS_IN_ALL = 900
_TYPES = {
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/json": ".json",
    "application/x-ndjson": ".jsonl",
    "application/vnd.apache.parquet": ".parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
}


def download(
    url: str,
    directory: Path,
    max_bytes: int,
    suffixes: tuple[str, ...],
    *,
    seconds: float = _SECONDS_IN_ALL,
    roots: DataRoots | None = None,
) -> tuple[Path, str]:
    """Fetch a URL into a file of `directory`.

    Args:
        url: An http or https URL; a user and password in it are sent. Redirects are followed to http and https, but not
            from a public host into this machine or its network. Each host is looked up once, and what was found is
            checked and connected, unless a proxy of the environment does both.
        directory: Where to put the file; the caller removes it.
        max_bytes: Most bytes accepted.
        suffixes: File name endings that say the format.
        seconds: Longest time that it may take in all.
        roots: Where the URL, and each to which it is redirected, has to lie. Then proxies of the environment are not
            used.

    Returns:
        The file and the ending that tells its format: from the URL's path, else from the content type.

    Raises:
        DatasetError: It cannot be fetched, or is too large. The message does not hold secrets of the URL.
    """
    import httpx

    shown = without_secrets(url)
    target = directory / f".download-{time.time_ns():x}"
    deadline = time.monotonic() + seconds
    named = urlsplit(url).hostname or ""

    def stay_outside(request: httpx.Request) -> None:
        if roots is not None:
            roots.check(str(request.url))
        elif request.url.host != named and is_inside(request.url.host) and not is_inside(named):
            raise DatasetError(f"{shown}: it leads to {request.url.host}, an address of this network; not followed")

    proxied = roots is None and bool(getproxies())
    check = _not_from_outside_in(shown) if roots is None else roots.check_connection
    timeout = httpx.Timeout(min(60, seconds), connect=min(15, seconds))
    try:
        with (
            httpx.Client(
                follow_redirects=True,
                timeout=timeout,
                event_hooks={"request": [stay_outside]},
                transport=None if proxied else pinned_transport(check),
                trust_env=roots is None,
            ) as client,
            client.stream("GET", url) as response,
            target.open("wb") as file,
        ):
            if response.status_code >= 400:
                raise DatasetError(f"{shown}: the server answered {response.status_code} {response.reason_phrase}")
            received = 0
            for chunk in response.iter_bytes():
                received += len(chunk)
                if received > max_bytes:
                    raise DatasetError(f"{shown}: more than {max_bytes:,} bytes, the limit")
                if time.monotonic() > deadline:
                    raise DatasetError(f"{shown}: not fetched after {seconds:g} s")
                file.write(chunk)
            final = str(response.url)
            content_type = response.headers.get("content-type", "").split(";")[0].strip().lower()
    except DataRootError as error:
        target.unlink(missing_ok=True)
        raise DatasetError(f"{shown}: {error}") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        target.unlink(missing_ok=True)
        raise DatasetError(f"{shown}: could not be fetched ({type(error).__name__}); check the address") from None
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    for address in (url, final):
        name = PurePosixPath(unquote(urlsplit(address).path)).name.lower()
        for suffix in suffixes:
            if name.endswith(suffix):
                return target, suffix
    if _TYPES.get(content_type) in suffixes:
        return target, _TYPES[content_type]
    target.unlink(missing_ok=True)
    raise DatasetError(f"{shown}: neither the name nor the content type {content_type!r} says which format this is")


def _not_from_outside_in(shown: str) -> Callable[[str, str], None]:
    """Return a check of connections for `pinned_transport`: once a public address was connected, no other is."""
    outside = False

    def check(host: str, address: str) -> None:
        nonlocal outside
        if is_public(address):
            outside = True
        elif outside:
            raise DatasetError(f"{shown}: it leads to {host}, an address of this network; not followed")

    return check


def pinned_transport(check: Callable[[str, str], None]) -> "httpx.BaseTransport":
    """A transport that looks a host up once, checks what it found, and connects to that very address.

    A host could otherwise lead to a public address when it is checked and to one of this network when it is connected.

    Args:
        check: Called with the host and each address before it is connected; raises an error for one that must not be.
    """
    import httpx

    class Pinned(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            host, port = request.url.host, request.url.port
            try:
                found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            except (OSError, UnicodeError):
                raise httpx.ConnectError(f"{host} is not known", request=request) from None
            failure: httpx.TransportError | None = None
            for address in dict.fromkeys(str(one[4][0]) for one in found):
                check(host, address)
                try:
                    return super().handle_request(self._to(address, request))
                except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                    failure = error  # another address of the host may answer
            raise failure or httpx.ConnectError(f"{host} has no address", request=request)

        def _to(self, address: str, request: httpx.Request) -> httpx.Request:
            # The header Host is that of the name already; certificates are checked against it by this extension.
            return httpx.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": request.url.host},
            )

    return Pinned()


def is_inside(host: str) -> bool:
    """Check that a host is this machine or in its network. A name that cannot be resolved is neither."""
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        return False
    return not all(map(is_public, found))
