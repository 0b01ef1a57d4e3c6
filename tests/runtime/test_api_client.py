"""A Prefect server that cannot be connected for a moment is waited for, in both kinds of client."""

import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import httpx
import pytest

from runtime import api_client
from runtime.api_client import QuickTries, patiently


class _Answering(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.asked += 1
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def later(monkeypatch):
    """A server that begins to listen when a client has failed to connect."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answering, bind_and_activate=False)
    server.server_bind()
    server.asked = 0
    times = count()

    class Clock:
        """The time, which is asked for before the first try and after each that failed."""

        sleep = staticmethod(lambda _: None)

        def monotonic(self):
            if next(times) == 1:
                server.server_activate()
                threading.Thread(target=server.serve_forever, daemon=True).start()
            return 0.0

    monkeypatch.setattr(api_client, "time", Clock())
    yield server
    server.shutdown()
    server.server_close()


def _url(server):
    return f"http://127.0.0.1:{server.server_address[1]}/"


async def test_the_client_of_runs_waits(later):
    """A request that could not be connected is sent once the server is there, once."""
    async with httpx.AsyncClient(transport=QuickTries(httpx.AsyncHTTPTransport())) as client:
        assert (await client.post(_url(later))).status_code == 200
    assert later.asked == 1


def test_other_clients_wait(later):
    """`patiently` asks again until the server is there, and once only after that."""
    assert patiently(partial(httpx.post, _url(later), trust_env=False)).status_code == 200
    assert later.asked == 1


def test_in_the_end_it_is_an_error(monkeypatch):
    """A server that stays away longer than five minutes is an error."""
    monkeypatch.setattr(api_client, "AWAY_SECONDS", -1.0)
    with pytest.raises(httpx.ConnectError):
        patiently(partial(httpx.post, "http://127.0.0.1:1/", trust_env=False))
