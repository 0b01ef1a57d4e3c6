"""Each update of a data set belongs to one run of a deployment."""

import json
import random
import subprocess
import sys
from collections import Counter

import pytest
from sqlalchemy import text

from runtime.dataset_events import claims as arrivals
from runtime.dataset_events.claims import claim, holder, is_known
from runtime.dataset_events.events import Arrival, DatasetEvent
from runtime.dataset_events.outbox import record_sent
from runtime.dataset_events.versions import is_older
from runtime.store.database import get_store

pytestmark = pytest.mark.usefixtures("own_home")

CLAIM = (
    "import json, sys\n"
    "from runtime.dataset_events.claims import claim; from runtime.dataset_events.events import Arrival\n"
    "for arrival, run in json.load(sys.stdin):\n"
    "    print(json.dumps([arrival['events'][0]['version'], claim(Arrival(**arrival), run)[0]]))"
)


def arrival(version, *, name="sales", partition=None, event="an-id", **options):
    return Arrival(
        deployment=options.pop("deployment", "analyze"),
        events=[DatasetEvent(id=event, name=name, version=version, partition=partition)],
        **options,
    )


def test_of_two_claims_at_once_the_second_is_told_whose_it_is(monkeypatch):
    """A run that finds no claim, and is then overtaken by another run's, gets that as its answer."""
    store = get_store()

    class Overtaken:
        """The store, in which another run claims the event before the first write."""

        reading = store.reading
        now = store.now

        def writing(self):
            monkeypatch.setattr(arrivals, "get_store", lambda: store)
            assert claim(arrival("7"), "other").verdict == "mine"
            return store.writing()

    monkeypatch.setattr(arrivals, "get_store", Overtaken)
    assert claim(arrival("7"), "mine") == ("duplicate", "other", "7")


@pytest.mark.scale
@pytest.mark.parametrize("different", [70, pytest.param(700, marks=pytest.mark.scale)])
def test_events_in_two_processes_with_duplicates_are_one_run_each(different):
    """Of many deliveries, 30 % duplicates, out of order and in two processes at once, one run has each event."""
    chance = random.Random(5)
    deliveries = [f"v{number}" for number in range(different)]
    duplicates = different * 3 // 7
    deliveries += chance.choices(deliveries, k=duplicates)
    chance.shuffle(deliveries)
    work = [(arrival(version, keep="all").model_dump(), f"run-{number}") for number, version in enumerate(deliveries)]
    processes = [
        subprocess.Popen([sys.executable, "-c", CLAIM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for number, process in enumerate(processes):
        process.stdin.write(json.dumps(work[number::2]))
        process.stdin.close()
    verdicts = [tuple(json.loads(line)) for process in processes for line in process.stdout]
    assert [process.wait() for process in processes] == [0, 0]
    assert Counter(verdict for _, verdict in verdicts) == {"mine": different, "duplicate": duplicates}
    assert Counter(version for version, verdict in verdicts if verdict == "mine") == Counter(set(deliveries))


def test_a_claim_outlives_the_process_that_made_it():
    """A run that comes again keeps its event, and another of the same deployment is told whose it is."""
    assert claim(arrival("1"), "first").verdict == "mine"
    get_store().forget_connections()
    assert claim(arrival("1"), "first").verdict == "mine"
    assert claim(arrival("1"), "second") == ("duplicate", "first", "1")
    assert (holder(arrival("1")), holder(arrival("2"))) == ("first", None)
    assert holder(arrival("1", deployment="triage")) is None
    for other in (
        arrival("1", deployment="triage"),
        arrival("1", name="stock"),
        arrival("1", partition="p"),
        arrival("2"),
    ):
        assert claim(other, "second").verdict == "mine"


def test_an_older_version_is_left_out_when_the_newest_is_kept():
    """With `newest` a version that is older than one a run has is superseded; with `all` or without order it runs."""
    assert claim(arrival("2024-01-10"), "newer").verdict == "mine"
    assert claim(arrival("2024-01-09"), "older") == ("superseded", "newer", "2024-01-10")
    assert holder(arrival("2024-01-09")) is None
    assert claim(arrival("2024-01-09", keep="all"), "older").verdict == "mine"
    assert claim(arrival("2024-01-08", partition="north"), "elsewhere").verdict == "mine"
    assert claim(arrival("3f9a0c"), "a hash").verdict == "mine"
    assert claim(arrival(None, event="e1"), "no version").verdict == "mine"
    assert claim(arrival(None, event="e1"), "redelivered").verdict == "duplicate"
    assert claim(arrival(None, event="e2"), "no version either").verdict == "mine"


def test_others_claim_while_versions_are_compared(monkeypatch):
    """However many versions a data set has, nobody waits for the comparison with all of them."""
    assert claim(arrival("1"), "first").verdict == "mine"
    others = list[str]()

    def compare(version, than):
        others.append(claim(arrival("1", name="stock"), "other").verdict)
        return is_older(version, than)

    monkeypatch.setattr(arrivals, "is_older", compare)
    assert claim(arrival("2"), "second").verdict == "mine"
    assert others == ["mine"]


def test_an_arrival_of_any_length_is_claimed_once():
    """Any number of data sets with names, versions and partitions as long as they may be are claimed, and known."""
    chance = random.Random(7)
    text = ["".join(chance.choices("äöüß\N{EURO SIGN}", k=300)) for _ in range(24)]
    updates = [
        DatasetEvent(id=str(index), name=name, version=version, partition=partition)
        for index, (name, version, partition) in enumerate(zip(text[:8], text[8:16], text[16:], strict=True))
    ]
    for events in (updates, updates[:1], updates[1:2]):
        together = Arrival(deployment="d" * 100, events=events)
        assert claim(together, f"first of {len(events)}").verdict == "mine"
        assert claim(together, "second").verdict == "duplicate"
        assert holder(together) == f"first of {len(events)}"


def test_several_data_sets_are_one_arrival_in_any_order():
    """A run that waited for several data sets claims them together, whichever came last, and named twice or not."""
    one, other = DatasetEvent(id="1", name="a", version="1"), DatasetEvent(id="2", name="b", version="7")
    assert claim(Arrival(deployment="d", events=[other, one, other]), "first").verdict == "mine"
    assert claim(Arrival(deployment="d", events=[one, other]), "second").verdict == "duplicate"
    newer = one.model_copy(update={"version": "2", "id": "3"})
    assert claim(Arrival(deployment="d", events=[newer, other]), "third").verdict == "mine"


def test_a_sent_event_is_known_until_it_must_be_lost():
    """A sender knows an event for ten minutes, and once a run has it for ever; one that was lost may be sent again."""
    event = arrival("1").events[0]
    assert not is_known(event.key)
    record_sent(event.key, event.id)
    record_sent(event.key, event.id)
    assert is_known(event.key)
    with get_store().writing() as connection:
        connection.execute(text("UPDATE arrivals SET created = created - 601"))
    assert not is_known(event.key)
    claim(arrival("1"), "a run")
    with get_store().writing() as connection:
        connection.execute(text("UPDATE arrivals SET created = created - 601"))
    assert is_known(event.key)


def test_of_many_versions_the_last_claimed_are_compared(monkeypatch):
    """An older version is left out however many were claimed before the newest one."""
    monkeypatch.setattr(arrivals, "_COMPARED", 2)
    for number in range(1, 6):
        claim(arrival(str(number)), f"run-{number}")
        with get_store().writing() as connection:  # the clock's steps are too large to tell which came first
            connection.execute(text(f"UPDATE arrivals SET created = {number} WHERE version = '{number}'"))
    assert claim(arrival("4.5"), "run-late").verdict == "superseded"
