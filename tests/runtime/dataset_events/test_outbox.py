"""The outbox: a sent event is sent again at growing times until it is claimed or refused."""

import pytest
from sqlalchemy import update

from runtime.dataset_events.claims import claim
from runtime.dataset_events.events import Arrival, DatasetEvent
from runtime.dataset_events.outbox import record_sent, send_again
from runtime.store.database import get_store
from runtime.store.tables import ArrivalRow

pytestmark = pytest.mark.usefixtures("own_home")


def record(name):
    """Record an event as sent and return it."""
    event = DatasetEvent(id=f"id of {name}", name=name, version="1")
    record_sent(event.key, event.id, {"name": name})
    return event


def pass_seconds(seconds):
    """Make every row older."""
    with get_store().writing() as connection:
        connection.execute(update(ArrivalRow).values(created=ArrivalRow.created - seconds))


def sent_again(*deployments, taken=True):
    """Names of the events that are sent again now, when they start these deployments."""
    names = []
    send_again(lambda _, payload: names.append(payload["name"]) or taken, lambda _: set(deployments))
    return names


def test_events_are_sent_again_after_30_60_120_and_240_seconds():
    """An event is sent again half a minute after it was sent, then each time at twice that age, four times in all."""
    record("sales")
    before = 0
    for seconds in (30, 60, 120, 240):
        pass_seconds(seconds - before - 5)
        assert sent_again("analyze") == []
        pass_seconds(10)
        assert sent_again("analyze") == ["sales"]
        pass_seconds(-5)
        before = seconds
    pass_seconds(100_000)
    assert sent_again("analyze") == []


def test_after_a_pause_of_the_watcher_an_event_is_sent_again_once():
    """After nobody has looked for an hour, an event is sent again once, then after the usual wait."""
    record("sales")
    pass_seconds(3600)
    assert sent_again("analyze") == ["sales"]
    assert sent_again("analyze") == []
    pass_seconds(35)
    assert sent_again("analyze") == ["sales"]


def test_a_claimed_event_is_not_sent_again():
    """An event is sent again until a run of each deployment that it starts has claimed it."""
    event = record("sales")
    for deployment in ("analyze", "triage"):
        claim(Arrival(deployment=deployment, events=[event]), f"a run of {deployment}")
        pass_seconds(1000)
        assert sent_again("analyze", "triage", "research") == ["sales"]
    claim(Arrival(deployment="research", events=[event]), "a run of research")
    pass_seconds(1000)
    assert sent_again("analyze", "triage", "research") == []


def test_an_event_that_starts_no_known_deployment_is_forgotten_once_claimed():
    """An event that starts no deployment of the catalog is sent again until any deployment has claimed it."""
    event = record("sales")
    pass_seconds(31)
    assert sent_again() == ["sales"]
    claim(Arrival(deployment="a user's own", events=[event]), "a run")
    pass_seconds(1000)
    assert sent_again() == []


def test_a_refused_event_is_not_sent_again():
    """An event that the server refuses is forgotten."""
    record("sales")
    pass_seconds(31)
    assert sent_again("analyze", taken=False) == ["sales"]
    pass_seconds(1000)
    assert sent_again("analyze") == []


def test_an_event_that_cannot_be_sent_stays_due():
    """An error while an event is sent again is raised, and the event is still due."""
    record("sales")
    pass_seconds(31)

    def fail(event_id, payload):
        raise ConnectionError(f"{event_id} {payload}")

    with pytest.raises(ConnectionError, match="id of sales"):
        send_again(fail, lambda _: set())
    assert sent_again() == ["sales"]


def test_an_event_that_was_sent_anew_is_not_changed():
    """An event that a sender sends anew while it is being sent again keeps its own count and payload."""
    event = record("sales")
    pass_seconds(31)

    def send_anew(event_id, _):
        assert event_id == event.id
        record_sent(event.key, "another id", {"name": "anew"})
        return False

    send_again(send_anew, lambda _: set())
    pass_seconds(31)
    assert sent_again() == ["anew"]


def test_an_event_without_a_payload_is_not_sent_again():
    """An event that was recorded as sent is not sent again."""
    record_sent(DatasetEvent(id="1", name="sales").key, "1")
    pass_seconds(1000)
    assert sent_again() == []


def test_the_oldest_events_are_sent_first_fifty_at_a_time():
    """Of many events that are due, the fifty that have waited longest are sent, in their order; then the rest."""
    for number in range(51):
        record(f"set {number:02}")
        pass_seconds(31)
    assert sent_again() == [f"set {number:02}" for number in range(50)]
    assert sent_again() == ["set 50"]


def test_each_event_has_its_own_count_and_payload():
    """An event that is refused, or sent anew, changes no other event."""
    for name in ("sales", "stock"):
        record(name)
    pass_seconds(31)
    names: list[str] = []
    send_again(lambda event_id, _: names.append(event_id) or event_id != "id of sales", lambda _: set())
    assert sorted(names) == ["id of sales", "id of stock"]
    record("orders")
    pass_seconds(31)
    assert sorted(sent_again()) == ["orders", "stock"]


def test_a_claim_stays_as_it_is():
    """A sender that records, sends again or forgets changes nothing about the run that has the update."""
    event = record("sales")
    assert claim(Arrival(deployment="analyze", events=[event]), "a run").verdict == "mine"
    pass_seconds(31)
    assert sent_again("analyze", "triage") == ["sales"]
    pass_seconds(1000)
    assert sent_again("analyze", "triage", taken=False) == ["sales"]
    record("sales")
    assert claim(Arrival(deployment="analyze", events=[event]), "another") == ("duplicate", "a run", "1")
    pass_seconds(31)
    assert sent_again("analyze", "triage") == ["sales"]
