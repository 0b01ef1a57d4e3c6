"""Requests that the receiver refuses, over real HTTP: each with the answer that its sender gets."""

import time
from urllib.parse import quote

import pytest

from runtime.settings import get_settings
from tests.deployments.events.receivers import BODY, KNOWN, SECRET, TOKEN, listening, signed
from tests.thinned import thinned

ROOTS = "/lake https://data.example.org/lake/ http://127.0.0.1:9000/"

UNSEEN = "\u200b\u200d\u200e\u2060\u2066\ufeff\U000e0041\ufe0f\U000e0101\u00ad\u115f\u3164\uffa0\u2800"
"""Characters that nobody sees."""

NOT_EVENTS = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"dataset.updated"',
    b"[" * 200_000,
    b'{"a":' * 30_000,
    b"\xff\xfe{}",
    b'{"name": "s", "uri": "/lake/u", "rows": ' + b"9" * 5000 + b"}",
    b'{"name": "s", "uri": "/lake/u", "rows": -1}',
    b'{"name": "s", "uri": "/lake/u", "rows": NaN}',
    b'{"name": "s", "uri": "/lake/u", "rows": true}',
    b'{"name": "s", "uri": "/lake/u", "rows": 9223372036854775808}',
    b'{"name": "s", "uri": ""}',
    b'{"name": "s", "uri": "a\\u0000b"}',
    b'{"name": "s", "uri": "a\\nb"}',
    b'{"name": "s", "uri": ["u"]}',
    b'{"name": "s*", "uri": "/lake/u"}',
    b'{"name": "../s", "uri": "/lake/u"}',
    b'{"name": "{{ event.id }}", "uri": "/lake/u"}',
    b'{"name": "s\\n", "uri": "/lake/u"}',
    b'{"name": "s", "uri": "/lake/u", "version": "\\u0000"}',
    b'{"name": "s", "uri": "/lake/u", "version": "\\ud800"}',
    b'{"name": "s", "uri": "/lake/u", "version": {"__prefect_kind": "workspace_variable", "variable_name": "x"}}',
    b'{"name": "s", "uri": "/lake/u", "id": "mine"}',
    b'{"name": "s"}',
    b'{"Records": 1}',
    b'{"Records": [{}]}',
    b'{"Records": {"eventName": "ObjectCreated:Put"}}',
    b'{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":"../x"}}}]}',
    b'{"specversion": "0.3", "type": "dataset.updated"}',
    b'{"specversion": "1.0", "type": "other", "id": "1", "source": "s", "data": {}}',
    b'{"specversion": "1.0", "type": "dataset.updated", "data": {"name": "s", "uri": "/lake/u"}}',
    b'{"specversion": "1.0", "type": "dataset.updated", "id": "1", "source": "s", "data": "s"}',
    b'{"name": "s", "uri": "/lake/u", "version": NaN}',
    b'{"name": "s", "uri": "/lake/u", "rows": -Infinity}',
    b'{"name": "s", "uri": "/lake/u", "version": 1e999}',
    b'{"name": "s\\u202e", "uri": "/lake/u"}',
    '{"name": "s", "uri": "/lake/\u202egpj.csv"}'.encode(),
    '{"name": "s", "uri": "/lake/\u2066u"}'.encode(),
    '{"name": "s", "uri": "/lake/\u061cu"}'.encode(),
    b'{"name": "s", "uri": "/lake/u\x7f"}',
    '{"name": "s", "uri": "/lake/u\x9b31m"}'.encode(),
    '{"name": "s", "uri": "/lake/u\u2028"}'.encode(),
    '{"name": "s", "uri": "/lake/u", "version": "1\u200f"}'.encode(),
    '{"name": "s", "uri": "/lake/u", "partition": "\x85"}'.encode(),
    b'{"name": "s", "uri": "https://data.example.org/lake/%0Au"}',
    b'{"name": "s", "uri": "https://data.example.org/lake/%E2%80%AEu"}',
    b'{"name": "s", "uri": "/lake/u", "uri": "/lake/v"}',
    b'{"name": "s", "uri": "/lake/u", "\\u0075ri": "/lake/u"}',
    b'{"specversion": "1.0", "type": "dataset.updated", "id": "1", "source": "s", "data": {"name": "a", "name": "b"}}',
    b'{"Records":[{"eventName":"x","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":"x"}}}]}',
]
"""Bodies that are no event: answered by 400."""

NOT_ALLOWED = [
    "/etc/passwd",
    "/lake/../etc/passwd",
    "/lakes/u.csv",
    "/",
    "lake/u.csv",
    "~/u.csv",
    "file:///etc/passwd",
    "file:///lake/%2e%2e/etc/passwd",
    "FILE:/etc/passwd",
    " /etc/passwd",
    "http://127.0.0.1:9001/u.csv",
    "http://127.0.0.1/u.csv",
    "http://localhost:9000/u.csv",
    "http://[::1]:9000/u.csv",
    "http://2130706433:9000/u.csv",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/u.csv",
    "https://data.example.org/other/u.csv",
    "https://data.example.org/lake/../other/u.csv",
    "https://data.example.org/lake/%2e%2e/other/u.csv",
    "https://data.example.org/lake/..%2fother/u.csv",
    "https://data.example.org/lake/..%5cother/u.csv",
    "https://data.example.org/lakeside/u.csv",
    "https://data.example.org:444/lake/u.csv",
    "http://data.example.org/lake/u.csv",
    "https://data.example.org.evil.example/lake/u.csv",
    "https://data.example.org@evil.example/lake/u.csv",
    "https://evil.example\\@data.example.org/lake/u.csv",
    "https://evil.example#@data.example.org/lake/u.csv",
    "https://evil.example/?https://data.example.org/lake/u.csv",
    "https://data.example.org:port/lake/u.csv",
    "s3://lake/u.csv",
    "ftp://data.example.org/lake/u.csv",
    "file://elsewhere/lake/u.csv",
    "https://data.example.org/lake/%252e%252e/other/u.csv",
    "https://data.example.org/lake/..;/other/u.csv",
    "https://data.example.org./lake/u.csv",
    "https://[fe80::1%25eth0]/lake/u.csv",
    "jar:file:///lake/u.csv!/x",
]
"""Addresses under no data root, or that readers of addresses may understand differently: answered by 403."""

FIVE_MINUTES_OLD, FIVE_MINUTES_AHEAD = -310, 310

NOT_KNOWN = {
    "nothing": dict,
    "another token": lambda: {"Authorization": f"Bearer {TOKEN}x"},
    "an empty token": lambda: {"Authorization": "Bearer"},
    "another scheme": lambda: {"Authorization": f"Basic {TOKEN}"},
    "a token that is not ASCII": lambda: {"Authorization": "Bearer \xe4"},
    "another key": lambda: signed(secret="another-secret-of-tests"),
    "another body": lambda: signed(BODY + b" "),
    "another id": lambda: signed(id="another"),
    "another time": lambda: signed(timestamp=str(int(time.time()) - 1)),
    "no version of the signature": lambda: signed(signature=signed()["webhook-signature"].removeprefix("v1,")),
    "no signature": lambda: signed(signature=""),
    "no id": lambda: signed(id=""),
    "an endless id": lambda: signed(request_id="x" * 201),
    "no time": lambda: signed(timestamp=""),
    "a time that is no number": lambda: signed(timestamp="1e9"),
    "old": lambda: signed(at=int(time.time()) + FIVE_MINUTES_OLD),
    "of the future": lambda: signed(at=int(time.time()) + FIVE_MINUTES_AHEAD),
    "the key itself": lambda: {"webhook-signature": SECRET, "webhook-id": "1", "webhook-timestamp": "1"},
    "a signature of the body alone": lambda: {"X-Signature-256": "sha256=" + "0" * 64},
}
"""Headers of senders that are not known: answered by 401."""


@pytest.fixture(scope="module")
def client():
    with listening(per_minute=10_000, s3_root="/lake/") as client:
        yield client


@pytest.fixture(autouse=True)
def roots(monkeypatch, sent):
    """Set the data roots; called with other ones, set those."""

    def set_roots(roots):
        monkeypatch.setenv("ANALYST_DATA_ROOTS", roots)
        get_settings.cache_clear()

    set_roots(ROOTS)
    return set_roots


def _is_one_plain_line(text):
    return text.count("\n") == 1 and text.strip().isprintable() and len(text) < 300


@pytest.mark.parametrize("body", thinned(NOT_EVENTS, 26), ids=lambda body: body[:60].decode("latin-1"))
def test_a_body_that_is_no_event_is_refused(body, client, sent):
    """A body that is not an event is answered by 400 and one plain line, and nothing is sent."""
    answer = client.post("/events", content=body, headers=KNOWN)
    assert (answer.status_code, _is_one_plain_line(answer.text)) == (400, True), answer.text
    assert sent() == []


@pytest.mark.parametrize("field", ["name", "uri", "version", "partition"])
def test_what_nobody_sees_is_refused_in_an_event(field, client, sent):
    """Zero-width, direction and tag characters, variation selectors and fillers are in no text of an event."""
    for mark in UNSEEN:
        event = {"name": "s", "uri": "/lake/u"}
        event[field] = f"{event.get(field, '')}{mark}b"
        answer = client.post("/events", json=event, headers=KNOWN)
        assert (answer.status_code, _is_one_plain_line(answer.text)) == (400, True), ascii(mark)
        if field == "uri":
            uri = f"https://data.example.org/lake/{quote(mark)}u"
            assert client.post("/events", json={**event, "uri": uri}, headers=KNOWN).status_code == 400
    assert sent() == []


@pytest.mark.parametrize("uri", thinned(NOT_ALLOWED, 20))
def test_an_address_under_no_root_is_refused(uri, client, sent):
    """A uri that is under no data root is answered by 403, which says so, and nothing is sent."""
    answer = client.post("/events", json={"name": "s", "uri": uri}, headers=KNOWN)
    assert (answer.status_code, _is_one_plain_line(answer.text)) == (403, True), answer.text
    assert sent() == []


@pytest.mark.parametrize("headers", NOT_KNOWN.values(), ids=NOT_KNOWN)
def test_an_unknown_sender_is_refused(headers, client, sent):
    """Without the token, or a signature by the secret over this id, time and body, the answer is 401."""
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers().items()]
    answer = client.post("/events", content=BODY, headers=raw)
    assert (answer.status_code, _is_one_plain_line(answer.text)) == (401, True), answer.text
    assert sent() == []


@pytest.mark.parametrize("uri", ["/lake/u.csv", "https://data.example.org/lake/u.csv?x=1", "http://127.0.0.1:9000/u"])
def test_an_address_under_a_root_is_taken(uri, client, sent):
    """A uri under a data root is sent on."""
    assert client.post("/events", json={"name": "s", "uri": uri}, headers=KNOWN).status_code == 202
    assert [event["uri"] for event in sent()] == [uri]


def test_a_link_out_of_a_root_is_refused(client, sent, tmp_path, roots):
    """A path under a root that leads out of it by a link is refused; the answer does not say where it leads."""
    root, outside = tmp_path / "root", tmp_path / "private.csv"
    root.mkdir()
    outside.write_text("secret,1\n")
    (root / "link.csv").symlink_to(outside)
    roots(str(root))
    answer = client.post("/events", json={"name": "s", "uri": str(root / "link.csv")}, headers=KNOWN)
    assert (answer.status_code, sent()) == (403, [])
    assert "private" not in answer.text


def test_refused_records_are_named(client, sent, roots):
    """Of a notice the records under a root are sent; the answer names those that are not."""
    roots("/lake/open")
    records = [
        {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": bucket}, "object": {"key": "u.csv"}}}
        for bucket in ("open", "closed")
    ]
    answer = client.post("/events", json={"Records": records}, headers=KNOWN)
    (line,) = answer.json()["left_out"]
    assert (answer.status_code, [event["name"] for event in sent()]) == (202, ["open/u.csv"])
    assert line.startswith("closed/u.csv: ")
    assert client.post("/events", json={"Records": records[1:]}, headers=KNOWN).status_code == 403
