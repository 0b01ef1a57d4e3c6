"""Heartbeats: what they confirm and write, and when."""

import sqlite3
import threading

import pytest

from runtime.runs.attempts import leases
from runtime.runs.attempts.leases import (
    CONFIRMED_SECONDS,
    Lease,
    hold,
    release,
)
from runtime.settings import get_settings
from runtime.store import engines
from runtime.store.database import StoreError
from tests.runtime.stored_runs import add_run, change_run, read_run

pytestmark = pytest.mark.usefixtures("own_home")


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
    """Writes that another thread has taken are done when a later heartbeat returns: a run's end loses nothing."""
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
    """Notes add up until a heartbeat has written them; the newer of two counts, and what is for later is read then."""
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.05)
    monkeypatch.setenv("ANALYST_STORE_URL", f"sqlite:///{tmp_path}/./notes.db")
    get_settings.cache_clear()
    run = add_run()
    lease = Lease(run, 1)
    lease.note(steps_made=1, steps_in_attempt=5)
    lease.note(steps_replayed=3)
    counted = {"last_answer": "first"}
    lease.note_later(lambda: counted)
    other = sqlite3.connect(tmp_path / "notes.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"):
        lease.beat()
    other.execute("ROLLBACK")
    other.close()
    lease.note(steps_made=2)
    counted["last_answer"] = "second"
    assert lease.beat()
    row = read_run(run)
    assert (row.steps_made, row.steps_replayed, row.steps_in_attempt, row.last_answer) == (2, 3, 5, "second")


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
    """A note, one for later and a write wake the thread long before its time; after the heartbeat it waits again."""
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
    lease.note_later(lambda: {"last_answer": "yes"})
    assert wake.waits.acquire(timeout=15)
    assert read_run(lease.run_id).last_answer == "yes"
    assert (len(written), wake.found) == (1, [False, False, False, False])
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
