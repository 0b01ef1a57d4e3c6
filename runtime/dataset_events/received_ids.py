"""Ids of accepted signed requests, kept as long as their time of signing would be accepted."""

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from runtime.store.database import get_store
from runtime.store.tables import ReceivedIdRow


def was_received(request_id: str) -> bool:
    """Tell whether a request with this id was accepted.

    Raises:
        StoreError: The store cannot be used.
    """
    with get_store().reading() as connection:
        found = select(ReceivedIdRow.id).where(ReceivedIdRow.id == request_id)
        return connection.execute(found).scalar() is not None


def record_received(request_id: str, *, keep_seconds: float) -> None:
    """Keep the id of an accepted request, and forget ids that are older than `keep_seconds`.

    Raises:
        StoreError: The store cannot be used.
    """
    store = get_store()
    try:
        with store.writing() as connection:
            now = store.now(connection)
            connection.execute(delete(ReceivedIdRow).where(ReceivedIdRow.created < now - keep_seconds))
            connection.execute(insert(ReceivedIdRow).values(id=request_id, created=now))
    except IntegrityError:  # another receiver accepted the same request at the same time
        return
