"""Changes of the memory. Each is one transaction: the fact, the words it is found by, and the entry of its history."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from runtime.memory.access import Access
from runtime.memory.rows import (
    columns_of_place,
    content_of,
    fact_of,
    read_changes,
    read_fact,
    with_content,
    write_change,
    write_new,
)
from runtime.memory.types import Action, Fact, MemoryAccessError, NewFact, Source
from runtime.run_events.delivery import deliver_soon
from runtime.run_events.rows import write_event
from runtime.run_events.types import FactProposed
from runtime.runs.attempts.leases import held
from runtime.store.database import get_store
from runtime.store.tables import MemoryFactRow
from runtime.texts.redaction import masked
from runtime.texts.safe_text import clean

PROPOSED_CONFIDENCE = 0.5
"""Confidence of a fact that nobody has confirmed."""

MOST_PROPOSED = 5
"""Facts that one run may propose: what matters is little, and a loop must not fill the memory."""


def add(access: Access, new: NewFact) -> Fact:
    """Add a fact that a person knows.

    Raises:
        MemoryAccessError: The user may not, or the same fact is there.
        runtime.store.database.StoreError: The store cannot be used.
    """
    access.require("admin")
    new = _without_secrets(new)
    values = {**dict(new), "state": "confirmed", "confidence": 1.0, "source": Source(person=access.by)}
    store = get_store()
    try:
        with store.writing() as connection:
            if (same := with_content(connection, access, content_of(access.tenant, new))) is not None:
                raise MemoryAccessError(f"{same.name} says the same, and is {same.state}. {_INSTEAD[same.state]}")
            return write_new(connection, access, "added", values, store.now(connection))
    except IntegrityError:
        raise MemoryAccessError("The same fact was added at this moment.") from None


_INSTEAD = {
    "confirmed": "`analyst memory edit` changes it.",
    "proposed": "`analyst memory edit --confirm` confirms it.",
    "forgotten": "`analyst memory revert` brings it back.",
}


def propose(access: Access, new: NewFact, evidence: Sequence[str]) -> Fact:
    """Propose a fact that an agent has found. No agent is told it before a person confirms it.

    The same proposal again changes nothing, so that a step that is made again after a crash writes it once. A fact that
    a person has forgotten stays forgotten, whoever proposes it.

    Args:
        access: The agent's.
        new: What it says. Its data set is that of the agent.
        evidence: Ids of the results that show it, which the caller has checked.

    Raises:
        MemoryAccessError: There is no evidence, or the run has proposed enough.
        runtime.store.database.StoreError: The store cannot be used.
    """
    access.require("agent")
    if not evidence:
        raise MemoryAccessError("A fact needs evidence: the ids of the results that show it.")
    new = _without_secrets(new.model_copy(update={"dataset": access.dataset}))
    source = Source(run=access.origin, agent=access.by, evidence=list(evidence))
    values = {**dict(new), "state": "proposed", "confidence": PROPOSED_CONFIDENCE, "source": source}
    content, store = content_of(access.tenant, new), get_store()
    try:
        with store.writing() as connection:
            if (same := with_content(connection, access, content)) is not None:
                return same
            if (same := _same_event(connection, access, new)) is not None:
                return same
            of_run = select(MemoryFactRow.id).where(MemoryFactRow.run == access.origin)
            if len(connection.execute(of_run).all()) >= MOST_PROPOSED:
                raise MemoryAccessError(f"A run may propose {MOST_PROPOSED} facts, and has.")
            now = store.now(connection)
            fact = write_new(connection, access, "proposed", values, now)
            _report(connection, access, fact, now)
    except IntegrityError:  # another writer was first
        with store.reading() as connection:
            same = with_content(connection, access, content)
        if same is None:
            raise
        return same
    deliver_soon(access.origin)
    return fact


def _same_event(connection: Connection, access: Access, new: NewFact) -> Fact | None:
    """Return a fact about an event of the same column and days: another run has other words for it."""
    if new.kind != "event":
        return None
    columns = columns_of_place(new)
    query = select(MemoryFactRow.__table__).where(MemoryFactRow.tenant == access.tenant).filter_by(**columns)
    row = connection.execute(query.order_by(MemoryFactRow.id).limit(1)).one_or_none()
    return None if row is None else fact_of(row)


def _report(connection: Connection, access: Access, fact: Fact, now: float) -> None:
    """Write the event of a proposal, with the fact: it is told once, or neither is there."""
    lease = held(access.origin)
    if lease is not None:
        event = FactProposed(attempt=lease.attempt, fact=fact.name, agent=access.by, evidence=fact.source.evidence)
        write_event(connection, now, access.origin, event, fact.id)


def edit(access: Access, number: int, changes: Mapping[str, Any], *, note: str | None = None) -> Fact:
    """Change fields of a fact. What a person has changed counts as confirmed.

    Args:
        access: The user's.
        number: Number of the fact.
        changes: Fields of `NewFact` with their new values.
        note: Why, for the history.

    Raises:
        MemoryAccessError: The user may not, there is no such fact, it is forgotten, or another fact says the same.
        pydantic.ValidationError: A value does not fit its field.
        runtime.store.database.StoreError: The store cannot be used.
    """
    return _change(access, number, "edited", lambda fact: _edited(fact, changes, access.by), note)


def confirm(access: Access, number: int, *, note: str | None = None) -> Fact:
    """Confirm an agent's fact as it is, so that agents are told it from now on.

    Raises:
        MemoryAccessError: The user may not, there is no such fact, or it is forgotten.
        runtime.store.database.StoreError: The store cannot be used.
    """
    return _change(access, number, "confirmed", lambda fact: _edited(fact, {}, access.by), note)


def forget(access: Access, number: int, *, note: str | None = None) -> Fact:
    """Forget a fact: nobody is told it any more. Its history stays until `analyst clean` removes it.

    Raises:
        MemoryAccessError: The user may not, there is no such fact, or it is forgotten.
        runtime.store.database.StoreError: The store cannot be used.
    """
    return _change(access, number, "forgotten", lambda _: {"state": "forgotten"}, note)


def forget_run(access: Access, run: str, *, note: str | None = None) -> list[Fact]:
    """Forget all facts that came from a run, together.

    Args:
        access: The user's.
        run: Id of the run.
        note: Why, for the history.

    Raises:
        MemoryAccessError: The user may not.
        runtime.store.database.StoreError: The store cannot be used.
    """
    access.require("admin")
    store = get_store()
    query = select(MemoryFactRow.__table__).where(
        MemoryFactRow.run == run, MemoryFactRow.tenant == access.tenant, MemoryFactRow.state != "forgotten"
    )
    with store.writing() as connection:
        now = store.now(connection)
        found = [fact_of(row) for row in connection.execute(query.order_by(MemoryFactRow.id).with_for_update())]
        forgotten = {"state": "forgotten"}
        return [write_change(connection, access, "forgotten", one, forgotten, now, _note(note)) for one in found]


def revert(access: Access, number: int, version: int | None = None, *, note: str | None = None) -> Fact:
    """Bring a fact back to what it was. That is a change as well, and can be reverted.

    Args:
        access: The user's.
        number: Number of the fact.
        version: Version to bring back; by default the one before the newest.
        note: Why, for the history.

    Raises:
        MemoryAccessError: The user may not, or there is no such fact or version.
        runtime.store.database.StoreError: The store cannot be used.
    """
    access.require("admin")
    store = get_store()
    try:
        with store.writing() as connection:
            fact = read_fact(connection, access, number, changing=True)
            wanted = fact.version - 1 if version is None else version
            then = next((one.after for one in read_changes(connection, number) if one.version == wanted), None)
            if then is None or wanted == fact.version:
                raise MemoryAccessError(
                    f"{fact.name} has no earlier version {wanted}: `analyst memory history` shows them."
                )
            values = {name: value for name, value in dict(then).items() if name not in ("id", "tenant", "created")}
            return write_change(connection, access, "reverted", fact, values, store.now(connection), _note(note))
    except IntegrityError:
        raise MemoryAccessError("Another fact says the same.") from None


def _change(
    access: Access, number: int, action: Action, change: Callable[[Fact], dict[str, Any]], note: str | None
) -> Fact:
    access.require("admin")
    store = get_store()
    try:
        with store.writing() as connection:
            fact = read_fact(connection, access, number, changing=True)
            if fact.state == "forgotten":
                raise MemoryAccessError(f"{fact.name} is forgotten. {_INSTEAD['forgotten']}")
            return write_change(connection, access, action, fact, change(fact), store.now(connection), _note(note))
    except IntegrityError:
        raise MemoryAccessError("Another fact says the same.") from None


def _edited(fact: Fact, changes: Mapping[str, Any], by: str) -> dict[str, Any]:
    fields = {name: getattr(fact, name) for name in NewFact.model_fields}
    new = _without_secrets(NewFact.model_validate({**fields, **changes}))
    return {**dict(new), "state": "confirmed", "confidence": 1.0, "confirmed_by": by}


def _without_secrets(new: NewFact) -> NewFact:
    """Return what is stored: secrets masked, in one line, without characters that nobody sees."""
    texts = {name: " ".join(clean(masked(getattr(new, name) or "")).split()) for name in ("text", "subject", "column")}
    if new.valid_from and new.valid_until and new.valid_from >= new.valid_until:
        raise MemoryAccessError("A fact has to hold from a time before the one until which it holds.")
    for moment in (new.valid_from, new.valid_until):
        if moment is not None and moment.tzinfo is not None:
            raise MemoryAccessError("Times of facts are in the time of the data, without a time zone.")
    return NewFact.model_validate({**dict(new), **texts, "column": texts["column"] or None})


def _note(note: str | None) -> str | None:
    return clean(masked(note), 500) if note else None
