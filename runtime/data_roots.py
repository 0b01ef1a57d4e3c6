"""Data roots: the directories and addresses from which events and parameters of deployments may name data.

A sender of events could otherwise have any readable file, or any address of the internal network, analysed and
reported. Runs that a person starts at the terminal or in Python are not restricted.
"""

import errno
import os
import shlex
import string
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import BinaryIO
from urllib.parse import SplitResult, quote, unquote, urlsplit

from runtime.addresses import ambiguity
from runtime.files.private_files import open_directory, open_regular
from runtime.texts.redaction import without_secrets
from runtime.validation import has_control

SETTING = "ANALYST_DATA_ROOTS"
"""Name of the environment variable that lists the roots."""

_PORTS = {"http": 80, "https": 443}

_NAT64 = ip_network("64:ff9b::/96")
"""IPv6 addresses that stand for IPv4 ones (RFC 6052)."""

_UNICAST = ip_network("2000::/3")
"""The only IPv6 addresses that IANA has assigned for the internet (RFC 4291). Others may lead into a network."""

_PROTOCOL = ip_network("192.0.0.0/24")
"""IPv4 addresses for use within a network (RFC 6890), some of which Python takes for public ones."""


class DataRootError(ValueError):
    """Error raised for data under no data root. The message is one line for people and quotes nothing of the data."""


@dataclass(frozen=True)
class DataRoots:
    """Directories and addresses whose data may be read.

    Attributes:
        directories: Real paths of directories.
        addresses: Beginnings of URLs: scheme, host, port and the first segments of the path.
        networks: Private networks in which a listed host may lie.
    """

    directories: tuple[Path, ...] = ()
    addresses: tuple[SplitResult, ...] = ()
    networks: tuple[IPv4Network | IPv6Network, ...] = field(default=())

    def __bool__(self) -> bool:
        """Return whether anything may be read."""
        return bool(self.directories or self.addresses)

    def check(self, source: str) -> None:
        """Check that a path or URL lies under a root.

        Raises:
            DataRootError: It does not, or programs could read it in two ways.
        """
        if "://" in source and not source.lower().startswith("file://"):
            self._check_url(source)
        else:
            self._real_path(source)

    def check_connection(self, host: str, address: str) -> None:
        """Check the network address to which the name of a host leads.

        Args:
            host: Host of a URL that `check` has accepted.
            address: The IP address of the connection that is about to be made.

        Raises:
            DataRootError: It belongs to this machine or its networks, and is not listed.
        """
        ip = _address_of(address)
        if _is_public(ip):
            return
        if any(ip.version == network.version and ip in network for network in self.networks):
            return
        if _literal(host) == ip or (host == "localhost" and ip.is_loopback):
            return  # the root names this address itself
        raise DataRootError(
            f"{host} leads to {ip}, an address of this network: list {ip}/{ip.max_prefixlen} in {SETTING} as well."
        )

    def open(self, source: str | Path) -> BinaryIO:
        """Open a file under a root for reading, without following any link out of it.

        Each directory on the way is opened by its real name and not by a link, so that nobody can put another file in
        its place between the check and the reading.

        Raises:
            DataRootError: It is not under a root, or is no regular file.
            OSError: It cannot be opened.
        """
        root, parts = self._place(source)
        if not parts:
            raise DataRootError(f"{_shown(str(source))}: not a regular file.")
        directory = open_directory(root, parts[:-1])
        try:
            return open_regular(parts[-1], below=directory)
        except OSError as error:
            if error.errno == errno.EINVAL:
                raise DataRootError(f"{Path(source).name}: not a regular file.") from None
            raise
        finally:
            os.close(directory)

    def open_directory(self, source: str | Path) -> int:
        """Open a directory under a root, as `open` does with a file, and return its descriptor.

        Raises:
            DataRootError: It is not under a root.
            OSError: It cannot be opened, or is no directory.
        """
        return open_directory(*self._place(source))

    def _place(self, source: str | Path) -> tuple[Path, tuple[str, ...]]:
        path = self._real_path(str(source))
        root = next(root for root in self.directories if path.is_relative_to(root))
        return root, path.relative_to(root).parts

    def _real_path(self, source: str) -> Path:
        """Return the path without links if it is under a root, else `None`."""
        text = source
        if source.lower().startswith("file://"):
            parts = urlsplit(source)
            text = "" if parts.netloc not in ("", "localhost") else unquote(parts.path)  # of another machine
        if not Path(text).is_absolute() or "\0" in text:
            raise DataRootError(f"{_short(source)}: give an absolute path, or a URL.")
        path = Path(os.path.realpath(text))
        if not any(path.is_relative_to(root) for root in self.directories):
            raise self._refused(source)
        return path

    def _check_url(self, source: str) -> None:
        if problem := ambiguity(source):
            raise DataRootError(f"{_shown(source)}: {problem}")
        if not any(_is_below(urlsplit(source), root) for root in self.addresses):
            raise self._refused(source)

    def _refused(self, source: str) -> DataRootError:
        listed = f"under no root of {SETTING}" if self else f"not allowed: {SETTING} lists no directory or URL"
        return DataRootError(f"{_shown(source)} is {listed}, which say what events and deployments may read.")


def parse_roots(roots: Sequence[str]) -> DataRoots:
    """Parse data roots.

    Args:
        roots: Absolute paths of directories, beginnings of URLs such as `https://data.example.org/lake/` or
            `s3://bucket/folder`, and private networks such as `10.1.0.0/16`.

    Raises:
        ValueError: A root is none of these.
    """
    directories, addresses, networks = list[Path](), list[SplitResult](), list[IPv4Network | IPv6Network]()
    for root in roots:
        if root.lower().startswith("file://"):
            directories.append(_directory(unquote(urlsplit(root).path)))
        elif "://" in root:
            addresses.append(_address(root))
        elif (network := _network(root)) is not None:
            networks.append(network)
        else:
            directories.append(_directory(root))
    return DataRoots(tuple(directories), tuple(addresses), tuple(networks))


def split_roots(text: str) -> list[str]:
    """Split the text of the setting into roots. Spaces separate them; a root with spaces stands in quotes.

    Raises:
        ValueError: A quote is not closed.
    """
    return shlex.split(text)


_confined: ContextVar[DataRoots | None] = ContextVar("data_roots", default=None)


def confinement() -> DataRoots | None:
    """Return the roots to which this run is confined, or `None` for a run that a person started."""
    return _confined.get()


@contextmanager
def confined_to(roots: DataRoots) -> Generator[None]:
    """Allow code in this block, with its tasks and subflows, to read only what is under data roots."""
    token = _confined.set(roots)
    try:
        yield
    finally:
        _confined.reset(token)


def _address(root: str) -> SplitResult:
    problem = ambiguity(root)
    parts = None if problem else urlsplit(root)
    if parts is None or parts.query or parts.fragment:
        raise ValueError(f"{_shown(root)}: {problem or 'a root needs a host, and has no query and no fragment'}")
    return parts


def _directory(text: str) -> Path:
    path = Path(text).expanduser()
    if not path.is_absolute():
        raise ValueError(
            f"{text[:100]}: give a directory by its absolute path, a URL, or a network such as 10.1.0.0/16"
        )
    return Path(os.path.realpath(path))


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


@lru_cache
def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return _unwrapped(ip_address(host))
    except ValueError:
        return None


def is_public(address: str) -> bool:
    """Tell whether a network address is one of the internet, and not of this machine or its networks."""
    return _is_public(_address_of(address))


def _address_of(address: str) -> IPv4Address | IPv6Address:
    return _unwrapped(ip_address(address.partition("%")[0]))


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    inside = ip in _PROTOCOL if ip.version == 4 else ip not in _UNICAST
    return ip.is_global and not ip.is_multicast and not inside


def _unwrapped(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 address stands for, or `None`."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip


def _is_below(given: SplitResult, root: SplitResult) -> bool:
    if _origin(given) != _origin(root):
        return False
    above, path = _as_sent(root.path).rstrip("/"), _as_sent(given.path)
    return path == above or path.startswith(f"{above}/")


def _as_sent(path: str) -> str:
    """Return a path as HTTP clients send it: spaces and other letters than ASCII escaped, escapes as they are."""
    return quote(path, safe=string.punctuation)


def _origin(address: SplitResult) -> tuple[str, str | None, int | None]:
    scheme = address.scheme.lower()
    return scheme, address.hostname, address.port or _PORTS.get(scheme)


def _shown(source: str) -> str:
    try:
        return _short(without_secrets(source) if "://" in source else source)
    except ValueError:
        return "The address"  # not even its host can be read, so a password in it would not be found


def _short(text: str) -> str:
    shown = "".join(
        mark if mark.isprintable() and not has_control(mark) else "\N{REPLACEMENT CHARACTER}" for mark in text
    )
    return shown if len(shown) <= 100 else f"{shown[:100]}…"
