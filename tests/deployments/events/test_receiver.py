"""`analyst listen` over real HTTP: known senders, their rate, repeated requests, and what happens without a server."""

import asyncio
import socket
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from uuid import uuid4

import pytest
from prefect.client.orchestration import get_client
from prefect.events.filters import EventFilter, EventResourceFilter
from starlette.requests import Request

from deployments.cli import run
from deployments.events import dataset_updated, receiver
from deployments.events.dataset_updated import parse
from deployments.events.receiver import LARGEST_BODY, Rate, Receiver, RefusedError, body_of
from runtime.settings import get_settings
from tests.deployments.events.receivers import BODY, KNOWN, SECRET, TOKEN, listening, signed
from tests.waiting import until_async


@pytest.mark.parametrize("headers", [lambda: KNOWN, signed], ids=["token", "signature"])
def test_a_known_sender_is_served(headers, sent):
    """With the token, or a signature by the secret, an event is sent on."""
    with listening() as client:
        assert client.post("/events", content=BODY, headers=headers()).status_code == 202
    assert [event["version"] for event in sent()] == ["7"]


def test_a_receiver_without_a_token_takes_none(sent):
    """Without a configured token, an empty token is refused."""
    with listening(token=None) as client:
        assert client.post("/events", content=BODY, headers={"Authorization": "Bearer"}).status_code == 401
    assert sent() == []


def test_a_repeated_request_is_refused(sent):
    """A signed request that comes again is answered by 409, by any receiver; another one with its body is taken."""
    body, headers = b'{"name": "unversioned", "uri": "/data/s"}', signed(b'{"name": "unversioned", "uri": "/data/s"}')
    with listening() as one, listening() as other:
        assert one.post("/events", content=body, headers=headers).status_code == 202
        assert [client.post("/events", content=body, headers=headers).status_code for client in (one, other)] == [
            409
        ] * 2
        assert len(sent()) == 1
        assert one.post("/events", content=body, headers=signed(body)).status_code == 202
    assert len(sent()) == 2


def test_of_two_receivers_one_takes_an_id(sent, monkeypatch):
    """Receivers that share a store and get one id at the same moment, with two bodies, take one of them."""
    bodies = [b'{"name": "a", "uri": "/data/s"}', b'{"name": "b", "uri": "/data/s"}']
    with listening() as one, listening() as other:

        def send_while_the_other_is_asked(*args, **options):
            monkeypatch.setattr(receiver, "send", send)
            answers.append(other.post("/events", content=bodies[1], headers=signed(bodies[1], request_id="same")))
            return send(*args, **options)

        answers, send = [], receiver.send
        monkeypatch.setattr(receiver, "send", send_while_the_other_is_asked)
        answers.append(one.post("/events", content=bodies[0], headers=signed(bodies[0], request_id="same")))
        answers.append(other.post("/events", content=bodies[1], headers=signed(bodies[1], request_id="same")))
    assert [answer.status_code for answer in answers] == [503, 202, 409]
    assert [event["name"] for event in sent()] == ["a"]


def test_a_request_that_was_not_taken_may_be_repeated(sent, monkeypatch):
    """A sender that was told to try again later is served under the same id when the server is back."""
    url, headers = _url_of_nobody(), signed()
    with listening() as client:
        with monkeypatch.context() as gone:
            gone.setenv("PREFECT_API_URL", url)
            answer = client.post("/events", content=BODY, headers=headers)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
        assert client.post("/events", content=BODY, headers=headers).status_code == 202
    assert len(sent()) == 1


def _url_of_nobody():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/api"


def test_too_large_or_too_much_is_refused(sent):
    """A body over the limit is 413, announced or not; more requests than the rate are 429, each client for itself."""
    large = b" " * (LARGEST_BODY + 1)
    with listening(per_minute=2) as client:
        assert client.post("/events", content=large, headers=KNOWN).status_code == 413
        assert client.post("/events", content=iter([large[:1000]] * 300), headers=KNOWN).status_code == 413
        for headers in (KNOWN, signed()):
            refused = client.post("/events", content=BODY, headers=headers)
            assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
        assert client.get("/health").text == "ok\n"
    assert sent() == []
    clock = [0.0]
    rate = Rate(2, now=lambda: clock[0])
    assert [rate.allows("a") for _ in range(3)] == [True, True, False]
    assert rate.allows("b")
    clock[0] = 30
    assert [rate.allows("a") for _ in range(2)] == [True, False]


def test_of_too_many_clients_the_one_that_was_away_longest_is_forgotten(monkeypatch):
    """Addresses are free to make up, so only so many are remembered."""
    monkeypatch.setattr("deployments.events.receiver._MOST_CLIENTS", 2)
    rate = Rate(1, now=lambda: 0.0)
    assert [rate.allows(client) for client in "abab"] == [True, True, False, False]
    assert [rate.allows(client) for client in "cbac"] == [True, False, True, True]


@pytest.mark.parametrize("headers", [[], [(b"content-length", b"5")]])
async def test_a_body_as_large_as_the_limit_is_read(headers):
    """Five bytes are read where five are the limit, and refused where four are, announced or not."""

    async def receive():
        return {"type": "http.request", "body": b"12345", "more_body": False}

    for largest, body in ((5, b"12345"), (4, None)):
        assert await body_of(Request({"type": "http", "headers": headers}, receive), largest) == body


def test_unknown_senders_do_not_use_up_the_rate_of_senders(sent):
    """Unknown senders at a known one's address, as behind a proxy, have a rate of their own."""
    with listening(per_minute=2) as client:
        wrong = [{}, signed(secret="another-secret-of-tests"), KNOWN | {"Authorization": "Bearer x"}]
        told = [client.post("/events", content=BODY, headers=headers).status_code for headers in wrong]
        assert told == [401, 401, 429]
        known = [client.post("/events", content=BODY, headers=headers) for headers in (KNOWN, signed())]
    assert [answer.status_code for answer in known] == [202, 200]
    assert len(sent()) == 1


async def _events_of(name):
    asked = EventFilter(resource=EventResourceFilter(id=[f"dataset.{name}"]))
    async with get_client() as client:

        async def found():
            return (await client.read_events(asked, limit=10)).events

        return await until_async(found, "the event on the server")


async def test_two_receivers_send_one_event(sent):
    """An event delivered many times to two receivers at once is one event on the server, and known from then on."""
    name = f"sales/{uuid4()}"
    body = {"name": name, "uri": "/data/s", "version": "2024-01-01"}

    def deliver():
        with listening() as one, listening() as other, ThreadPoolExecutor(6) as pool:
            clients = [one, other] * 3
            answers = list(pool.map(lambda client: client.post("/events", json=body, headers=KNOWN), clients))
            return [*answers, one.post("/events", json=body, headers=KNOWN)]

    answers = await asyncio.to_thread(deliver)
    assert {answer.status_code for answer in answers} <= {200, 202}
    assert {answer.json()["events"][0]["id"] for answer in answers} == {str(parse(body).id())}
    assert (answers[-1].status_code, answers[-1].json()["events"][0]["known"]) == (200, True)
    assert len(await _events_of(name)) == 1


def test_a_store_that_cannot_be_used_is_told(sent, monkeypatch):
    """An event is taken although the store is held by another process, and the log says that it is not written down."""
    monkeypatch.setattr(dataset_updated, "_STORE_SECONDS", 0.1)
    told, path = [], get_settings().home / "store.db"
    with listening(tell=told.append) as client, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert client.post("/events", content=BODY, headers=KNOWN).status_code == 202
        other.execute("ROLLBACK")
    assert [line for line in told if "locked" in line]
    assert sent() == []


def test_it_does_not_start_open(monkeypatch, capsys):
    """Without a token or secret, or with a short one, the command ends with what to set, and shows no secret."""
    with pytest.raises(RefusedError, match="ANALYST_LISTEN_TOKEN"):
        Receiver(token=None, secret="")
    with pytest.raises(RefusedError, match="base64"):
        Receiver(token=None, secret="whsec_not base64 at all")
    get_settings.cache_clear()
    assert run(["listen", "--port", "0"]) == 2
    assert "ANALYST_LISTEN_SECRET" in capsys.readouterr().err
    monkeypatch.setenv("ANALYST_LISTEN_SECRET", "hush-hush")
    get_settings.cache_clear()
    assert run(["listen", "--port", "0"]) == 2
    said = capsys.readouterr()
    assert "at least 16" in said.err
    assert "hush" not in said.err + said.out
    get_settings.cache_clear()


@pytest.mark.parametrize("root", ["s3://", "s3://lake/", "lake", "", "https://", "https:///lake"])
def test_an_s3_root_that_cannot_be_read_is_refused(root):
    """A root below which the analysis could read nothing ends the start, and says what to give."""
    with pytest.raises(RefusedError, match=r"ANALYST_LISTEN_S3_ROOT: .* cannot be read"):
        Receiver(token=TOKEN, secret=SECRET, s3_root=root)


def test_a_receiver_without_data_roots_does_not_start(monkeypatch, capsys):
    """Without data roots every event would be refused: the command ends with what to set."""
    monkeypatch.setenv("ANALYST_LISTEN_TOKEN", TOKEN)
    monkeypatch.delenv("ANALYST_DATA_ROOTS")
    get_settings.cache_clear()
    assert run(["listen", "--port", "0"]) == 2
    assert "ANALYST_DATA_ROOTS" in capsys.readouterr().err
    get_settings.cache_clear()
