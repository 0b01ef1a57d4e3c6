"""Search: facts in a scope by the words of a query, facts on one subject together, newest valid first.

The ranking is the sum of the inverse document frequencies of the query's words that a fact has (Spärck Jones 1972).
It is computed from a table of words, so that SQLite and PostgreSQL rank alike.
"""

import math
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, Connection, case, func, or_, select

from runtime.memory.access import Access, MemoryUse, agent_access
from runtime.memory.rows import fact_of, read_changes, read_fact, subject_key
from runtime.memory.types import FIRST, Change, Fact, FactKind, FactState
from runtime.memory.words import words_of
from runtime.settings import get_settings
from runtime.store.database import get_store
from runtime.store.tables import MemoryFactRow, MemoryWordRow

_MOST_WORDS = 40
"""Words of a query that are looked for."""


_MOST_COMMON = 0.2
"""Part of all facts that may have a word which is looked for, if the query has rarer words."""


class Recalled(BaseModel):
    """A fact that was found."""

    model_config = ConfigDict(frozen=True)

    fact: Fact
    """The fact."""
    contradicts: list[str] = []
    """Names of the other facts on its subject that say something else for the same time."""
    share: float = 0.0
    """Part of the fact's words that the query has, from 0 to 1."""


def recall(access: Access, query: str = "", *, kind: FactKind | None = None, limit: int = 6) -> list[Recalled]:
    """Find what is known: confirmed facts that have not expired, best first, with all facts on their subjects.

    Args:
        access: Whose scope is searched.
        query: Words to look for; by default the newest facts are returned.
        kind: Only facts of this kind.
        limit: Most facts, those that were added for their subject left aside.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    store = get_store()
    with store.reading() as connection:
        told = [*_scope(access), MemoryFactRow.state == "confirmed", _not_expired(store.now(connection))]
        told += [] if kind is None else [MemoryFactRow.kind == kind]
        best = _ranked(connection, told, words_of(query), limit) if query.strip() else _newest(connection, told, limit)
        beside = _on_subjects(connection, told, best)
    return _together(best, beside, words_of(query))


def knows(access: Access) -> bool:
    """Return whether there is any fact that `recall` may return.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    store = get_store()
    with store.reading() as connection:
        told = [*_scope(access), MemoryFactRow.state == "confirmed", _not_expired(store.now(connection))]
        return connection.execute(select(MemoryFactRow.id).where(*told).limit(1)).first() is not None


def use_of(dataset: str) -> MemoryUse:
    """Return what agents may do with the memory now, by the settings: with nothing known there is nothing to read.

    Args:
        dataset: Name of the data set that they work on.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    allowed = get_settings().memory
    return "off" if allowed == "read" and not knows(agent_access("", "", dataset)) else allowed


def list_facts(
    access: Access,
    query: str = "",
    *,
    dataset: str | None = None,
    states: Sequence[FactState] = ("proposed", "confirmed"),
    run: str | None = None,
    expired: bool = False,
    limit: int = 100,
) -> list[Fact]:
    """Return facts for people, best first, or newest first without a query.

    Args:
        access: The user's.
        query: Words to look for.
        dataset: Only facts on this data set or on all.
        states: States that are wanted.
        run: Id of the run that they came from.
        expired: Those that have expired as well.
        limit: Most facts.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    store = get_store()
    with store.reading() as connection:
        wanted = [*_scope(access.model_copy(update={"dataset": dataset})), MemoryFactRow.state.in_(states)]
        wanted += [] if run is None else [MemoryFactRow.run == run]
        wanted += [] if expired else [_not_expired(store.now(connection))]
        words = words_of(query)
        return _ranked(connection, wanted, words, limit) if query.strip() else _newest(connection, wanted, limit)


def show(access: Access, number: int) -> tuple[Fact, list[Change]]:
    """Return a fact with its history, oldest first.

    Raises:
        MemoryAccessError: There is no such fact.
        runtime.store.database.StoreError: The store cannot be used.
    """
    with get_store().reading() as connection:
        return read_fact(connection, access, number), read_changes(connection, number)


def _scope(access: Access) -> list[ColumnElement[bool]]:
    found = [MemoryFactRow.tenant == access.tenant]
    if access.role == "agent" or access.dataset is not None:
        found.append(or_(MemoryFactRow.dataset.is_(None), MemoryFactRow.dataset == access.dataset))
    return found


def _not_expired(now: float) -> ColumnElement[bool]:
    return or_(MemoryFactRow.expires.is_(None), MemoryFactRow.expires > now)


def _newest(connection: Connection, wanted: Sequence[ColumnElement[bool]], limit: int) -> list[Fact]:
    order = (MemoryFactRow.updated.desc(), MemoryFactRow.id.desc())
    query = select(MemoryFactRow.__table__).where(*wanted).order_by(*order).limit(limit)
    return [fact_of(row) for row in connection.execute(query)]


def _ranked(connection: Connection, wanted: Sequence[ColumnElement[bool]], words: set[str], limit: int) -> list[Fact]:
    """Return the facts with the highest sum of the weights of the words that they have; of equal ones the newest."""
    asked = sorted(words)[:_MOST_WORDS]
    counts = select(MemoryWordRow.word, func.count()).where(MemoryWordRow.word.in_(asked)).group_by(MemoryWordRow.word)
    found = {row[0]: row[1] for row in connection.execute(counts).all()}
    if not found:
        return []
    in_all = connection.execute(select(func.count()).select_from(MemoryFactRow)).scalar_one()
    # A word that many facts have tells little, and costs most of the time.
    rare = {word: count for word, count in found.items() if count <= _MOST_COMMON * in_all}
    weights = {word: math.log(1 + in_all / count) for word, count in (rare or found).items()}
    joined = MemoryFactRow.id == MemoryWordRow.fact
    having = [MemoryWordRow.word.in_(weights), *wanted]
    score = func.sum(case(weights, value=MemoryWordRow.word, else_=0.0)).label("score")
    scores = (
        select(MemoryFactRow.id)
        .join(MemoryWordRow, joined)
        .where(*having)
        .group_by(MemoryFactRow.id, MemoryFactRow.updated)
        .order_by(score.desc(), MemoryFactRow.updated.desc(), MemoryFactRow.id.desc())
        .limit(limit)
    )
    order = list(connection.execute(scores).scalars())
    rows = connection.execute(select(MemoryFactRow.__table__).where(MemoryFactRow.id.in_(order)))
    facts = {row.id: fact_of(row) for row in rows}
    return [facts[number] for number in order]


def _on_subjects(connection: Connection, wanted: Sequence[ColumnElement[bool]], facts: Sequence[Fact]) -> list[Fact]:
    """Return all facts on the subjects of some."""
    subjects = sorted({subject_key(fact.subject) for fact in facts if fact.subject})
    if not subjects:
        return []
    query = select(MemoryFactRow.__table__).where(*wanted, MemoryFactRow.subject_key.in_(subjects))
    return [fact_of(row) for row in connection.execute(query.limit(10 * len(subjects)))]


def _together(best: Sequence[Fact], beside: Sequence[Fact], words: set[str]) -> list[Recalled]:
    every: dict[int, Fact] = {fact.id: fact for fact in (*best, *beside)}
    groups: dict[Any, list[Fact]] = {}
    for fact in every.values():  # in the order of the best of each group
        about = (subject_key(fact.subject), fact.kind, fact.column)
        groups.setdefault(about if fact.subject else fact.id, []).append(fact)
    found: list[Recalled] = []
    for group in groups.values():
        group.sort(key=lambda fact: (fact.valid_from or FIRST, fact.updated, fact.id), reverse=True)
        for fact in group:
            others = [other.name for other in group if other is not fact and fact.overlaps(other)]
            own = words_of(f"{fact.subject} {fact.text}")
            found.append(Recalled(fact=fact, contradicts=others, share=len(own & words) / max(len(own), 1)))
    return found
