"""Tables of the store, a class each. They are made on first use and changed by `runtime/store/migrations`."""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Dialect,
    Double,
    Index,
    Integer,
    String,
    TypeDecorator,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SCHEMA = "0020"
"""Revision of the newest migration. It is written here too, so that a current store is used without loading Alembic."""


class _Text(TypeDecorator[str]):
    """Text without the null character, which PostgreSQL refuses and an error about data may hold."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text as it is sent to the database."""
        del dialect
        return value and value.replace("\0", "\N{SYMBOL FOR NULL}")


_Count = BigInteger().with_variant(Integer(), "sqlite")
"""A whole number of 64 bits, which SQLite's integers have."""


class Base(DeclarativeBase):
    """Base of all tables."""

    type_annotation_map = {dict[str, Any]: JSON, list[str]: JSON, str: _Text, float: Double}  # noqa: RUF012 - SQLAlchemy's way to say it


class RunRow(Base):
    """One outermost flow run, and the lease of its newest attempt. What it has spent is in its `AccountRow`.

    `budget` is a `runtime.budget.Budget` as JSON; `seconds` is how long processes have worked on it. Times are seconds
    since 1970 by the database's clock, since the clocks of two hosts differ.
    """

    __tablename__ = "runs"

    id: Mapped[str] = mapped_column(primary_key=True)
    flow: Mapped[str]
    entrypoint: Mapped[str | None]
    script: Mapped[str | None]
    directory: Mapped[str]
    import_root: Mapped[str | None]
    server: Mapped[str | None]
    parameters: Mapped[dict[str, Any]]
    not_stored: Mapped[list[str]]
    dataset: Mapped[str | None]
    model: Mapped[str | None]
    deployment: Mapped[str | None]
    state: Mapped[str]
    error: Mapped[str | None]
    steps_made: Mapped[int] = mapped_column(default=0)
    steps_replayed: Mapped[int] = mapped_column(default=0)
    steps_in_attempt: Mapped[int] = mapped_column(default=0)
    budget: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    seconds: Mapped[float] = mapped_column(default=0.0)
    definitions: Mapped[dict[str, Any]]
    calls: Mapped[dict[str, Any]]
    last_answer: Mapped[str | None]
    asked_again: Mapped[list[str]] = mapped_column(default=list)
    attempt: Mapped[int]
    host: Mapped[str]
    machine: Mapped[str]
    pid: Mapped[int]
    process_started: Mapped[str | None]
    heartbeat: Mapped[float]
    created: Mapped[float] = mapped_column(index=True)
    updated: Mapped[float]


class AccountRow(Base):
    """Row of the spending of a run, day or month, worst cases of requests under way included: see `runtime.ledger`."""

    __tablename__ = "accounts"

    key: Mapped[str] = mapped_column(primary_key=True)
    micros: Mapped[int] = mapped_column(_Count)
    tokens: Mapped[int] = mapped_column(_Count)
    requests: Mapped[int] = mapped_column(_Count)
    unpriced: Mapped[int] = mapped_column(_Count)
    updated: Mapped[float]


class ReservationRow(Base):
    """The worst case of one model request that is under way, or whose end is not known: see `runtime.ledger`."""

    __tablename__ = "reservations"

    id: Mapped[str] = mapped_column(primary_key=True)
    run: Mapped[str] = mapped_column(index=True)
    attempt: Mapped[int]
    request: Mapped[str]
    model: Mapped[str]
    accounts: Mapped[list[str]]
    micros: Mapped[int] = mapped_column(_Count)
    tokens: Mapped[int] = mapped_column(_Count)
    under_way: Mapped[bool]
    created: Mapped[float]


class SpanRow(Base):
    """Row of a span of a run's trace: see `runtime.trace`. Span 0 of an attempt, its flow run, has no row.

    `delivery` says whether its events have to be sent to the Prefect server: see `runtime.run_events.rows`.
    """

    __tablename__ = "spans"
    __table_args__ = (
        Index("ix_spans_run_updated", "run", "updated"),
        Index("ix_spans_updated", "updated"),
        # Of the few whose events the server may not have yet.
        Index(
            "ix_spans_delivery",
            "updated",
            sqlite_where=text("delivery IS NOT NULL"),
            postgresql_where=text("delivery IS NOT NULL"),
        ),
    )

    run: Mapped[str] = mapped_column(primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    parent: Mapped[int]
    kind: Mapped[str]
    name: Mapped[str]
    state: Mapped[str]
    started: Mapped[float]
    seconds: Mapped[float | None]
    details: Mapped[dict[str, Any]]
    delivery: Mapped[str | None]
    updated: Mapped[float]


class RunEventRow(Base):
    """Row of an event of a run that is no span, such as its end: see `runtime.run_events`."""

    __tablename__ = "run_events"
    __table_args__ = (
        Index(
            "ix_run_events_delivery",
            "updated",
            sqlite_where=text("delivery IS NOT NULL"),
            postgresql_where=text("delivery IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    run: Mapped[str] = mapped_column(index=True)
    event: Mapped[str]
    occurred: Mapped[float]
    payload: Mapped[dict[str, Any]]
    delivery: Mapped[str | None]
    updated: Mapped[float]


class EffectRow(Base):
    """Row of an effect, such as a notification, and of the process that delivers it: see `runtime.effects`."""

    __tablename__ = "effects"

    key: Mapped[str] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(index=True)
    action: Mapped[str]
    state: Mapped[str]
    claims: Mapped[int]
    receipt: Mapped[str | None]
    problem: Mapped[str | None]
    host: Mapped[str]
    machine: Mapped[str]
    pid: Mapped[int]
    process_started: Mapped[str | None]
    created: Mapped[float]
    updated: Mapped[float]


class EffectLogRow(Base):
    """Row of the log of effects that can be undone, to which rows are only added: see `runtime.effects.log`."""

    __tablename__ = "effect_log"

    number: Mapped[int] = mapped_column(_Count, primary_key=True)
    scope: Mapped[str] = mapped_column(index=True)
    effect: Mapped[str]
    key: Mapped[str]
    event: Mapped[str]
    action: Mapped[str]
    undo: Mapped[str]
    paths: Mapped[list[str]]
    result: Mapped[Any] = mapped_column(JSON, nullable=True)
    note: Mapped[str | None]
    at: Mapped[float]


class WaitRow(Base):
    """Row of a wait of a run for an answer from outside, and of the answer: see `runtime.approvals.waits`."""

    __tablename__ = "waits"

    id: Mapped[str] = mapped_column(primary_key=True)
    run: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    token: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    payload: Mapped[Any] = mapped_column(JSON, nullable=True)
    problem: Mapped[str | None]
    by: Mapped[str | None]
    created: Mapped[float]
    expires: Mapped[float | None]
    resolved: Mapped[float | None]


class FindingRow(Base):
    """Row of a routed finding: see `tasks.routing.findings`.

    `state` is `opening` until every destination has been tried, then `open`; `closing`, then `closed` when it is gone.
    `occasion` counts how often it was opened, since each opening has effects of its own.
    """

    __tablename__ = "findings"

    identity: Mapped[str] = mapped_column(primary_key=True)
    dataset: Mapped[str] = mapped_column(index=True)
    subject: Mapped[dict[str, Any]]
    title: Mapped[str]
    severity: Mapped[str]
    state: Mapped[str]
    occasion: Mapped[int]
    destinations: Mapped[list[str]]
    missed: Mapped[int]
    run: Mapped[str]
    created: Mapped[float]
    updated: Mapped[float]


class ArrivalRow(Base):
    """Row of an update of a data set that a run of a deployment has: see `runtime.dataset_events.claims`.

    A row with an empty deployment is a sent event. `run` is then its id, `payload` its content until it has arrived,
    `times` how often it was sent again, and `created` the last time: see `runtime.dataset_events.outbox`.
    """

    __tablename__ = "arrivals"
    __table_args__ = (
        # An index of the few events that have not arrived, which each watcher reads every second.
        Index(
            "ix_arrivals_waiting",
            "created",
            sqlite_where=text("payload IS NOT NULL"),
            postgresql_where=text("payload IS NOT NULL"),
        ),
    )

    dataset: Mapped[str] = mapped_column(primary_key=True)
    partition: Mapped[str] = mapped_column(primary_key=True)
    deployment: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    run: Mapped[str]
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    times: Mapped[int] = mapped_column(default=0)
    created: Mapped[float]


class ReceivedIdRow(Base):
    """Row of the id of a signed request, accepted or under way: see `runtime.dataset_events.received_ids`."""

    __tablename__ = "received_ids"

    id: Mapped[str] = mapped_column(primary_key=True)
    created: Mapped[float]
    held_until: Mapped[float | None]


class ModelHoldRow(Base):
    """Row of a model that no run asks for some time, since its server asked for that: see `runtime.models.holds`."""

    __tablename__ = "model_holds"

    model: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[float]


class ModelCircuitRow(Base):
    """Row of a model whose server has failed: see `runtime.models.circuits`."""

    __tablename__ = "model_circuits"

    model: Mapped[str] = mapped_column(primary_key=True)
    window_start: Mapped[float]
    calls: Mapped[int]
    failures: Mapped[int]
    retries: Mapped[int]
    open_until: Mapped[float]
    probe_until: Mapped[float]
    reason: Mapped[str]


class ModelLimitRow(Base):
    """Row of the limits of a model that all runs share: see `runtime.models.rates`."""

    __tablename__ = "model_limits"

    model: Mapped[str] = mapped_column(primary_key=True)
    requests: Mapped[int | None]
    tokens: Mapped[int | None] = mapped_column(_Count)


class ModelUseRow(Base):
    """Row of a request of the last minute to a limited model: see `runtime.models.rates`."""

    __tablename__ = "model_uses"
    __table_args__ = (Index("ix_model_uses_model_at", "model", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    model: Mapped[str]
    at: Mapped[float]
    tokens: Mapped[int] = mapped_column(_Count)


class ApprovalRow(Base):
    """Row of a tool call that a person has to approve, and of what was decided: see `runtime.approvals`.

    `place` is the call's place in its run, whatever its content; `bound` holds the digests of the content; `attempt` is
    the newest attempt at the run that came to the call.
    """

    __tablename__ = "approvals"

    id: Mapped[str] = mapped_column(primary_key=True)
    run: Mapped[str] = mapped_column(index=True)
    attempt: Mapped[int]
    place: Mapped[str]
    agent: Mapped[str]
    tool: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    bound: Mapped[dict[str, Any]]
    changed: Mapped[list[str]]
    state: Mapped[str] = mapped_column(index=True)
    on_timeout: Mapped[str]
    asked: Mapped[float]
    expires: Mapped[float | None]
    decided: Mapped[float | None]
    by: Mapped[str | None]
    origin: Mapped[str | None]
    note: Mapped[str | None]
    new_arguments: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


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
