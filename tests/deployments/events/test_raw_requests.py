"""Requests that a proxy and the receiver might read differently, and senders that hold connections, on raw sockets."""

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from deployments.events import http_connections as connections
from deployments.events.receiver import Receiver
from tests.deployments.events.receivers import BODY, TOKEN, listening, signed

pytestmark = pytest.mark.usefixtures("own_store")

HEAD = b"POST /events HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
KNOWN = f"Authorization: Bearer {TOKEN}\r\n".encode()
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
WHOLE = b"Content-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
UTF_16 = BODY.decode().encode("utf-16")

TAKEN = {"whole": KNOWN + WHOLE, "in chunks": KNOWN + CHUNKED}
REFUSED = {
    "length and chunks": KNOWN + b"Content-Length: 3\r\n" + CHUNKED,
    "two lengths": KNOWN + b"Content-Length: 3\r\n" + WHOLE,
    "a negative length": KNOWN + b"Content-Length: -1\r\n\r\n",
    "a length with a sign": KNOWN + b"Content-Length: +2\r\n\r\n{}",
    "an endless length": KNOWN + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
    "chunks in another coding": KNOWN + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "a chunk of no size": KNOWN + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n",
    "a packed body": KNOWN + b"Content-Encoding: gzip\r\n" + WHOLE,
    "two tokens": KNOWN + b"Authorization: Bearer another\r\n" + WHOLE,
    "two types": KNOWN + b"Content-Type: text/plain\r\nContent-Type: application/json\r\n" + WHOLE,
    "two ids of an event": KNOWN + b"ce-id: 1\r\nce-id: 2\r\n" + WHOLE,
    "UTF-16": KNOWN + b"Content-Length: %d\r\n\r\n%s" % (len(UTF_16), UTF_16),
    "a byte-order mark": KNOWN + b"Content-Length: %d\r\n\r\n\xef\xbb\xbf%s" % (len(BODY) + 3, BODY),
    "a NUL in a header": KNOWN + b"X: a\0b\r\n" + WHOLE,
    "endless headers": b"X: " + b"a" * 200_000 + b"\r\n\r\n",
}


@pytest.fixture(scope="module")
def port():
    """The port of a receiver whose events go nowhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Receiver, "_send", lambda *_: True)
        with listening(per_minute=10_000) as client:
            yield client.base_url.port


def ask(port, *parts):
    """Send a request and return the status of its answer."""
    with socket.create_connection(("127.0.0.1", port), 20) as connection:
        with suppress(ConnectionError):
            connection.sendall(b"".join((HEAD, *parts)))
        with connection.makefile("rb") as answer:
            return int(answer.readline().split()[1])


def raw(headers):
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()


@pytest.mark.parametrize("request_", TAKEN.values(), ids=TAKEN)
def test_a_clear_request_is_taken(request_, port):
    """A body of a known length, or in chunks, is taken."""
    assert ask(port, request_) == 202


@pytest.mark.parametrize("request_", REFUSED.values(), ids=REFUSED)
def test_an_unclear_request_is_refused(request_, port):
    """A request that programs read in different ways is answered by 400, also from a known sender."""
    assert ask(port, request_) == 400


def test_what_is_not_signed_does_not_count(port):
    """Headers of a CloudEvent are not signed: on the way, anybody could put another name into them."""
    envelope = b"ce-specversion: 1.0\r\nce-type: dataset.updated\r\nce-id: 1\r\nce-source: s\r\nce-subject: another\r\n"
    assert ask(port, raw(signed()), envelope, WHOLE) == 400
    assert ask(port, KNOWN, envelope, WHOLE) == 202
    assert ask(port, raw(signed()), WHOLE) == 202


def test_a_signed_request_is_taken_once_at_the_same_time(port):
    """Of equal requests that come at the same moment, one is taken."""
    headers = raw(signed())
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(port, headers, WHOLE), range(8)))
    assert sorted(answers) == [202] + [409] * 7


def test_a_connection_stays_one_of_http(port):
    """Nobody gets a web socket, which would not be counted among the connections."""
    upgrade = b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    with socket.create_connection(("127.0.0.1", port), 20) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n" + upgrade + b"Sec-WebSocket-Version: 13\r\n\r\n")
        assert connection.recv(12) == b"HTTP/1.1 200"


def test_who_does_not_read_is_waited_for_no_longer(monkeypatch):
    """A sender that asks on and on and reads no answer is cut off; it would hold its connection for ever."""
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.5)
    made = connections.Connection.connection_made

    def with_small_buffers(self, transport):
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        transport.set_write_buffer_limits(high=1024)
        made(self, transport)

    monkeypatch.setattr(connections.Connection, "connection_made", with_small_buffers)
    with listening(per_minute=10_000) as client, socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        connection.settimeout(30)
        connection.connect(("127.0.0.1", client.base_url.port))
        with pytest.raises(ConnectionError):  # noqa: PT012 - it depends on buffers which of them fails
            while True:
                connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n" * 100)
