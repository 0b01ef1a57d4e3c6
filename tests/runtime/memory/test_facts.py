"""Facts: written once, never without a source, changed only in the open. The rules hold on PostgreSQL as well."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from runtime.memory.access import Access, person_access
from runtime.memory.search import knows, list_facts, recall, show
from runtime.memory.types import MemoryAccessError, NewFact
from runtime.memory.writing import MOST_PROPOSED, add, confirm, edit, forget, forget_run, propose, revert

pytestmark = pytest.mark.usefixtures("own_home")

ADMIN = Access(role="admin", by="ana", origin="desk", tenant="")
READER = ADMIN.model_copy(update={"role": "reader", "by": "rob"})


def agent(run="run-1", dataset="sales", tenant=""):
    return Access(role="agent", by="data_analyst", origin=run, tenant=tenant, dataset=dataset)


def fact(text, **more):
    return NewFact(text=text, **{"dataset": "sales", **more})


def day(text):
    """The beginning of a day in the time of the data."""
    return datetime.fromisoformat(text)


def told(access, query="", **more):
    return [one.fact.text for one in recall(access, query, **more)]


def test_an_agent_is_told_what_a_person_has_added_or_confirmed():
    """An agent's own fact is told to no agent before a person confirms it, and its confidence is the runtime's."""
    add(ADMIN, fact("Returns are booked a day late."))
    proposed = propose(agent(), fact("EWR has the highest total."), ["E2"])
    assert (proposed.state, proposed.confidence, proposed.source.run) == ("proposed", 0.5, "run-1")
    assert told(agent("run-2")) == ["Returns are booked a day late."]
    confirmed = confirm(ADMIN, proposed.id)
    assert (confirmed.state, confirmed.confidence, confirmed.confirmed_by) == ("confirmed", 1.0, "ana")
    assert confirmed.source == proposed.source
    assert told(agent("run-2"), "highest total") == ["EWR has the highest total."]


def test_scopes_are_kept_apart():
    """Facts of another data set or tenant are neither told nor shown, whatever is searched."""
    add(ADMIN, fact("Returns are late.", dataset="other"))
    add(ADMIN, fact("Returns are early.", dataset=None))
    acme = ADMIN.model_copy(update={"tenant": "acme"})
    secret = add(acme, fact("Returns are free."))
    assert told(agent(), "returns") == ["Returns are early."]
    assert [one.text for one in list_facts(ADMIN, "returns", dataset="sales")] == ["Returns are early."]
    with pytest.raises(MemoryAccessError, match=rf"no fact M{secret.id}\b"):
        show(ADMIN, secret.id)
    assert knows(agent(tenant="acme"))
    assert not knows(agent(tenant="other"))


def test_roles_are_held():
    """A reader changes nothing, and an agent does no more than propose."""
    known = add(ADMIN, fact("Returns are late."))
    for access in (READER, agent()):
        with pytest.raises(MemoryAccessError):
            add(access, fact("Returns are early."))
        with pytest.raises(MemoryAccessError):
            forget(access, known.id)
        with pytest.raises(MemoryAccessError):
            confirm(access, known.id)
    with pytest.raises(MemoryAccessError):
        propose(ADMIN, fact("Returns are early."), ["E1"])
    assert [one.text for one in list_facts(READER)] == ["Returns are late."]


def test_who_may_change_is_a_setting(monkeypatch):
    """Users that ANALYST_MEMORY_ADMINS does not name are readers."""
    assert person_access().role == "admin"
    monkeypatch.setenv("ANALYST_MEMORY_ADMINS", "somebody.else")
    assert person_access().role == "reader"


def test_an_agents_fact_needs_evidence():
    """A proposal without evidence is refused, and a run may propose only a few."""
    with pytest.raises(MemoryAccessError, match="needs evidence"):
        propose(agent(), fact("EWR has the highest total."), [])
    for number in range(MOST_PROPOSED):
        propose(agent(), fact(f"Total {number}."), ["E1"])
    with pytest.raises(MemoryAccessError, match="may propose 5"):
        propose(agent(), fact("One more."), ["E1"])
    assert len(list_facts(ADMIN)) == MOST_PROPOSED


def test_the_same_fact_is_kept_once():
    """The same proposal again is the fact that is there; forgotten, it does not come back; a person is told of it."""
    first = propose(agent(), fact("EWR has the highest total."), ["E2"])
    again = propose(agent("run-2"), fact("ewr has  the highest total."), ["E7"])
    assert again == first
    forget(ADMIN, first.id)
    assert propose(agent("run-3"), fact("EWR has the highest total."), ["E1"]).state == "forgotten"
    with pytest.raises(MemoryAccessError, match="M1 says the same, and is forgotten"):
        add(ADMIN, fact("EWR has the highest total."))


def test_facts_that_contradict_are_told_together_newest_first():
    """Facts on one subject come together, whatever the query found, and those that hold at the same time say so."""
    old = add(ADMIN, fact("Store 17 closes at six.", subject="Store 17", valid_from=day("2012-01-01")))
    add(ADMIN, fact("Parking is free."))
    new = add(ADMIN, fact("Seven is when it closes.", subject="store  17", valid_from=day("2013-01-01")))
    past = {"valid_from": day("2010-01-01"), "valid_until": day("2011-01-01")}
    add(ADMIN, fact("It closes at five.", subject="Store 17", **past))
    found = recall(agent(), "closes at six", limit=1)
    assert [(one.fact.text, one.contradicts) for one in found] == [
        ("Seven is when it closes.", [old.name]),
        ("Store 17 closes at six.", [new.name]),
        ("It closes at five.", []),
    ]


def test_what_has_expired_is_not_told():
    """A fact is told until it expires; people can still list it."""
    add(ADMIN, fact("Old.", expires=1.0))
    add(ADMIN, fact("Current.", expires=4e9))
    assert told(agent()) == ["Current."]
    assert [one.text for one in list_facts(ADMIN)] == ["Current."]
    assert len(list_facts(ADMIN, expired=True)) == 2


def test_every_change_is_in_the_history_and_can_be_reverted():
    """Each change adds an entry with the fact after it; reverting is one more, also from being forgotten."""
    number = add(ADMIN, fact("Returns are late.")).id
    edit(ADMIN, number, {"text": "Returns are booked a day late."}, note="more exactly")
    forget(ADMIN, number)
    assert told(agent(), "returns") == []
    assert revert(ADMIN, number).text == "Returns are booked a day late."
    assert revert(ADMIN, number, 1).text == "Returns are late."
    assert told(agent(), "booked") == []
    assert told(agent(), "late") == ["Returns are late."]
    changes = show(ADMIN, number)[1]
    assert [(one.version, one.action, one.by) for one in changes] == [
        (1, "added", "ana"),
        (2, "edited", "ana"),
        (3, "forgotten", "ana"),
        (4, "reverted", "ana"),
        (5, "reverted", "ana"),
    ]
    assert (changes[0].after.text, changes[1].note) == ("Returns are late.", "more exactly")
    with pytest.raises(MemoryAccessError, match="no earlier version 9"):
        revert(ADMIN, number, 9)


def test_all_of_a_run_is_forgotten_at_once():
    """All facts that came from a run are forgotten, confirmed or not, and no others."""
    ours = [propose(agent(), fact(text), ["E1"]) for text in ("One.", "Two.")]
    confirm(ADMIN, ours[0].id)
    propose(agent("run-2"), fact("Three."), ["E1"])
    assert [one.name for one in forget_run(ADMIN, "run-1", note="bad data")] == [one.name for one in ours]
    assert [one.text for one in list_facts(ADMIN)] == ["Three."]
    assert forget_run(ADMIN, "run-1") == []


def test_secrets_are_masked_before_they_are_stored():
    """No column and no history holds a secret that was given in a fact or a note."""
    secret = "sk-proj-" + "a1B2" * 10
    known = add(ADMIN, fact(f"The key is {secret}.", subject=f"key {secret}"))
    forget(ADMIN, known.id, note=f"it was {secret}")
    stored, changes = show(ADMIN, known.id)
    assert secret not in stored.model_dump_json() + "".join(one.model_dump_json() for one in changes)
    assert "The key is" in stored.text


def test_what_cannot_be_is_refused():
    """A fact holds from a time before it ends, in the time of the data, and is short."""
    when = day("2013-02-08")
    with pytest.raises(MemoryAccessError, match="before the one"):
        add(ADMIN, fact("Never.", valid_from=when, valid_until=when))
    with pytest.raises(MemoryAccessError, match="without a time zone"):
        add(ADMIN, fact("Zoned.", valid_from=when.astimezone()))
    with pytest.raises(ValueError, match="at most 300"):
        fact("x" * 301)


def test_writers_at_once_lose_nothing():
    """Of writers of the same fact one writes it; changes of one fact by many all count, in a row."""
    number = add(ADMIN, fact("Count 0.")).id

    def write(at):
        propose(agent(f"run {at}"), fact("The same."), ["E1"])
        edit(ADMIN, number, {"text": f"Count {at}."})

    with ThreadPoolExecutor(8) as writers:
        list(writers.map(write, range(1, 9)))
    assert len(list_facts(ADMIN)) == 2
    assert [one.version for one in show(ADMIN, number)[1]] == list(range(1, 10))


@pytest.mark.parametrize(
    ("query", "found"), [("return booking", "Returns are late."), ("欠航の理由", "大雪で欠航が増えた。")]
)
def test_words_are_found_in_any_script(query, found):
    """Plurals are found by their singular, and scripts without spaces by pairs of characters."""
    for text in ("Returns are late.", "大雪で欠航が増えた。", "Nothing else."):
        add(ADMIN, fact(text))
    assert told(agent(), query, limit=1) == [found]


def test_one_event_is_proposed_once_whatever_its_words():
    """A second proposal about the same days of the same column is the one that is there."""
    days = {"kind": "event", "column": "sales", "valid_from": day("2024-01-20"), "valid_until": day("2024-01-21")}
    first = propose(agent(), fact("On 20 January 2024, sales was 410, above the expected 10.5.", **days), ["E2"])
    again = propose(agent("run-2"), fact("On 20 January 2024, sales was 410, above the expected 10.6.", **days), ["E2"])
    assert again == first
    other = propose(agent("run-2"), fact("On 20 January 2024, visits was 3.", **{**days, "column": "visits"}), ["E2"])
    assert other.id != first.id
