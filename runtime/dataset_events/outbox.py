"""Outbox of sent events: each is kept until a run has claimed it.

A Prefect server answers as soon as it has an event in memory. A server that is killed then loses the event, although
its sender was told that it was taken. So `analyst serve` and `analyst watch` send an event again, a few times and under
the same id. A server that has had it drops it.
"""

from typing import Any, NamedTuple

from sqlalchemy import case, insert, select, update
from sqlalchemy.exc import IntegrityError

from runtime.dataset_events.claims import BY_SENDER, Key, Update, is_about, key_of
from runtime.store.tables import ArrivalRow, get_store

FIRST_SECONDS = 30.0
"""Age at which an unclaimed event is sent again the first time; doubled each time."""
TIMES = 4
"""Number of times an event is sent again, the last time after four minutes. The server then still drops a duplicate:
Prefect's triggers remember events for 30 minutes, or the last 10,000 of all kinds."""


class SentEvent(NamedTuple):
    """An event that was sent.

    Attributes:
        id: Id of the event.
        key: The update it is about.
        payload: Its payload.
        times: Number of times it was sent again.
        deployments: Deployments with a run that has claimed it.
    """

    id: str
    key: Key
    payload: dict[str, Any]
    times: int
    deployments: set[str]


def record_sent(event: Update, payload: dict[str, Any] | None = None) -> None:
    """Record that the Prefect server has taken an event.

    Args:
        event: The event.
        payload: Its payload, with which it can be sent again.

    Raises:
        StoreError: The store cannot be used.
    """
    key, store = key_of(event), get_store()
    try:
        with store.writing() as connection:
            values = {"run": event.id, "payload": payload, "times": 0, "created": store.now(connection)}
            again = update(ArrivalRow).where(is_about(key), ArrivalRow.deployment == BY_SENDER).values(**values)
            if store.change(connection, again) == 0:
                connection.execute(insert(ArrivalRow).values(**key._asdict(), deployment=BY_SENDER, **values))
    except IntegrityError:  # another sender has just written the same
        return


def due() -> list[SentEvent]:
    """Events that are due to be sent again: the oldest first, fifty at most.

    Raises:
        StoreError: The store cannot be used.
    """
    store, row = get_store(), ArrivalRow
    with store.reading() as connection:
        # Since the last time, so that they do not all come at once after nobody has looked for a while.
        age = store.now(connection) - row.created
        waits = {times: FIRST_SECONDS * 2 ** max(times - 1, 0) for times in range(TIMES)}
        waiting = case({times: age > wait for times, wait in waits.items()}, value=row.times, else_=True)
        sent = (row.deployment == BY_SENDER) & row.payload.is_not(None) & waiting
        rows = connection.execute(select(row.__table__).where(sent).order_by(row.created).limit(50)).all()
        found = list[SentEvent]()
        for one in rows:
            key = Key(one.dataset, one.version, one.partition)
            claims = select(row.deployment).where(is_about(key), row.deployment != BY_SENDER)
            found.append(SentEvent(one.run, key, one.payload, one.times, set(connection.execute(claims).scalars())))
        return found


def forget(sent: SentEvent) -> None:
    """Stop sending an event again: it has arrived, or was refused.

    Raises:
        StoreError: The store cannot be used.
    """
    with get_store().writing() as connection:
        connection.execute(update(ArrivalRow).where(_is(sent)).values(payload=None))


def sent_again(sent: SentEvent) -> None:
    """Record that an event was sent again.

    Raises:
        StoreError: The store cannot be used.
    """
    times, store = sent.times + 1, get_store()
    with store.writing() as connection:
        values = {"times": times, "created": store.now(connection), **({"payload": None} if times == TIMES else {})}
        connection.execute(update(ArrivalRow).where(_is(sent)).values(**values))


def _is(sent: SentEvent) -> Any:
    return is_about(sent.key) & (ArrivalRow.deployment == BY_SENDER) & (ArrivalRow.run == sent.id)
