"""Tables of runs, and of the events of a run that are no spans."""

from typing import Any

from sqlalchemy import JSON, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from runtime.store.tables.base import Base


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
