"""Holds on models: times until which no run of the store asks a model, since its server asked to be left alone."""

import time
from contextlib import suppress

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from runtime.store.database import get_store
from runtime.store.engines import waiting_at_most
from runtime.store.tables import ModelHoldRow

_KNOWN_SECONDS = 1.0
"""Seconds for which a process goes by what it read last, so that most requests read nothing."""

_PATIENCE_SECONDS = 2.0
"""Seconds to wait for a store that another process writes to."""

_known: dict[str, tuple[float, float]] = {}
"""Of each model, by this process's monotonic clock: when it was read, and until when it is held."""


def hold(model: str, seconds: float) -> None:
    """Let no run ask a model for some time. A longer hold that is there already stays.

    Args:
        model: Name of the model and its server.
        seconds: From now on.

    Raises:
        runtime.store.database.StoreError: The store cannot be used; this process holds back all the same.
    """
    now = time.monotonic()
    _known[model] = (now, max(now + seconds, _known.get(model, (0.0, 0.0))[1]))
    # Another process may insert the row between the two statements: the second round then finds it.
    for _ in range(2):
        with suppress(IntegrityError), waiting_at_most(_PATIENCE_SECONDS), get_store().writing() as connection:
            until = get_store().now(connection) + seconds
            shorter = update(ModelHoldRow).where(ModelHoldRow.model == model, ModelHoldRow.until < until)
            if get_store().change(connection, shorter.values(until=until)):
                return
            if connection.execute(select(ModelHoldRow.until).where(ModelHoldRow.model == model)).first() is None:
                connection.execute(insert(ModelHoldRow).values(model=model, until=until))
            return


def seconds_held(model: str) -> float:
    """Return for how long a model is still held.

    Args:
        model: Name of the model and its server.

    Returns:
        Seconds; 0 for a model that may be asked.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    known = is_known(model)
    if known is not None:
        return known
    store, now = get_store(), time.monotonic()
    with store.reading() as connection:
        until = connection.execute(select(ModelHoldRow.until).where(ModelHoldRow.model == model)).scalar()
        left = 0.0 if until is None else max(0.0, until - store.now(connection))
    _known[model] = (now, now + left)
    return left


def is_known(model: str) -> float | None:
    """Return what `seconds_held` would without the store, or `None` if the store has to be read."""
    now = time.monotonic()
    read, until = _known.get(model, (float("-inf"), 0.0))
    return max(0.0, until - now) if until > now or now - read < _KNOWN_SECONDS else None


def forget(model: str) -> None:
    """Have the next look at a model read the store."""
    _known.pop(model, None)
