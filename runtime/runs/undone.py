"""Steps of a run whose effects were undone: a resumed run makes them again."""

from collections import Counter

from sqlalchemy import Connection, select

from runtime.store.tables import EffectLogRow


def read_undone(connection: Connection, run_id: str) -> Counter[str]:
    """Return how often effects were undone, or began to be, by the paths of the steps around them.

    Args:
        connection: A connection to the store.
        run_id: The run.
    """
    query = select(EffectLogRow.key, EffectLogRow.paths)
    query = query.where(EffectLogRow.scope == run_id, EffectLogRow.event == "undo begun")
    paths = {row.key: row.paths for row in connection.execute(query)}  # undoing may have begun more than once
    return Counter(path for of_one in paths.values() for path in of_one)
