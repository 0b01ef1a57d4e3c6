"""Claims on updates of data sets: of each deployment, one run works on an update.

The first run that claims an update keeps it, also when the run is resumed or retried. Every later run is told which
run has it. Events may be sent or delivered twice, in any order, and servers may restart in between.

Senders record the events that they have sent (`runtime.dataset_events.outbox`), so that most duplicates start no run.
"""

from typing import Any, Literal, NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from runtime.dataset_events.events import Arrival, EventKey
from runtime.dataset_events.versions import is_older
from runtime.store.database import get_store
from runtime.store.tables import ArrivalRow

SENT_SECONDS = 600.0
"""Time for which a sent event counts as known without a run. After that it may be lost, and can be sent again."""

BY_SENDER = ""
"""Value of the column `deployment` in a row that the sender of an event has written."""

_COMPARED = 1000
"""Number of claimed versions that a new one is compared with; a data set may have hundreds of thousands."""


class EventClaim(NamedTuple):
    """Result of a claim.

    Attributes:
        verdict: `mine`: this run has the update, now or before. `duplicate`: another run has it. `superseded`: another
            run has a newer version.
        run_id: Id of the run that has it.
        version: The version that this run has.
    """

    verdict: Literal["mine", "duplicate", "superseded"]
    run_id: str
    version: str


def claim(arrival: Arrival, run_id: str) -> EventClaim:
    """Claim an update for a run, unless another run of its deployment has it.

    Args:
        arrival: The update.
        run_id: Id of the flow run.

    Raises:
        StoreError: The store cannot be used.
    """
    key = arrival.key
    mine = (ArrivalRow.deployment == arrival.deployment) & (ArrivalRow.dataset == key.dataset)
    mine &= ArrivalRow.partition == key.partition
    store = get_store()
    while True:
        with store.reading() as connection:
            holder = connection.execute(select(ArrivalRow.run).where(mine, ArrivalRow.version == key.version)).scalar()
            if holder is not None:
                return EventClaim("mine" if holder == run_id else "duplicate", holder, key.version)
            if arrival.keep == "newest" and len(arrival.events) == 1 and arrival.events[0].version:
                # Before the write, since a write locks out all others, and there may be many versions. A newer version
                # that is claimed in between is run at the same time as this one. It is enough to compare with the last
                # claims, since no version that was older than an earlier claim has got one.
                last = select(ArrivalRow.run, ArrivalRow.version).where(mine).order_by(ArrivalRow.created.desc())
                for row in connection.execute(last.limit(_COMPARED)):
                    if is_older(key.version, row.version):
                        return EventClaim("superseded", row.run, row.version)
        try:
            with store.writing() as connection:
                values = {**key._asdict(), "deployment": arrival.deployment, "run": run_id}
                connection.execute(insert(ArrivalRow).values(**values, created=store.now(connection)))
        except IntegrityError:  # another run was faster; the next read finds it
            continue
        return EventClaim("mine", run_id, key.version)


def holder(arrival: Arrival) -> str | None:
    """Return the id of the run that has an update, or `None` when no run has it yet.

    Raises:
        StoreError: The store cannot be used.
    """
    with get_store().reading() as connection:
        query = select(ArrivalRow.run).where(is_about(arrival.key), ArrivalRow.deployment == arrival.deployment)
        return connection.execute(query).scalar()


def is_known(key: EventKey) -> bool:
    """Tell whether a run has an update, or whether it was sent in the last ten minutes.

    Raises:
        StoreError: The store cannot be used.
    """
    store = get_store()
    with store.reading() as connection:
        now = store.now(connection)
        rows = connection.execute(select(ArrivalRow.deployment, ArrivalRow.created).where(is_about(key))).all()
    return any(row.deployment != BY_SENDER or now - row.created < SENT_SECONDS for row in rows)


def is_about(key: EventKey) -> Any:
    """Return the SQL condition that a row of `arrivals` is about this update."""
    return (
        (ArrivalRow.dataset == key.dataset)
        & (ArrivalRow.version == key.version)
        & (ArrivalRow.partition == key.partition)
    )
