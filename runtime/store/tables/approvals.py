"""Tables of waits for a person or for an answer from outside."""

from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from runtime.store.tables.base import Base


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
