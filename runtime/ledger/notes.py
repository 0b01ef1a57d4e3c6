"""Usage of requests under no ceiling, written with the run's next heartbeat."""

import os
import threading
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection

from runtime.ledger.accounts import add
from runtime.ledger.ceilings import accounts_of
from runtime.runs.attempts.leases import held
from runtime.store.database import get_store
from runtime.store.engines import waiting_at_most

_PATIENCE_SECONDS = 2.0
"""Seconds that a process without a lease of the run waits for the store."""

_waiting: dict[tuple[str, int], "Counter[str]"] = {}
"""Notes that wait to be written, by run and attempt. Requests that end close together are written together."""
_lock = threading.Lock()


def _forget() -> None:
    """In a forked child: what waits is the parent's."""
    global _waiting, _lock
    _waiting, _lock = {}, threading.Lock()


os.register_at_fork(after_in_child=_forget)


def note(run_id: str, *, micros: int | None, tokens: int, labels: Sequence[str] = ()) -> None:
    """Note what a request used.

    Args:
        run_id: The outermost run.
        micros: What it cost in millionths of a US dollar, if that is known.
        tokens: Input and output tokens.
        labels: The run's labels.

    Raises:
        runtime.store.database.StoreError: This process has no lease of the run, and the store cannot be used.
    """
    lease = held(run_id)
    key = run_id, 0 if lease is None else lease.attempt
    used = Counter(micros=micros or 0, tokens=tokens, requests=1, unpriced=int(micros is None))

    def write(connection: Connection, now: float) -> None:
        with _lock:
            if _waiting.get(key) is used:
                del _waiting[key]  # what comes from now on is another note
        add(connection, accounts_of(run_id, now, labels), now, **used)

    if lease is None:
        store = get_store()
        with waiting_at_most(_PATIENCE_SECONDS), store.writing() as connection:
            write(connection, store.now(connection))
        return
    with _lock:
        if key in _waiting:
            _waiting[key].update(used)
            return
        _waiting[key] = used
    lease.write_soon(write)
