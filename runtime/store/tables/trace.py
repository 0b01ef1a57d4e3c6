"""Table of the spans of traces: see `runtime.trace`."""

from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from runtime.store.tables.base import Base


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
