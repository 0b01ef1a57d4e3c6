"""Connections of the receiver: those that send no request end, and make room for others."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from deployments.events import http_connections as connections
from deployments.events import receiver as receiving
from tests.deployments.events.receivers import BODY, KNOWN, TOKEN, listening

HEAD = b"POST /events HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.scale
def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch):
    """A sender that announces a body and sends none is answered by 408 and cut off."""
    monkeypatch.setattr(receiving, "BODY_SECONDS", 0.1)
    with listening() as client, socket.create_connection((client.base_url.host, client.base_url.port), 20) as slow:
        head = f"POST /events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 9\r\n\r\n"
        slow.sendall(head.encode())
        with slow.makefile("rb") as answer:
            assert answer.readline().split()[1] == b"408"
            answer.read()  # to the end of the connection


def _until_closed(connection):
    """Read to the end of the connection, which the other side may have reset."""
    with suppress(ConnectionResetError):
        while connection.recv(4096):
            pass


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (b"", b""),
        (b"", HEAD),
        (b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n", HEAD),
        (HEAD + b"Content-Length: 9\r\n\r\n", b"1"),
    ],
    ids=["nothing", "half a head", "half a second head", "half a body that nobody wants"],
)
def test_a_request_that_does_not_come_is_not_waited_for(before, said, monkeypatch):
    """A connection without the whole head of a request is ended after a while, also after an answer."""
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.5)
    with listening() as client, socket.create_connection((client.base_url.host, client.base_url.port), 20) as slow:
        slow.sendall(before)
        assert not before or slow.recv(1)
        slow.sendall(said)
        _until_closed(slow)


def test_who_sends_slowly_is_waited_for_no_longer(monkeypatch):
    """Time for the head does not begin anew with each byte of it."""
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.5)
    ended = threading.Event()

    def trickle(connection):
        with suppress(OSError):
            while not ended.wait(0.02):
                connection.sendall(b"x")

    with listening() as client, socket.create_connection((client.base_url.host, client.base_url.port), 20) as slow:
        thread = threading.Thread(target=trickle, args=[slow])
        thread.start()
        try:
            _until_closed(slow)
        finally:
            ended.set()
            thread.join()


def test_silent_connections_are_not_in_the_way(sent, monkeypatch):
    """However many connections send nothing or half a request, a sender is answered; the oldest of them make room."""
    monkeypatch.setattr(connections, "MOST", 8)
    monkeypatch.setattr(connections, "HEAD_SECONDS", 1000.0)
    said = [b"", HEAD, HEAD + b"webhook-signature: v1,0\r\nContent-Length: 9\r\n\r\n"]
    with listening() as client, ExitStack() as stack:
        silent = []
        for number in range(30):
            connection = socket.create_connection((client.base_url.host, client.base_url.port), 20)
            silent.append(stack.enter_context(connection))
            connection.sendall(said[number % 3])
        assert client.post("/events", content=BODY, headers=KNOWN).status_code == 202
        for connection in silent[:20]:
            _until_closed(connection)


@contextmanager
def _slow_server():
    """A server in the place of Prefect's that answers when it is told to: its URL, what it waits for, and for what."""
    asked, go_on = threading.Event(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.set()
            go_on.wait(60)
            self.send_error(500)

        do_POST = do_GET  # noqa: N815 - the base class looks it up by this name

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api", asked, go_on
    finally:
        go_on.set()
        server.shutdown()
        server.server_close()


def test_a_request_under_way_does_not_make_room(monkeypatch):
    """A sender whose event is being sent on gets its answer, however many connect meanwhile."""
    monkeypatch.setattr(connections, "MOST", 2)
    monkeypatch.setattr(connections, "HEAD_SECONDS", 1000.0)
    with (
        _slow_server() as (url, asked, go_on),
        listening() as client,
        ThreadPoolExecutor(1) as pool,
        ExitStack() as stack,
    ):
        monkeypatch.setenv("PREFECT_API_URL", url)
        answer = pool.submit(client.post, "/events", content=BODY, headers=KNOWN)
        assert asked.wait(30)
        silent = [
            stack.enter_context(socket.create_connection((client.base_url.host, client.base_url.port), 20))
            for _ in range(3)
        ]
        for connection in silent[:2]:
            _until_closed(connection)
        silent[2].sendall(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
        assert silent[2].recv(100).startswith(b"HTTP/1.1 200")  # with it there are no more than two
        go_on.set()
        assert answer.result().status_code == 503
