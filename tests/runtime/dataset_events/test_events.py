"""Events of data sets, and the keys by which the store knows an update."""

import hashlib

import pytest
from pydantic import ValidationError

from runtime.dataset_events.events import Arrival, DatasetEvent, EventKey, arrival_in


def test_the_key_of_an_update_never_changes():
    """An update is known by data set, version and partition, or by its event if it has no version."""
    event = DatasetEvent(id="1", name="sales", version="7", partition="north")
    assert event.key == EventKey("sales", "7", "north")
    assert DatasetEvent(id="1", name="sales").key == EventKey("sales", "event 1", "")


@pytest.mark.parametrize(("given", "version"), [(7, "7"), (7.5, "7.5"), ("7", "7"), ("", None), (None, None)])
def test_versions_are_text(given, version):
    """A number is the version of the same text, and an empty text is no version."""
    event = DatasetEvent.model_validate({"id": "1", "name": "sales", "version": given, "partition": given})
    assert (event.version, event.partition) == (version, version)


def test_long_parts_of_a_key_are_digests():
    """A part of more than 600 bytes is replaced by its digest, so that a primary key has room for it."""
    long = "\N{EURO SIGN}" * 200
    assert EventKey.of(long, "v", "p") == EventKey(long, "v", "p")
    digest = f"sha256:{hashlib.sha256(f'{long}x'.encode()).hexdigest()}"
    assert EventKey.of(long + "x", long + "x", long + "x") == EventKey(digest, digest, digest)


def test_the_key_of_several_updates_is_one_of_all():
    """Updates that start one run have one key, in whatever order, each counted once."""
    one, other = DatasetEvent(id="1", name="b", version="7"), DatasetEvent(id="2", name="a", version="1")
    arrival = Arrival(deployment="d", events=[one, other, one])
    assert arrival.events == [one, other]
    assert arrival.key == EventKey('["a", "b"]', '["1", "7"]', '["", ""]')
    assert Arrival(deployment="d", events=[one, one]).key == one.key


def test_an_arrival_is_found_among_parameters():
    """The parameter `arrival` is read; without one, or with one that says too little, there is none."""
    arrival = Arrival(deployment="d", events=[DatasetEvent(id="1", name="sales")])
    assert arrival_in({"arrival": arrival.model_dump(), "other": 1}) == arrival
    assert arrival_in({}) is None
    assert arrival_in({"arrival": {"deployment": "d", "events": []}}) is None


def test_a_deployment_keeps_the_newest_at_once_unless_it_says_otherwise():
    """By default older versions are left out, and nothing is waited for; a negative wait is refused."""
    events = [DatasetEvent(id="1", name="sales")]
    arrival = Arrival(deployment="d", events=events)
    assert (arrival.keep, arrival.debounce) == ("newest", 0)
    with pytest.raises(ValidationError):
        Arrival(deployment="d", events=events, debounce=-1)
