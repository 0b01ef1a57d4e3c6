"""Tables of updates of data sets, and of the requests that told them."""

from typing import Any

from sqlalchemy import JSON, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from runtime.store.tables.base import Base


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
