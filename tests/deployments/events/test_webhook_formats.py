"""Formats of web hooks over real HTTP: CloudEvents, notices of S3, and what the events made of them hold."""

import json
from urllib.parse import quote_plus, unquote, urlsplit

import pytest

from deployments.events.dataset_updated import parse
from deployments.events.webhook_formats import NotUnderstoodError, read
from runtime.dataset_events.versions import is_older
from tests.deployments.events.receivers import KNOWN, listening


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
    assert {tuple(event.items()) for event in sent()} == {
        tuple(parse({"name": "sales", "uri": "/data/s"}).model_dump().items())
    }
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
    first, second = sent()
    assert (first["name"], first["uri"]) == ("lake/dt=2024-01-01/a%20b.csv", "/mnt/lake/dt=2024-01-01/a b.csv")
    assert second["name"] == "lake/sales.csv"
    assert is_older(first["version"], second["version"])


@pytest.mark.parametrize("key", ["secret.csv#x.csv", "secret.csv?x.csv", "a%2Fb.csv", "a b+c.csv", "\u00e4/1.csv"])
@pytest.mark.parametrize("root", ["https://minio.example.org/", "HTTP://minio/"])
def test_a_key_is_not_read_as_more_than_a_path(root, key):
    """Below an http root the path of the uri is the bucket and the very key, whatever characters it holds."""
    thing = {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "lake"}, "object": {"key": quote_plus(key)}}}
    events, _ = read(json.dumps({"Records": [thing]}).encode(), {}, root)
    (event,) = events.values()
    address = urlsplit(event.uri)
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
    with listening(s3_root="/mnt/", tell=told.append) as client:
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
    assert [event["name"] for event in sent()] == ["lake/a.csv", "lake/b.csv"]


def test_an_empty_folder_is_no_data_set(sent):
    """The empty object that stands for a folder is no event, as little as a removed one; one with content is."""
    with listening(s3_root="/mnt/") as client:
        notice = {"Records": [_created("new/", size=0), _created("new%2F", size=0), _created("old/")]}
        answer = client.post("/events", json=notice, headers=KNOWN)
        assert (answer.status_code, answer.json()) == (200, {"events": []})
        assert client.post("/events", json={"Records": [_created("new/", size=1)]}, headers=KNOWN).status_code == 202
    assert len(sent()) == 1
