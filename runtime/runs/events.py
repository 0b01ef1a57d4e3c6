"""Reports of events of a run that this process works on, written with the run's next heartbeat."""

from sqlalchemy import Connection, select

from runtime.run_events.delivery import deliver_soon
from runtime.run_events.rows import error_type, write_event
from runtime.run_events.types import BudgetExceeded, RunCompleted, RunEvent, RunFailed
from runtime.runs.attempts.leases import Lease, held
from runtime.store.tables import RunRow


def report(run_id: str, event: RunEvent, *key: object) -> None:
    """Write an event of a run of this process with its next heartbeat, and have it sent.

    Args:
        run_id: The run. One that this process has no lease of has no events.
        event: The event.
        key: What tells it from others of its name in the run, the same in each attempt that may report it again.
    """
    lease = held(run_id)
    if lease is None:
        return

    def write(connection: Connection, now: float) -> None:
        write_event(connection, now, run_id, event, *key)

    lease.write_soon(write)
    deliver_soon(run_id)


def report_end(lease: Lease, state: str, error: str | None) -> None:
    """Write the events of the end of an attempt with its last heartbeat, unless another attempt has the run by then.

    Args:
        lease: The attempt's lease.
        state: State in which the run ends, by the names of `analyst runs`.
        error: What went wrong, in one line that begins with the type of the error.
    """
    attempt, seconds = lease.attempt, lease.seconds()
    events: list[RunEvent] = []
    if state == "waiting for approval":
        return  # it goes on; what it waits for has events of its own
    if state == "completed":
        events.append(RunCompleted(attempt=attempt, seconds=seconds))
    else:
        if state == "budget exceeded":
            reason = (error or "").partition(": ")[2] or "A budget is spent."
            events.append(BudgetExceeded(attempt=attempt, reason=reason))
        events.append(RunFailed(attempt=attempt, state=state, seconds=seconds, error=error_type(error)))

    def write(connection: Connection, now: float) -> None:
        if connection.execute(select(RunRow.attempt).where(RunRow.id == lease.run_id)).scalar() == attempt:
            for event in events:
                write_event(connection, now, lease.run_id, event, attempt)

    lease.write_soon(write)
