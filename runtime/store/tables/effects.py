"""Tables of effects and of routed findings."""

from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from runtime.store.tables.base import Base, Count


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

    number: Mapped[int] = mapped_column(Count, primary_key=True)
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
