"""Leases: one attempt at a time, also when processes are gone or on another host."""

import subprocess
import sys
import threading
from functools import cache

import pytest

from runtime.runs.attempts import leases, takeover
from runtime.runs.attempts.fencing import LeaseLostError
from runtime.runs.attempts.leases import (
    Lease,
    assert_may_write,
    hold,
    release,
)
from runtime.runs.attempts.processes import this_process
from runtime.runs.attempts.takeover import LeaseHeldError, take_over
from runtime.runs.listing import find_run
from tests.runtime.stored_runs import add_run, change_run, read_run

pytestmark = pytest.mark.usefixtures("own_home")


@cache
def ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_live_run_is_not_taken_over():
    """A run whose process lives is running, and taking it over is refused with who has it."""
    run = add_run()
    assert find_run(run).state == "running"
    with pytest.raises(LeaseHeldError, match=rf"process {this_process().pid} on .*, last heard of \d s ago"):
        take_over(run)


def test_a_run_that_is_not_stored_cannot_be_taken_over():
    """Taking over a run that the store does not have is refused with its id."""
    with pytest.raises(LookupError, match="no run unknown"):
        take_over("unknown")


def test_the_record_tells_who_took_over():
    """After a takeover the run's row names the new process with a fresh heartbeat; other runs do not change."""
    old = {"host": "other", "machine": "elsewhere", "pid": 1, "process_started": "long ago"}
    run, other = (add_run(state="failed", heartbeat=1.0, updated=1.0, **old) for _ in range(2))
    release(take_over(run))
    row, me = read_run(run), this_process()
    assert (row.host, row.machine, row.pid, row.process_started) == (me.host, me.machine, me.pid, me.started)
    assert (row.state, row.heartbeat > 1, row.updated > 1) == ("running", True, True)
    assert read_run(other).attempt == 1


def test_a_heartbeat_is_too_old_from_25_seconds_on():
    """A process out of sight has its run for just less than 25 seconds after its last heartbeat."""
    row = read_run(add_run(machine="elsewhere", heartbeat=1000.0))
    assert takeover.is_interrupted(row, 1025.0)
    assert not takeover.is_interrupted(row, 1024.9)


def test_a_gone_process_is_seen_at_once():
    """On the same host a run is interrupted once its process is gone; the next attempt has the next number."""
    run = add_run(pid=ended_process())
    assert find_run(run).state == "interrupted"
    lease = take_over(run)
    release(lease)
    assert (lease.attempt, find_run(run).state) == (2, "running")


def test_a_pid_that_was_given_again_is_another_process():
    """A process with the same pid that started at another time is not the one that had the run."""
    assert find_run(add_run(process_started="long ago")).state == "interrupted"


@pytest.mark.parametrize(("age", "state"), [(5, "running"), (25, "interrupted")])
def test_another_host_is_judged_by_its_heartbeat(age, state):
    """Of a process elsewhere only the heartbeat counts: younger than 25 seconds it runs, older it does not."""
    run = add_run(machine="elsewhere")
    change_run(run, heartbeat=read_run(run).heartbeat - age)
    assert find_run(run).state == state


def test_of_two_at_one_instant_one_wins():
    """When several take a run over at once, one gets it and all others are told who has it."""
    run = add_run(pid=ended_process())
    together, won, refused = threading.Barrier(4), [], []

    def compete() -> None:
        together.wait()
        try:
            won.append(take_over(run))
        except LeaseHeldError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=compete) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    release(won[0])
    assert (len(won), len(refused), read_run(run).attempt) == (1, 3, 2)


@pytest.mark.parametrize("change", [{"heartbeat": 5.0}, {"attempt": 2}, {"state": "completed"}])
def test_what_happens_meanwhile_keeps_the_run(change, monkeypatch):
    """A sign of life, a newer attempt or an end at the moment at which a run is taken over keeps it as it is."""
    run = add_run(machine="elsewhere", heartbeat=0.0)
    interrupted = takeover.is_interrupted

    def meanwhile(row, now):
        change_run(run, **change)
        return interrupted(row, now)

    monkeypatch.setattr(takeover, "is_interrupted", meanwhile)
    with pytest.raises(LeaseHeldError, match=f"Run {run[:8]} is being worked on"):
        take_over(run)
    assert read_run(run).attempt == change.get("attempt", 1)


def test_an_older_attempt_changes_nothing():
    """An attempt that was taken over learns it from its next heartbeat, which writes nothing, and may not write."""
    run = add_run()
    lease = Lease(run, 1)
    hold(lease)
    assert_may_write(run)
    change_run(run, attempt=2)
    assert not lease.beat(state="completed")
    assert read_run(run).state == "running"
    with pytest.raises(LeaseLostError, match=run):
        assert_may_write(run)
    release(lease)


@pytest.mark.parametrize(
    ("columns", "seen", "taken"),
    [
        ({"attempt": 2, "state": "failed"}, 2, True),
        ({"attempt": 2, "state": "failed"}, None, True),
        ({"attempt": 2, "state": "failed"}, 1, False),
        ({"attempt": 2, "state": "completed"}, 2, False),
    ],
)
def test_what_was_decided_on_an_older_attempt_is_void(columns, seen, taken):
    """A run that was resumed or completed since the caller looked is not taken over; one as it was seen is."""
    run = add_run()
    change_run(run, **columns)
    if taken:
        lease = take_over(run, seen)
        assert leases.held(run) is lease
        release(lease)
        assert leases.held(run) is None
    else:
        with pytest.raises(LeaseHeldError, match="resumed meanwhile: attempt 2"):
            take_over(run, seen)
    assert read_run(run).attempt == (3 if taken else 2)


def test_the_next_attempt_begins_to_count_anew():
    """An attempt that takes a run over has replayed and made nothing yet; what all attempts made together stays."""
    run = add_run(pid=ended_process())
    change_run(run, steps_made=5, steps_replayed=3, steps_in_attempt=4, error="cut off")
    release(take_over(run))
    row = read_run(run)
    assert (row.steps_made, row.steps_replayed, row.steps_in_attempt, row.error) == (5, 0, 0, None)


def test_seconds_of_all_attempts_add_up():
    """A run says how long processes have worked on it, all attempts together."""
    run = add_run(pid=ended_process(), seconds=100.0)
    lease = take_over(run)
    try:
        lease.beat()
        assert 100.0 <= read_run(run).seconds <= lease.seconds() < 200.0
    finally:
        release(lease)
