"""Notes of what requests used under no ceiling."""

from runtime.ledger.notes import note
from runtime.runs.attempts.leases import Lease, hold, release
from runtime.runs.spent import spent_by_run
from tests.runtime.stored_runs import add_run


def test_notes_are_written_with_the_next_heartbeat():
    """Requests that end close together are written by one heartbeat, and later ones by the next."""
    run = add_run()
    lease = Lease(run, 1)
    hold(lease)
    try:
        for _ in range(3):
            note(run, micros=7, tokens=100)
        note(run, micros=None, tokens=50)
        lease.beat()
        note(run, micros=1, tokens=1)
        lease.beat()
    finally:
        release(lease)
    spent = spent_by_run(run)
    assert (spent.micros, spent.tokens, spent.requests, spent.unpriced) == (22, 351, 5, 1)


def test_without_a_lease_a_note_is_written_at_once():
    """A process that works on a part of a run, without its lease, writes at once."""
    note("run", micros=7, tokens=100)
    assert spent_by_run("run").usd == 7e-6
