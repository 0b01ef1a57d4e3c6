"""Facts and their history as rows of the store."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update

from runtime.memory.access import Access
from runtime.memory.types import Action, Change, Fact, MemoryAccessError, NewFact, Source
from runtime.memory.words import words_of
from runtime.store.tables import MemoryChangeRow, MemoryFactRow, MemoryWordRow

_SEPARATE = {"source", "valid_from", "valid_until"}


def fact_of(row: Any) -> Fact:
    """Return the fact of a row."""
    columns = {name: getattr(row, name) for name in Fact.model_fields if name not in _SEPARATE}
    source = Source(person=row.person, run=row.run, agent=row.agent, evidence=row.evidence)
    return Fact(**columns, source=source, valid_from=_moment(row.valid_from), valid_until=_moment(row.valid_until))


def columns_of(fact: Fact) -> dict[str, Any]:
    """Return the columns of a fact, with what it is found by."""
    columns = fact.model_dump(exclude=_SEPARATE) | fact.source.model_dump()
    times = {name: _text(getattr(fact, name)) for name in ("valid_from", "valid_until")}
    return columns | times | {"subject_key": subject_key(fact.subject), "content": content_of(fact.tenant, fact)}


def subject_key(subject: str) -> str:
    """Return a subject as it is compared: in lower case, with single spaces."""
    return " ".join(subject.casefold().split())


def content_of(tenant: str, fact: NewFact) -> str:
    """Return a digest of what a fact says, where and when: no tenant has two facts with the same."""
    said = [tenant, fact.dataset, fact.kind, subject_key(fact.subject), fact.column, subject_key(fact.text)]
    return hashlib.sha256(json.dumps([*said, _text(fact.valid_from), _text(fact.valid_until)]).encode()).hexdigest()


def columns_of_place(fact: NewFact) -> dict[str, Any]:
    """Return the columns by which two facts are about the same thing at the same time, whatever their words."""
    times = {name: _text(getattr(fact, name)) for name in ("valid_from", "valid_until")}
    return {"kind": fact.kind, "dataset": fact.dataset, "column": fact.column, **times}


def read_fact(connection: Connection, access: Access, number: int, *, changing: bool = False) -> Fact:
    """Return one fact of the access's tenant.

    Raises:
        MemoryAccessError: There is no such fact.
    """
    query: Select[Any] = select(MemoryFactRow.__table__).where(
        MemoryFactRow.id == number, MemoryFactRow.tenant == access.tenant
    )
    row = connection.execute(query.with_for_update() if changing else query).one_or_none()
    if row is None:
        raise MemoryAccessError(f"There is no fact M{number}. `analyst memory list` shows them.")
    return fact_of(row)


def with_content(connection: Connection, access: Access, content: str) -> Fact | None:
    """Return the fact that says the same, if there is one."""
    row = connection.execute(select(MemoryFactRow.__table__).where(MemoryFactRow.content == content)).one_or_none()
    return fact_of(row) if row is not None and row.tenant == access.tenant else None


def write_new(connection: Connection, access: Access, action: Action, values: Mapping[str, Any], now: float) -> Fact:
    """Write a new fact with its first change.

    Args:
        connection: Of a transaction.
        access: Who writes it.
        action: What the change is.
        values: Fields of the fact but its number.
        now: Time of the change.
    """
    fact = Fact(**values, id=0, tenant=access.tenant, version=1, created=now, updated=now)
    columns = {name: value for name, value in columns_of(fact).items() if name != "id"}
    number = connection.execute(insert(MemoryFactRow).values(**columns).returning(MemoryFactRow.id)).scalar_one()
    fact = fact.model_copy(update={"id": number})
    _log(connection, access, action, fact, None)
    write_words(connection, fact)
    return fact


def write_change(
    connection: Connection,
    access: Access,
    action: Action,
    fact: Fact,
    values: Mapping[str, Any],
    now: float,
    note: str | None,
) -> Fact:
    """Write a changed fact and the change. `fact` is what it was, read in the same transaction for changing."""
    changed = Fact.model_validate({**fact.model_dump(), **values, "version": fact.version + 1, "updated": now})
    columns = {name: value for name, value in columns_of(changed).items() if name != "id"}
    connection.execute(update(MemoryFactRow).where(MemoryFactRow.id == fact.id).values(**columns))
    _log(connection, access, action, changed, note)
    connection.execute(delete(MemoryWordRow).where(MemoryWordRow.fact == fact.id))
    write_words(connection, changed)
    return changed


def write_words(connection: Connection, fact: Fact) -> None:
    """Write the words by which a fact is found."""
    words = sorted(words_of(f"{fact.subject} {fact.column or ''} {fact.text}"))
    if words:
        connection.execute(insert(MemoryWordRow), [{"word": word, "fact": fact.id} for word in words])


def read_changes(connection: Connection, number: int) -> list[Change]:
    """Return the history of a fact, oldest first."""
    query = select(MemoryChangeRow.__table__).where(MemoryChangeRow.fact == number).order_by(MemoryChangeRow.version)
    return [Change.model_validate(dict(row)) for row in connection.execute(query).mappings()]


def _log(connection: Connection, access: Access, action: Action, fact: Fact, note: str | None) -> None:
    change = Change(
        fact=fact.id,
        version=fact.version,
        action=action,
        at=fact.updated,
        by=access.by,
        origin=access.origin,
        note=note,
        after=fact,
    )
    connection.execute(insert(MemoryChangeRow).values(**change.model_dump(mode="json")))


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
