"""Tables of limits, holds and circuits of models, which all runs share: see `runtime.models`."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from runtime.store.tables.base import Base, Count


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
    tokens: Mapped[int | None] = mapped_column(Count)


class ModelUseRow(Base):
    """Row of a request of the last minute to a limited model: see `runtime.models.rates`."""

    __tablename__ = "model_uses"
    __table_args__ = (Index("ix_model_uses_model_at", "model", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    model: Mapped[str]
    at: Mapped[float]
    tokens: Mapped[int] = mapped_column(Count)
