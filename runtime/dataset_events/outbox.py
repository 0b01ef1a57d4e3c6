"""Outbox of sent events: each is kept until runs have claimed it.

A Prefect server answers as soon as it has an event in memory. A server that is killed then loses the event, although
its sender was told that it was taken. So `analyst serve` and `analyst watch` send an event again, a few times and under
the same id. A server that still has it drops the duplicate.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import case, insert, select, update
from sqlalchemy.exc import IntegrityError

from runtime.dataset_events.claims import BY_SENDER, is_about
from runtime.dataset_events.events import EventKey
from runtime.store.database import get_store
from runtime.store.tables import ArrivalRow

FIRST_SECONDS = 30.0
"""Age in seconds at which an unclaimed event is sent again the first time; doubled each time."""
TIMES = 4
"""Number of times an event is sent again, the last time after four minutes. The server then still drops a duplicate:
Prefect's triggers remember events for 30 minutes, or the last 10,000 of all kinds."""
_MOST = 50
"""Most events that are sent again at once."""


def record_sent(key: EventKey, event_id: str, payload: dict[str, Any] | None = None) -> None:
    """Record that the Prefect server has taken an event.

    Args:
        key: Key of the update.
        event_id: Id of the event.
        payload: Its payload, with which it can be sent again.

    Raises:
        StoreError: The store cannot be used.
    """
    store = get_store()
    try:
        with store.writing() as connection:
            values = {"run": event_id, "payload": payload, "times": 0, "created": store.now(connection)}
            again = update(ArrivalRow).where(is_about(key), ArrivalRow.deployment == BY_SENDER).values(**values)
            if store.change(connection, again) == 0:
                connection.execute(insert(ArrivalRow).values(**key._asdict(), deployment=BY_SENDER, **values))
    except IntegrityError:  # another sender has just written the same
        return


def send_again(post: Callable[[str, dict[str, Any]], bool], started_by: Callable[[str], set[str]]) -> None:
    """Send each event again that is due, the oldest first, unless every deployment that it starts has claimed it.

    Args:
        post: Sends an event, given its id and payload; returns `False` if the server refuses it for good.
        started_by: Names of the deployments that an update of this data set starts.

    Raises:
        StoreError: The store cannot be used.
        Exception: What `post` raises. The event is then still due.
    """
    for row in _due():
        deployments = _claimed_by(_key(row))
        if deployments and deployments >= started_by(row.dataset):
            _change(row, payload=None)
        elif post(row.run, row.payload):
            _count(row)
        else:  # it would be refused again each time
            _change(row, payload=None)


def _due() -> list[Any]:
    store, row = get_store(), ArrivalRow
    with store.reading() as connection:
        # Age since the last time, so that an event is not sent several times in a row after nobody has looked.
        age = store.now(connection) - row.created
        waits = {times: FIRST_SECONDS * 2 ** max(times - 1, 0) for times in range(TIMES)}
        waiting = case({times: age > wait for times, wait in waits.items()}, value=row.times, else_=True)
        sent = (row.deployment == BY_SENDER) & row.payload.is_not(None) & waiting
        return list(connection.execute(select(row.__table__).where(sent).order_by(row.created).limit(_MOST)))


def _claimed_by(key: EventKey) -> set[str]:
    with get_store().reading() as connection:
        claims = select(ArrivalRow.deployment).where(is_about(key), ArrivalRow.deployment != BY_SENDER)
        return set(connection.execute(claims).scalars())


def _count(row: Any) -> None:
    times = row.times + 1
    _change(row, times=times, **({"payload": None} if times == TIMES else {}))


def _change(row: Any, **values: Any) -> None:
    store, sent = get_store(), is_about(_key(row)) & (ArrivalRow.deployment == BY_SENDER) & (ArrivalRow.run == row.run)
    with store.writing() as connection:
        if "times" in values:
            values["created"] = store.now(connection)
        connection.execute(update(ArrivalRow).where(sent).values(**values))


def _key(row: Any) -> EventKey:
    return EventKey(row.dataset, row.version, row.partition)
