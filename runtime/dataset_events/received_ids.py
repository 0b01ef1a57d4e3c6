"""Ids of signed requests: each is accepted once, and kept as long as its time of signing would be accepted."""

from typing import Literal

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from runtime.store.database import get_store
from runtime.store.tables import ReceivedIdRow

HELD_SECONDS = 120.0
"""Longest time in seconds that an id is held for a request under way (a choice). A receiver that is killed meanwhile
holds it so long."""


def take_id(request_id: str, *, keep_seconds: float) -> Literal["taken", "held", "accepted"]:
    """Take an id for the request at hand; of several receivers that share a store, one gets it.

    Args:
        request_id: The id.
        keep_seconds: Age in seconds at which ids of accepted requests are forgotten.

    Returns:
        `taken`: it is the caller's until `accept_id` or `release_id`. `held`: another receiver has it at this moment.
        `accepted`: a request with it was accepted before.

    Raises:
        StoreError: The store cannot be used.
    """
    store, row = get_store(), ReceivedIdRow
    try:
        with store.writing() as connection:
            now = store.now(connection)
            connection.execute(delete(row).where(or_(row.created < now - keep_seconds, row.held_until < now)))
            connection.execute(insert(row).values(id=request_id, created=now, held_until=now + HELD_SECONDS))
    except IntegrityError:  # the column `id` is unique
        with store.reading() as connection:
            accepted = select(row.id).where(row.id == request_id, row.held_until.is_(None))
            return "accepted" if connection.execute(accepted).scalar() is not None else "held"
    return "taken"


def accept_id(request_id: str) -> None:
    """Record that the request with an id that was taken is accepted.

    Raises:
        StoreError: The store cannot be used.
    """
    row = ReceivedIdRow
    with get_store().writing() as connection:
        connection.execute(update(row).where(row.id == request_id).values(held_until=None))


def release_id(request_id: str) -> None:
    """Give back an id whose request was not accepted: its sender may send it again.

    Raises:
        StoreError: The store cannot be used.
    """
    row = ReceivedIdRow
    with get_store().writing() as connection:
        connection.execute(delete(row).where(row.id == request_id, row.held_until.is_not(None)))
