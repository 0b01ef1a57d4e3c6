"""The end of a run that waits for a person, without going on."""

from sqlalchemy import update

from runtime.runs.ends.ending import WAITING
from runtime.store.database import get_store
from runtime.store.tables import RunRow


def end_waiting(run_id: str, reason: str) -> bool:
    """Record a run that waits as cancelled; return whether it did, since another process may have resumed it.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    store = get_store()
    with store.writing() as connection:
        mine = update(RunRow).where(RunRow.id == run_id, RunRow.state == WAITING)
        now = store.now(connection)
        return store.change(connection, mine.values(state="cancelled", error=reason, updated=now)) == 1
