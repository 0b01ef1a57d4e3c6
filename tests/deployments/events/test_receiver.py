"""`analyst listen` over real HTTP: who gets in, what is understood, and what is sent on."""

import hashlib
import hmac
import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import quote_plus, unquote, urlsplit
from uuid import uuid4

import httpx
import pytest

from deployments.cli import run
from deployments.events import http_connections as connections
from deployments.events import receiver as receiving
from deployments.events.dataset_updated import Sent, parse
from deployments.events.http_connections import server_of
from deployments.events.receiver import LARGEST_BODY, Rate, Receiver, RefusedError
from deployments.events.webhook_formats import NotUnderstoodError, read
from runtime.dataset_events.claims import is_older
from runtime.prefect_server.connection import ServerUnavailableError
from runtime.settings import get_settings

TOKEN = "a-token-of-the-tests"
SECRET = "a-secret-of-the-tests"
KNOWN = {"Authorization": f"Bearer {TOKEN}"}


@contextmanager
def listening(**options):
    """A receiver on a free port, and a client of it."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = Receiver(**{"token": TOKEN, "secret": SECRET, **options}).app()
    server = server_of(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", trust_env=False) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def sent(monkeypatch):
    """What the receiver sends on, in place of a Prefect server: events with the occasion of each."""
    events = []

    def send(event, *, occasion=None):
        events.append((event, occasion))
        return Sent(event.id(occasion), known=False)

    monkeypatch.setattr(receiving, "send", send)
    return events


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"X-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


BODY = json.dumps({"name": "sales/daily", "uri": "/data/sales.parquet", "version": 7}).encode()


def test_a_stranger_gets_nowhere(sent):
    """Without the token, or a signature of this very body by this secret, the answer is 401 and nothing is sent."""
    wrong = [
        {},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": "Bearer"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": "Bearer \u00e4".encode("latin-1").decode("latin-1")},
        signed(BODY, "another-secret-of-tests"),
        signed(BODY + b" "),
        {"X-Signature-256": signed(BODY)["X-Signature-256"].removeprefix("sha256=")},
        {"X-Signature-256": "sha256="},
    ]
    with listening() as client:
        for headers in wrong:
            raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
            answer = client.post("/events", content=BODY, headers=raw)
            assert (answer.status_code, answer.text) == (401, "Who is this?\n"), headers
        assert sent == []
        assert client.post("/events", content=BODY, headers=signed(BODY)).status_code == 202
        assert client.post("/events", content=BODY, headers=KNOWN).status_code == 202
    with listening(token=None) as client:
        assert client.post("/events", content=BODY, headers={"Authorization": "Bearer"}).status_code == 401
    assert [event.version for event, _ in sent] == ["7", "7"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"dataset.updated"',
        b"[" * 200_000,
        b'{"a":' * 30_000,
        b"\xff\xfe{}",
        b'{"name": "s", "uri": "u", "rows": ' + b"9" * 5000 + b"}",
        b'{"name": "s", "uri": "u", "rows": -1}',
        b'{"name": "s", "uri": "u", "rows": NaN}',
        b'{"name": "s", "uri": "u", "rows": true}',
        b'{"name": "s", "uri": "u", "rows": 9223372036854775808}',
        b'{"name": "s", "uri": ""}',
        b'{"name": "s", "uri": "a\\u0000b"}',
        b'{"name": "s", "uri": "a\\nb"}',
        b'{"name": "s", "uri": ["u"]}',
        b'{"name": "s*", "uri": "u"}',
        b'{"name": "../s", "uri": "u"}',
        b'{"name": "{{ event.id }}", "uri": "u"}',
        b'{"name": "s\\n", "uri": "u"}',
        b'{"name": "s", "uri": "u", "version": "\\u0000"}',
        b'{"name": "s", "uri": "u", "version": "\\ud800"}',
        b'{"name": "s", "uri": "u", "version": {"__prefect_kind": "workspace_variable", "variable_name": "x"}}',
        b'{"name": "s", "uri": "u", "id": "mine"}',
        b'{"name": "s"}',
        b'{"Records": 1}',
        b'{"Records": [{}]}',
        b'{"Records": {"eventName": "ObjectCreated:Put"}}',
        b'{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":"../x"}}}]}',
        b'{"specversion": "0.3", "type": "dataset.updated"}',
        b'{"specversion": "1.0", "type": "other", "id": "1", "source": "s", "data": {}}',
        b'{"specversion": "1.0", "type": "dataset.updated", "data": {"name": "s", "uri": "u"}}',
        b'{"specversion": "1.0", "type": "dataset.updated", "id": "1", "source": "s", "data": "s"}',
    ],
    ids=lambda body: body[:40].decode("latin-1"),
)
def test_what_is_no_event_is_refused(body, hostile):
    """A body that is not an event is answered by 400 and one plain line; nothing is sent, and the receiver goes on."""
    client, sent = hostile
    answer = client.post("/events", content=body, headers=KNOWN)
    assert answer.status_code == 400, answer.text
    assert answer.text.count("\n") == 1
    assert len(answer.text) < 250
    assert sent == []


@pytest.fixture(scope="module")
def _hostile():
    with listening(per_minute=1000) as client:
        yield client


@pytest.fixture
def hostile(_hostile, sent):
    return _hostile, sent


def test_too_large_or_too_much_is_refused(sent):
    """A body over the limit is 413, announced or not; more requests than the rate are 429, each client for itself."""
    large = b" " * (LARGEST_BODY + 1)
    with listening(per_minute=2) as client:
        assert client.post("/events", content=large, headers=KNOWN).status_code == 413
        assert client.post("/events", content=iter([large[:1000]] * 300), headers=KNOWN).status_code == 413
        for headers in (KNOWN, signed(BODY)):
            refused = client.post("/events", content=BODY, headers=headers)
            assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
        assert client.get("/health").text == "ok\n"
    assert sent == []
    clock = [0.0]
    rate = Rate(2, now=lambda: clock[0])
    assert [rate.allows("a") for _ in range(3)] == [True, True, False]
    assert rate.allows("b")
    clock[0] = 30
    assert [rate.allows("a") for _ in range(2)] == [True, False]


def test_strangers_do_not_use_up_the_rate_of_senders(sent):
    """Strangers at a sender's address, as behind a proxy, have a rate of their own, after which they are told 429."""
    with listening(per_minute=2) as client:
        wrong = [{}, signed(BODY, "another-secret-of-tests"), KNOWN | {"Authorization": "Bearer x"}]
        told = [client.post("/events", content=BODY, headers=headers).status_code for headers in wrong]
        assert told == [401, 401, 429]
        known = [client.post("/events", content=BODY, headers=headers) for headers in (KNOWN, signed(BODY))]
    assert [answer.status_code for answer in known] == [202, 202]
    assert len(sent) == 2


def test_a_body_that_does_not_come_is_not_waited_for(sent, monkeypatch):
    """A sender that announces a body and sends none is answered by 408 and cut off."""
    monkeypatch.setattr(receiving, "_BODY_SECONDS", 0.1)
    with listening() as client, socket.create_connection((client.base_url.host, client.base_url.port), 20) as slow:
        head = f"POST /events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 9\r\n\r\n"
        slow.sendall(head.encode())
        with slow.makefile("rb") as answer:
            assert answer.readline().split()[1] == b"408"
            answer.read()  # to the end of the connection
    assert sent == []


def _until_closed(connection):
    """Read to the end of the connection, which the other side may have reset."""
    with suppress(ConnectionResetError):
        while connection.recv(4096):
            pass


HEAD = b"POST /events HTTP/1.1\r\nHost: x\r\n"


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
    said = [b"", HEAD, HEAD + b"X-Signature-256: sha256=0\r\nContent-Length: 9\r\n\r\n"]
    with listening() as client, ExitStack() as stack:
        silent = []
        for number in range(30):
            connection = socket.create_connection((client.base_url.host, client.base_url.port), 20)
            silent.append(stack.enter_context(connection))
            connection.sendall(said[number % 3])
        assert client.post("/events", content=BODY, headers=KNOWN).status_code == 202
        for connection in silent[:20]:
            _until_closed(connection)


def test_a_request_under_way_does_not_make_room(monkeypatch):
    """A sender whose event is being sent on is answered, whoever connects meanwhile."""
    monkeypatch.setattr(connections, "MOST", 2)
    monkeypatch.setattr(connections, "HEAD_SECONDS", 1000.0)
    begun, go_on = threading.Event(), threading.Event()

    def send(event, *, occasion=None):
        begun.set()
        go_on.wait()
        return Sent(event.id(occasion), known=False)

    monkeypatch.setattr(receiving, "send", send)
    with listening() as client, ThreadPoolExecutor(1) as pool, ExitStack() as stack:
        answer = pool.submit(client.post, "/events", content=BODY, headers=KNOWN)
        begun.wait()
        silent = [
            stack.enter_context(socket.create_connection((client.base_url.host, client.base_url.port), 20))
            for _ in range(3)
        ]
        for connection in silent[:2]:
            _until_closed(connection)
        go_on.set()
        assert answer.result().status_code == 202


def test_cloud_events_are_understood(sent):
    """A CloudEvent is the same event in structured and binary mode, and a redelivery of it has the same id."""
    envelope = {"specversion": "1.0", "type": "dataset.updated", "source": "/etl", "id": "17", "subject": "sales"}
    with listening() as client:
        structured = client.post(
            "/events",
            json={**envelope, "data": {"uri": "/data/s"}},
            headers={**KNOWN, "Content-Type": "application/cloudevents+json"},
        )
        binary = client.post(
            "/events",
            json={"uri": "/data/s"},
            headers={**KNOWN, **{f"ce-{name}": value for name, value in envelope.items()}},
        )
        other = client.post("/events", json={**envelope, "id": "18", "data": {"uri": "/data/s"}}, headers=KNOWN)
    assert {event for event, _ in sent} == {parse({"name": "sales", "uri": "/data/s"})}
    first, again, next_one = (answer.json()["events"][0]["id"] for answer in (structured, binary, other))
    assert first == again != next_one


def test_s3_notices_are_understood(sent):
    """Each new object of a notice is an event with a readable uri and a version in order; other changes are none."""

    def record(key, sequencer, name="ObjectCreated:Put"):
        thing = {"key": key, "size": 1, "eTag": "x", "sequencer": sequencer}
        return {"eventName": name, "eventTime": "t", "s3": {"bucket": {"name": "lake"}, "object": thing}}

    notice = {
        "Records": [
            record("dt%3D2024-01-01/a+b.csv", "0055AED6DCD90281E5"),
            record("sales.csv", "0055AED6DCD90281E51F"),
            record("old.csv", "01", "ObjectRemoved:Delete"),
        ]
    }
    with listening(s3_root="/mnt/") as client:
        answer = client.post("/events", json=notice, headers=KNOWN)
        assert (answer.status_code, len(answer.json()["events"])) == (202, 2)
        test = client.post("/events", json={"Event": "s3:TestEvent", "Bucket": "lake"}, headers=KNOWN)
        assert (test.status_code, test.json()) == (200, {"events": []})
    (first, _), (second, _) = sent
    assert (first.name, first.uri) == ("lake/dt=2024-01-01/a%20b.csv", "/mnt/lake/dt=2024-01-01/a b.csv")
    assert second.name == "lake/sales.csv"
    assert is_older(first.version, second.version)


@pytest.mark.parametrize("key", ["secret.csv#x.csv", "secret.csv?x.csv", "a%2Fb.csv", "a b+c.csv", "\u00e4/1.csv"])
@pytest.mark.parametrize("root", ["https://minio.example.org/", "HTTP://minio/"])
def test_a_key_is_not_read_as_more_than_a_path(root, key):
    """Below an http root the path of the uri is the bucket and the very key, whatever characters it holds."""
    thing = {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "lake"}, "object": {"key": quote_plus(key)}}}
    ((incoming,), _) = read(json.dumps({"Records": [thing]}).encode(), {}, root)
    address = urlsplit(incoming.event.uri)
    assert (unquote(address.path), address.query, address.fragment) == (f"/lake/{key}", "", "")


@pytest.mark.parametrize("root", ["https://minio.example.org/", "/mnt/"])
@pytest.mark.parametrize(("bucket", "key"), [("lake", "a/../b"), ("lake", "./b"), ("lake", ".."), ("lake/..", "b")])
def test_a_key_does_not_climb(root, bucket, key):
    """A bucket or key with . or .. as a segment is refused, on a file system and at an address."""
    thing = {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": bucket}, "object": {"key": key}}}
    with pytest.raises(NotUnderstoodError):
        read(json.dumps({"Records": [thing]}).encode(), {}, root)


def _created(key, bucket="lake", **more):
    thing = {"bucket": {"name": bucket}, "object": {"key": key, **more}}
    return {"eventName": "ObjectCreated:Put", "s3": thing}


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (_created("a" * 300), "'lake/aaaaa"),
        (_created("..%2Fa%0Ab"), "'lake/../a\\nb': A key with"),
        (_created("x", versionId=True), "'lake/x': version"),
        (_created(None), "does not name"),
        (_created(""), "does not name"),
        (_created("x", bucket=None), "does not name"),
        (_created("x", bucket=""), "does not name"),
        (_created({}), "does not name"),
        ({"eventName": "ObjectCreated:Put"}, "not a notice"),
        ({}, "not a notice"),
        (None, "not a notice"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_one_record_does_not_keep_the_others_out(record, why, sent):
    """Of a notice what can be used is sent; what cannot is named in the answer and the log, a line each."""
    told = []
    with listening(tell=told.append) as client:
        notice = {"Records": [_created("a.csv"), record, _created("b.csv")]}
        answer = client.post("/events", json=notice, headers=KNOWN)
        assert (answer.status_code, len(answer.json()["events"])) == (202, 2)
        (line,) = answer.json()["left_out"]
        assert line.startswith("Records.1: ")
        assert why in line
        assert "\n" not in line
        assert len(line) < 250
        assert told[-1] == f"Left out: {line}"
        alone = client.post("/events", json={"Records": [record]}, headers=KNOWN)
    assert (alone.status_code, alone.text) == (400, line.replace("Records.1", "Records.0") + "\n")
    assert [event.name for event, _ in sent] == ["lake/a.csv", "lake/b.csv"]


def test_an_empty_folder_is_no_data_set(sent):
    """The empty object that stands for a folder is no event, as little as a removed one; one with content is."""
    with listening() as client:
        notice = {"Records": [_created("new/", size=0), _created("new%2F", size=0), _created("old/")]}
        answer = client.post("/events", json=notice, headers=KNOWN)
        assert (answer.status_code, answer.json()) == (200, {"events": []})
        assert client.post("/events", json={"Records": [_created("new/", size=1)]}, headers=KNOWN).status_code == 202
    assert len(sent) == 1


async def _events_of(name):
    import asyncio

    from prefect.client.orchestration import get_client
    from prefect.events.filters import EventFilter, EventResourceFilter

    async with get_client() as client:
        while True:
            asked = EventFilter(resource=EventResourceFilter(id=[f"dataset.{name}"]))
            if found := (await client.read_events(asked, limit=10)).events:
                return found
            await asyncio.sleep(0.2)


async def test_two_receivers_send_one_event(prefect_server):
    """An event delivered many times to two receivers at once is one event on the server, and known from then on."""
    name = f"sales/{uuid4()}"
    body = {"name": name, "uri": "/data/s", "version": "2024-01-01"}

    def deliver():
        with listening() as one, listening() as other, ThreadPoolExecutor(6) as pool:
            clients = [one, other] * 3
            answers = list(pool.map(lambda client: client.post("/events", json=body, headers=KNOWN), clients))
            return [*answers, one.post("/events", json=body, headers=KNOWN)]

    import asyncio

    answers = await asyncio.to_thread(deliver)
    assert {answer.status_code for answer in answers} <= {200, 202}
    assert {answer.json()["events"][0]["id"] for answer in answers} == {str(parse(body).id())}
    assert (answers[-1].status_code, answers[-1].json()["events"][0]["known"]) == (200, True)
    assert len(await _events_of(name)) == 1


def test_without_a_server_the_sender_is_to_try_again(monkeypatch):
    """An event that the Prefect server does not take is answered by 503, never by a promise."""
    monkeypatch.setattr(receiving, "send", lambda *_, **__: (_ for _ in ()).throw(ServerUnavailableError("gone")))
    with listening() as client:
        answer = client.post("/events", content=BODY, headers=KNOWN)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")


def test_a_store_that_cannot_be_used_is_told(monkeypatch):
    """An event that is not written down is taken all the same, and the log says why it is not."""
    told = []
    monkeypatch.setattr(receiving, "send", lambda event, *, occasion: Sent(uuid4(), known=False, problem="Locked."))
    with listening(tell=told.append) as client:
        assert client.post("/events", content=BODY, headers=KNOWN).status_code == 202
    assert [line for line in told if "Locked." in line]


def test_it_does_not_start_open(monkeypatch, capsys):
    """Without a token or secret, or with a short one, the command ends with what to set, and shows no secret."""
    with pytest.raises(RefusedError, match="ANALYST_LISTEN_TOKEN"):
        Receiver(token=None, secret="")
    get_settings.cache_clear()
    assert run(["listen", "--port", "0"]) == 2
    assert "ANALYST_LISTEN_SECRET" in capsys.readouterr().err
    monkeypatch.setenv("ANALYST_LISTEN_SECRET", "hush-hush")
    get_settings.cache_clear()
    assert run(["listen", "--port", "0"]) == 2
    said = capsys.readouterr()
    assert "fewer than 16" in said.err
    assert "hush" not in said.err + said.out
    get_settings.cache_clear()
