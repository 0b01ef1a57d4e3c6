"""Takeover of a run: the next attempt begins when the process of the one before has ended.

A process that takes a run over raises the number of its attempt in one statement, which succeeds only on the number it
has seen, so that one of two wins. A run may be taken over when its process has ended or, where that cannot be seen,
after 25 seconds without a heartbeat.
"""

from typing import Any

from sqlalchemy import select, update

from runtime.runs.attempts.leases import STALE_SECONDS, Lease, hold
from runtime.runs.attempts.processes import Process, is_gone, this_process
from runtime.store.database import get_store
from runtime.store.tables import RunRow


class LeaseHeldError(RuntimeError):
    """Error raised when another attempt has the run. The message names its process, host and last sign of life."""


def take_over(run_id: str, seen: int | None = None) -> Lease:
    """Begin the next attempt of a run that no process works on, and keep its lease alive.

    Args:
        run_id: The run.
        seen: Number of the attempt that the caller has seen. A run with a newer attempt, or one that has completed
            since, is not taken over.

    Raises:
        LeaseHeldError: Another process has the run, or took it over first.
        LookupError: There is no such run.
        StoreError: The store cannot be used.
    """
    store = get_store()
    with store.reading() as connection:
        row = connection.execute(select(RunRow.__table__).where(RunRow.id == run_id)).one_or_none()
        now = store.now(connection)
    if row is None:
        raise LookupError(f"There is no run {run_id} in the store.")
    if row.state == "running" and not is_interrupted(row, now):
        raise LeaseHeldError(_who(row, now))
    if seen is not None and (row.attempt != seen or row.state == "completed"):
        raise LeaseHeldError(f"Run {run_id[:8]} was resumed meanwhile: attempt {row.attempt} is {row.state}.")
    me = this_process()
    with store.writing() as connection:
        now = store.now(connection)
        statement = (
            update(RunRow)
            .where(RunRow.id == run_id, RunRow.attempt == row.attempt)
            # A process that only seemed to be gone may have come back since the row was read.
            .where((RunRow.heartbeat == row.heartbeat) & (RunRow.state == row.state))
            .values(
                attempt=row.attempt + 1,
                state="running",
                error=None,
                heartbeat=now,
                updated=now,
                steps_replayed=0,
                steps_in_attempt=0,
                host=me.host,
                machine=me.machine,
                pid=me.pid,
                process_started=me.started,
            )
        )
        if store.change(connection, statement) != 1:
            found = connection.execute(select(RunRow.__table__).where(RunRow.id == run_id)).one()
            raise LeaseHeldError(_who(found, now))
    lease = Lease(run_id, row.attempt + 1, seconds_before=row.seconds)
    hold(lease)
    return lease


def is_interrupted(row: Any, now: float) -> bool:
    """Tell whether a running attempt was interrupted: its process is gone, or its heartbeat too old.

    Args:
        row: The run's row.
        now: The database's time.
    """
    gone = is_gone(Process(row.host, row.machine, row.pid, row.process_started))
    return gone or now - row.heartbeat >= STALE_SECONDS


def _who(row: Any, now: float) -> str:
    return (
        f"Run {row.id[:8]} is being worked on: attempt {row.attempt}, process {row.pid} on {row.host}, last heard of "
        f"{max(now - row.heartbeat, 0):.0f} s ago."
    )
