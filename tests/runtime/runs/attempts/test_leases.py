"""Leases: one attempt at a time, also when processes are stopped, killed, or on another host."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from functools import cache

import pytest

from runtime.runs.attempts import leases, takeover
from runtime.runs.attempts.fencing import LeaseLostError
from runtime.runs.attempts.leases import (
    CONFIRMED_SECONDS,
    STALE_SECONDS,
    Lease,
    assert_may_write,
    fenced,
    hold,
    release,
)
from runtime.runs.attempts.processes import this_process
from runtime.runs.attempts.takeover import LeaseHeldError, take_over
from runtime.runs.listing import find_run
from runtime.settings import get_settings
from runtime.store import engines
from runtime.store.database import StoreError
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


def test_a_heartbeat_confirms_the_lease():
    """After a heartbeat the store is not asked again for a while, and no other run has been touched."""
    run, other = add_run(), add_run(heartbeat=1.0)
    lease = Lease(run, 1)
    lease._confirmed -= 60
    assert lease.beat()
    change_run(run, attempt=2)
    assert lease.may_write()
    assert read_run(other).heartbeat == 1


def test_the_last_heartbeat_waits_for_one_that_has_taken_writes():
    """What another thread took to write is written when a later heartbeat returns: a run's end loses nothing."""
    lease, written = Lease(add_run(), 1), []
    taken, go, ended = threading.Event(), threading.Event(), threading.Event()
    lease.write_soon(lambda connection, now: written.append(now))

    def beats_slowly():
        with lease.taking_writes() as writes:
            taken.set()
            assert go.wait(10)
            written.extend(writes)

    def ends():
        lease.beat()
        seen.append(list(written))
        ended.set()

    seen = []
    threads = [threading.Thread(target=beats_slowly), threading.Thread(target=ends)]
    threads[0].start()
    assert taken.wait(10)
    threads[1].start()
    ended.wait(0.2)  # it ends at once where it does not wait
    go.set()
    for thread in threads:
        thread.join(10)
    assert len(seen[0]) == 1


def test_notes_wait_for_a_heartbeat_that_is_written(tmp_path, monkeypatch):
    """Notes add up until a heartbeat has written them, and the newer of two on one column counts."""
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.05)
    monkeypatch.setenv("ANALYST_STORE_URL", f"sqlite:///{tmp_path}/./notes.db")
    get_settings.cache_clear()
    run = add_run()
    lease = Lease(run, 1)
    lease.note(steps_made=1, steps_in_attempt=5)
    lease.note(steps_replayed=3)
    other = sqlite3.connect(tmp_path / "notes.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"):
        lease.beat()
    other.execute("ROLLBACK")
    other.close()
    lease.note(steps_made=2)
    assert lease.beat()
    row = read_run(run)
    assert (row.steps_made, row.steps_replayed, row.steps_in_attempt) == (2, 3, 5)


class _Watched(Lease):
    """A lease that tells when it was confirmed twice, and whose heartbeat may fail."""

    def __init__(self, run_id: str, error: Exception | None = None) -> None:
        super().__init__(run_id, 1)
        self.beats, self.twice, self.error = 0, threading.Event(), error

    def beat(self, **columns: object) -> bool:
        self.beats += 1
        if self.beats == 2:
            self.twice.set()
        if self.error is not None:
            raise self.error
        return super().beat(**columns)


def test_one_thread_confirms_all_leases_for_as_long_as_there_are_any(monkeypatch):
    """Heartbeats go on beside one that fails, not for a lease that was lost, and end with the last lease."""
    monkeypatch.setattr(leases, "BEAT_SECONDS", 0.01)
    monkeypatch.setattr(leases, "_SOONEST_BEAT_SECONDS", 0.0)
    heart = leases._Heart()
    monkeypatch.setattr(leases, "_heart", heart)
    fails, lost, lives = _Watched("unknown", StoreError("locked")), _Watched("lost"), _Watched(add_run())
    lost.lost = True
    for _ in range(2):
        lives.beats = 0
        lives.twice.clear()
        for lease in (fails, lost, lives):
            hold(lease)
        thread = heart._thread
        assert thread is not None
        assert thread.daemon  # it keeps no process alive
        assert lives.twice.wait(15)
        for lease in (fails, lost, lives):
            release(lease)
        thread.join(15)
        assert not thread.is_alive()
    assert (fails.beats > 0, lost.beats) == (True, 0)


STOPPED = """
import sys
from runtime.runs.attempts.leases import Lease, hold, fenced
lease = Lease(sys.argv[1], 1)
hold(lease)
print("ready", flush=True)
sys.stdin.readline()
lease._confirmed -= 60  # as long as it would really have been stopped
print(fenced(sys.argv[1]), flush=True)
"""


@pytest.mark.parametrize(("since", "writes"), [(CONFIRMED_SECONDS - 1, True), (CONFIRMED_SECONDS + 1, False)])
def test_a_lease_that_was_not_confirmed_for_long_is_asked_about(since, writes):
    """Without a heartbeat for 16 seconds a process asks before it writes: then another attempt is seen, before not."""
    run = add_run()
    lease = Lease(run, 1)
    change_run(run, attempt=2)
    lease._confirmed -= since
    assert lease.may_write() is writes


def test_a_lease_is_asked_about_before_others_may_take_it():
    """A process asks well before its run counts as interrupted, so that a write that has begun is over by then."""
    assert CONFIRMED_SECONDS <= STALE_SECONDS - 5
    lease = Lease("unknown", 1)
    lease._confirmed -= STALE_SECONDS - 5
    assert not lease.may_write()


def test_a_lease_is_asked_about_by_its_own_run():
    """Attempts of other runs say nothing about a lease."""
    change_run(add_run(), attempt=7)
    lease = Lease(add_run(), 1)
    lease._confirmed -= STALE_SECONDS
    assert lease.may_write()


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


def test_a_forked_child_has_no_lease():
    """A forked child does not keep the runs of its parent alive."""
    run = add_run()
    lease = Lease(run, 1)
    hold(lease)
    child = os.fork()
    if child == 0:
        os._exit(0 if leases.held(run) is None else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert leases.held(run) is lease
    release(lease)


def test_a_stopped_process_that_wakes_up_is_fenced():
    """A process that was stopped while its run was taken over may not write when it goes on, before any heartbeat."""
    run = add_run(machine="elsewhere")
    process = subprocess.Popen(
        [sys.executable, "-c", STOPPED, run], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGSTOP)
        change_run(run, heartbeat=read_run(run).heartbeat - 60)
        release(take_over(run))
        process.send_signal(signal.SIGCONT)
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "True\n"
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def test_the_heartbeat_writes_what_was_noted():
    """A note on a lease reaches the store with the next heartbeat, which the thread makes by itself."""
    run = add_run()
    lease = Lease(run, 1)
    beaten, beat = threading.Event(), lease.beat

    def watched(**columns: object) -> bool:
        mine = beat(**columns)
        if read_run(run).steps_made == 7:
            beaten.set()
        return mine

    lease.beat = watched  # pyright: ignore[reportAttributeAccessIssue]
    hold(lease)
    lease.note(steps_made=7)
    assert beaten.wait(30)
    release(lease)


class _Wake(threading.Event):
    """Event of the heartbeat's thread that tells when the thread begins to wait, and whether it was set then."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[bool] = []
        self.waits = threading.Semaphore(0)

    def wait(self, timeout: float | None = None) -> bool:
        self.found.append(self.is_set())
        self.waits.release()
        return super().wait(timeout)


def test_a_note_brings_the_heartbeat_forward_once(monkeypatch):
    """A note, and a write, wake the thread long before its time; after the heartbeat it waits again."""
    monkeypatch.setattr(leases, "BEAT_SECONDS", 3600.0)
    monkeypatch.setattr(leases, "_SOONEST_BEAT_SECONDS", 0.0)
    heart = leases._Heart()
    heart._wake = wake = _Wake()
    monkeypatch.setattr(leases, "_heart", heart)
    lease, written = Lease(add_run(), 1), []
    hold(lease)
    assert wake.waits.acquire(timeout=15)
    lease.note(steps_made=7)
    assert wake.waits.acquire(timeout=15)
    assert read_run(lease.run_id).steps_made == 7
    lease.write_soon(lambda connection, now: written.append(now))
    assert wake.waits.acquire(timeout=15)
    assert (len(written), wake.found) == (1, [False, False, False])
    release(lease)


def test_a_process_that_asks_confirms_its_lease_soon(monkeypatch):
    """A process that was stopped asks once, and its next heartbeat comes at once rather than in its turn."""
    monkeypatch.setattr(leases, "_heart", leases._Heart())
    lease = Lease(add_run(), 1)
    assert lease.may_write()
    assert not leases._heart._wake.is_set()
    lease._confirmed -= CONFIRMED_SECONDS + 1
    assert lease.may_write()
    assert leases._heart._wake.is_set()


def test_a_run_of_nobody_here_is_not_fenced():
    """A run that this process has no lease of, as in a task of another host, may be written."""
    assert not fenced("unknown")


def test_what_waits_is_written_with_the_heartbeat_or_goes_on_waiting():
    """Waiting writes are made once, by a heartbeat, also after the run was taken over, and again if a try fails."""
    run = add_run()
    lease, tries = Lease(run, 0), []  # an attempt that is over

    def write(connection, now):
        tries.append(now)
        if len(tries) == 1:
            raise StoreError("away")

    lease.write_soon(write)
    with pytest.raises(StoreError):
        lease.beat()
    assert lease.has_writes()
    assert not lease.beat()
    assert (len(tries), lease.has_writes()) == (2, False)


def test_seconds_of_all_attempts_add_up():
    """A run says how long processes have worked on it, all attempts together."""
    run = add_run(pid=ended_process(), seconds=100.0)
    lease = take_over(run)
    try:
        lease.beat()
        assert 100.0 <= read_run(run).seconds <= lease.seconds() < 200.0
    finally:
        release(lease)
