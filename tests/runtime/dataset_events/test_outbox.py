"""Events that were sent are sent again until a run has them, a few times."""

import pytest
from sqlalchemy import text

from runtime.dataset_events.claims import Arrival, Update, claim, is_known, key_of
from runtime.dataset_events.outbox import FIRST_SECONDS, TIMES, SentEvent, due, forget, record_sent, sent_again
from runtime.settings import get_settings
from runtime.store.tables import get_store


@pytest.fixture(autouse=True)
def _store(tmp_path, monkeypatch):
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path))
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def send(name: str = "sales", *, age: float = FIRST_SECONDS + 1, payload=None, event: str = "an-id") -> Update:
    """Record an event that was sent `age` seconds ago."""
    update = Update(id=event, name=name, version="1", partition="north")
    record_sent(update, {"rows": 7} if payload is None else payload)
    grow_older(age, name)
    return update


def grow_older(seconds: float, name: str = "sales") -> None:
    with get_store().writing() as connection:
        statement = text("UPDATE arrivals SET created = created - :seconds WHERE dataset = :name AND deployment = ''")
        connection.execute(statement, {"seconds": seconds, "name": name})


def test_an_event_is_due_with_all_that_sending_it_takes():
    """An event that no run has is due after half a minute, with its id, update, payload and number of times."""
    update = send(age=FIRST_SECONDS - 5)
    assert due() == []
    grow_older(6)
    assert due() == [SentEvent("an-id", key_of(update), {"rows": 7}, 0, set())]


def test_an_event_without_a_payload_cannot_be_sent_again():
    """What was recorded only to be known again is never due."""
    update = Update(id="1", name="sales")
    record_sent(update)
    grow_older(1000)
    assert due() == []


def test_the_oldest_events_come_first_fifty_at_most():
    """Of many events that are due, the fifty that have waited longest are given out, in their order."""
    for number in range(51):
        send(f"set {number:02}", age=100 + number)
    assert [sent.key.dataset for sent in due()] == [f"set {number:02}" for number in range(50, 0, -1)]


def test_an_event_knows_the_deployments_that_have_it():
    """An event that is due tells which deployments have a run for it: of this update, not of another."""
    update, other = send(), send("stock")
    for deployment in ("analyze", "triage"):
        claim(Arrival(deployment=deployment, events=[update]), "run")
    claim(Arrival(deployment="watch", events=[other]), "run")
    assert {sent.key.dataset: sent.deployments for sent in due()} == {
        "sales": {"analyze", "triage"},
        "stock": {"watch"},
    }


def test_pauses_double_and_end():
    """An event is sent again after 30, 30, 60 and 120 seconds, then no more."""
    send(age=0)
    for times, pause in enumerate([30, 30, 60, 120]):
        grow_older(pause - 1)
        assert due() == []
        grow_older(2)
        [sent] = due()
        assert sent.times == times
        sent_again(sent)
    assert TIMES == 4
    grow_older(10_000)
    assert due() == []


def test_an_event_that_arrived_is_not_sent_again():
    """What was forgotten is no longer due, and counts as known; other events stay."""
    update = send()
    send("stock")
    sent = next(one for one in due() if one.key.dataset == "sales")
    forget(sent)
    assert [one.key.dataset for one in due()] == ["stock"]
    assert is_known(update)


def test_an_event_sent_anew_begins_again():
    """An update that is sent under a new id is that event from then on; the old one is not counted any more."""
    send()
    [old] = due()
    sent_again(old)
    send(event="new", payload={"rows": 8})
    sent_again(old)
    forget(old)
    [sent] = due()
    assert (sent.id, sent.payload, sent.times) == ("new", {"rows": 8}, 0)


def test_what_a_run_has_is_not_changed_by_its_sender():
    """Recording, sending and forgetting an event leaves the claim of a run as it is."""
    update = send()
    claim(Arrival(deployment="analyze", events=[update]), "a run")
    [sent] = due()
    sent_again(sent)
    forget(sent)
    record_sent(update)
    assert claim(Arrival(deployment="analyze", events=[update]), "another") == ("duplicate", "a run", "1")
