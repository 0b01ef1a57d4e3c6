"""Tables of facts that outlive a run: see `runtime.memory`."""

from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from runtime.store.tables.base import Base


class MemoryFactRow(Base):
    """Row of a fact as it is now: see `runtime.memory`. Its history is in `memory_changes`.

    `content` is a digest of what it says, where and when, so that no writer can add the same fact twice. Times of
    validity are those of the data, as text without a time zone.
    """

    __tablename__ = "memory_facts"
    __table_args__ = (Index("ix_memory_facts_subject", "tenant", "subject_key"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    tenant: Mapped[str]
    dataset: Mapped[str | None]
    kind: Mapped[str]
    subject: Mapped[str]
    subject_key: Mapped[str]
    column: Mapped[str | None]
    text: Mapped[str]
    valid_from: Mapped[str | None]
    valid_until: Mapped[str | None]
    expires: Mapped[float | None]
    state: Mapped[str]
    confidence: Mapped[float]
    person: Mapped[str | None]
    run: Mapped[str | None] = mapped_column(index=True)
    agent: Mapped[str | None]
    evidence: Mapped[list[str]]
    confirmed_by: Mapped[str | None]
    content: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int]
    created: Mapped[float]
    updated: Mapped[float]


class MemoryChangeRow(Base):
    """Row of a change of a fact, with the fact as it was after it. Rows are added and never changed."""

    __tablename__ = "memory_changes"

    fact: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    action: Mapped[str]
    at: Mapped[float]
    by: Mapped[str]
    origin: Mapped[str]
    note: Mapped[str | None]
    after: Mapped[dict[str, Any]]


class MemoryWordRow(Base):
    """Row of a word by which a fact is found."""

    __tablename__ = "memory_words"

    word: Mapped[str] = mapped_column(primary_key=True)
    fact: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)


class MemoryTicketRow(Base):
    """Row of an open ticket with digests of its words: see `runtime.memory.tickets`."""

    __tablename__ = "memory_tickets"
    __table_args__ = (Index("ix_memory_tickets_updated", "tenant", "updated"),)

    tenant: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    ticket: Mapped[str] = mapped_column(primary_key=True)
    words: Mapped[list[str]]
    duplicate_of: Mapped[str | None]
    run: Mapped[str]
    created: Mapped[float]
    updated: Mapped[float]
