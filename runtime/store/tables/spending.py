"""Tables of the spending of runs, days and months: see `runtime.ledger`."""

from sqlalchemy.orm import Mapped, mapped_column

from runtime.store.tables.base import Base, Count


class AccountRow(Base):
    """Row of the spending of a run, day or month, worst cases of requests under way included: see `runtime.ledger`."""

    __tablename__ = "accounts"

    key: Mapped[str] = mapped_column(primary_key=True)
    micros: Mapped[int] = mapped_column(Count)
    tokens: Mapped[int] = mapped_column(Count)
    requests: Mapped[int] = mapped_column(Count)
    unpriced: Mapped[int] = mapped_column(Count)
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
    micros: Mapped[int] = mapped_column(Count)
    tokens: Mapped[int] = mapped_column(Count)
    under_way: Mapped[bool]
    created: Mapped[float]
