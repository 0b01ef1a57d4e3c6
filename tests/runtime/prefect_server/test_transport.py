"""Runs wait for a Prefect server that is busy or cannot be connected for a moment, in both kinds of client."""

import asyncio
import threading
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import httpx
import pytest

from runtime.prefect_server import transport
from runtime.prefect_server.transport import AsyncTransport, patiently


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

    monkeypatch.setattr(transport, "time", Clock())
    yield server
    server.shutdown()
    server.server_close()


def _url(server):
    return f"http://127.0.0.1:{server.server_address[1]}/"


async def test_the_client_of_runs_waits(later):
    """A request that could not be connected is sent once the server is there, once."""
    async with httpx.AsyncClient(transport=AsyncTransport(httpx.AsyncHTTPTransport())) as client:
        assert (await client.post(_url(later))).status_code == 200
    assert later.asked == 1


def test_other_clients_wait(later):
    """`patiently` asks again until the server is there, and once only after that."""
    assert patiently(partial(httpx.post, _url(later), trust_env=False)).status_code == 200
    assert later.asked == 1


def test_in_the_end_it_is_an_error(monkeypatch):
    """A server that stays away longer than five minutes is an error."""
    monkeypatch.setattr(transport, "RUNS", replace(transport.RUNS, away_seconds=-1.0))
    with pytest.raises(httpx.ConnectError):
        patiently(partial(httpx.post, "http://127.0.0.1:1/", trust_env=False))


class Busy(httpx.AsyncBaseTransport):
    """A server that refuses the first so many requests, and answers writes when it is let."""

    def __init__(self, refusals, **headers):
        self.refusals, self.headers = refusals, headers
        self.let = asyncio.Event()
        self.let.set()
        self.asked, self.at_once, self.most_at_once = 0, 0, 0

    async def handle_async_request(self, request):
        self.asked += 1
        if self.asked <= self.refusals:
            return httpx.Response(503, headers=self.headers)
        if request.method != "GET":
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            await self.let.wait()
            self.at_once -= 1
        return httpx.Response(200)


@pytest.fixture
def no_waits(monkeypatch):
    """As many tries as ever, without the time between them."""
    monkeypatch.setattr(transport, "WAITS", (0.0,) * len(transport.WAITS))


def _client(server):
    return httpx.AsyncClient(transport=AsyncTransport(server), base_url="http://busy.example")


async def test_a_busy_server_is_asked_again(no_waits):
    """A request that was refused with 503 is sent again until it is taken, and not after that."""
    async with _client(server := Busy(3)) as client:
        assert (await client.post("/")).status_code == 200
    assert server.asked == 4


async def test_a_server_that_stays_busy_is_not_asked_for_ever(no_waits):
    """After the last of the tries the refusal is handed on, for Prefect's client to deal with."""
    async with _client(server := Busy(1000)) as client:
        assert (await client.post("/")).status_code == 503
    assert server.asked == len(transport.WAITS) + 1


async def test_a_server_that_says_when_is_not_asked_sooner(no_waits):
    """A refusal that says when to come again is handed on at once: Prefect's client keeps to it."""
    async with _client(server := Busy(1, **{"Retry-After": "5"})) as client:
        assert (await client.post("/")).status_code == 503
    assert server.asked == 1


@pytest.mark.parametrize(("refusals", "at_once"), [(0, 3), (1, 1)], ids=["never refused", "refused once"])
async def test_writes_take_turns_once_one_was_refused(no_waits, refusals, at_once):
    """From the first refusal on, writes are sent one by one, and reads wait for none; before, nothing waits."""
    async with _client(server := Busy(refusals)) as client:
        await client.post("/")
        server.let.clear()
        writes = [asyncio.create_task(client.post("/")) for _ in range(3)]
        # A task of its own begins after theirs: when it has its answer, each write was sent that may be.
        read = asyncio.create_task(client.get("/"))
        assert (await asyncio.wait_for(read, 30)).status_code == 200
        assert server.at_once == at_once
        server.let.set()
        assert [answer.status_code for answer in await asyncio.gather(*writes)] == [200] * 3
    assert server.most_at_once == at_once
