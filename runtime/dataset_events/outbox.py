"""What was sent to the Prefect server, kept until it must have arrived.

A server answers as soon as it has an event in memory, and works from there. One that is killed then has lost it, or
what it was about to start, while the sender has long been told that it was taken. So whoever looks after runs sends an
event again, a few times and under its id: a server that has had it drops it.
"""

from typing import Any, NamedTuple

from sqlalchemy import case, insert, select, update
from sqlalchemy.exc import IntegrityError

from runtime.dataset_events.claims import BY_SENDER, Key, Update, is_about, key_of
from runtime.store.tables import ArrivalRow, get_store

FIRST_SECONDS = 30.0
"""Age at which an event is sent again if no run has it by then; doubled each time."""
TIMES = 4
"""How often. The last time is after four minutes, when the server still knows which events it has had: the triggers of
Prefect remember them for 30 minutes, or the last 10,000 of all kinds."""


class SentEvent(NamedTuple):
    """An event that was sent.

    Attributes:
        id: Id of the event.
        key: What it is about.
        payload: Its payload.
        times: How often it was sent again.
        deployments: Deployments whose runs have it.
    """

    id: str
    key: Key
    payload: dict[str, Any]
    times: int
    deployments: set[str]


def record_sent(event: Update, payload: dict[str, Any] | None = None) -> None:
    """Write down that an event was taken by the Prefect server.

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
    """Events that it is time to send again, unless they have arrived: the oldest first, fifty at most.

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
    """Send an event no more: it has arrived.

    Raises:
        StoreError: The store cannot be used.
    """
    with get_store().writing() as connection:
        connection.execute(update(ArrivalRow).where(_is(sent)).values(payload=None))


def sent_again(sent: SentEvent) -> None:
    """Write down that an event was sent once more.

    Raises:
        StoreError: The store cannot be used.
    """
    times, store = sent.times + 1, get_store()
    with store.writing() as connection:
        values = {"times": times, "created": store.now(connection), **({"payload": None} if times == TIMES else {})}
        connection.execute(update(ArrivalRow).where(_is(sent)).values(**values))


def _is(sent: SentEvent) -> Any:
    return is_about(sent.key) & (ArrivalRow.deployment == BY_SENDER) & (ArrivalRow.run == sent.id)
