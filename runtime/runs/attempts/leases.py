"""Leases of runs: one attempt at a time works on a run, and its process keeps the lease alive.

The number of the attempt is the fencing token; another process raises it when it takes the run over
(`takeover.py`). A process that has not confirmed its lease for 16 seconds (it was stopped, or the machine
slept) asks the store before it writes another result.
"""

import os
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from runtime.store.database import StoreError, get_store
from runtime.store.tables import RunRow

BEAT_SECONDS = 2.0
"""Seconds between heartbeats."""
STALE_SECONDS = 25.0
"""Age of the last heartbeat, in seconds, from which a run may be taken over even if its process may be alive."""
CONFIRMED_SECONDS = 16.0
"""Seconds for which a heartbeat allows writing. The difference to `STALE_SECONDS` is longer than a write takes."""

_SOONEST_BEAT_SECONDS = 0.2
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # it goes on while the machine sleeps


Write = Callable[[Connection, float], None]
"""Writes something in a transaction of the store, given the database's time."""


@dataclass
class Lease:
    """The right of this process to work on a run.

    Attributes:
        run_id: The run.
        attempt: Number of the attempt, the fencing token.
        lost: Whether another attempt has taken the run over.
        seconds_before: Seconds that earlier attempts worked on the run.
    """

    run_id: str
    attempt: int
    lost: bool = False
    seconds_before: float = 0.0
    _began: float = field(default_factory=lambda: time.clock_gettime(_CLOCK))
    _confirmed: float = field(default_factory=lambda: time.clock_gettime(_CLOCK))
    _notes: dict[str, Any] = field(default_factory=dict[str, Any])
    _later: Callable[[], Mapping[str, Any]] | None = None
    _writes: list[Write] = field(default_factory=list[Write])
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _taking: threading.Lock = field(default_factory=threading.Lock)

    def seconds(self) -> float:
        """Seconds that this and earlier attempts have worked on the run."""
        return self.seconds_before + time.clock_gettime(_CLOCK) - self._began

    def write_soon(self, write: Write) -> None:
        """Have something written in the transaction of the next heartbeat, which then comes soon.

        It is written also when another attempt has taken the run over, and again when the store could not be used.
        """
        with self._lock:
            self._writes.append(write)
        _heart.beat_soon()

    def has_writes(self) -> bool:
        """Tell whether something waits to be written."""
        return bool(self._writes)

    @contextmanager
    def taking_writes(self) -> Generator[list[Write]]:
        """Yield the writes that wait. They go on waiting if the block fails.

        One thread at a time: otherwise a run could end while the heartbeat, which took the last writes, still waits for
        the store, and a process that ends then would lose them.
        """
        with self._taking:
            with self._lock:
                writes, self._writes = self._writes, []
            try:
                yield writes
            except BaseException:
                with self._lock:
                    self._writes = writes + self._writes
                raise

    def note(self, **columns: Any) -> None:
        """Write columns of the run's row with the next heartbeat, which is brought forward."""
        with self._lock:
            self._notes |= columns
        _heart.beat_soon()

    def note_later(self, columns: Callable[[], Mapping[str, Any]]) -> None:
        """Write columns of the run's row with the next heartbeat, as they are by then. The last call counts."""
        self._later = columns
        _heart.beat_soon()

    def beat(self, **columns: Any) -> bool:
        """Confirm the lease and write what was noted.

        Args:
            columns: More columns to write.

        Returns:
            Whether this attempt still has the run.

        Raises:
            StoreError: The store cannot be written.
        """
        with self._lock:
            notes, self._notes = self._notes, {}
            later, self._later = self._later, None
        asked = time.clock_gettime(_CLOCK)
        try:
            store = get_store()
            with self.taking_writes() as writes, store.writing() as connection:
                now = store.now(connection)
                for write in writes:
                    write(connection, now)
                values = {"heartbeat": now, "updated": now, "seconds": self.seconds(), **notes}
                values |= {**(later() if later is not None else {}), **columns}
                own = {"of_run": self.run_id, "of_attempt": self.attempt}
                new = {f"new_{name}": value for name, value in values.items()}
                mine = store.change(connection, _confirmation(tuple(values)), own | new) == 1
        except StoreError:
            with self._lock:
                self._notes = notes | self._notes
                self._later = self._later or later
            raise
        self._took(mine, asked)
        return mine

    def may_write(self) -> bool:
        """Tell whether this attempt still has the run. The store is asked only when the last heartbeat is long ago.

        Raises:
            StoreError: The store has to be asked and cannot be used.
        """
        if self.lost:
            return False
        asked = time.clock_gettime(_CLOCK)
        if asked - self._confirmed > CONFIRMED_SECONDS:
            with get_store().reading() as connection:
                attempt = connection.execute(select(RunRow.attempt).where(RunRow.id == self.run_id)).scalar()
            # Only a heartbeat moves the time: another attempt may take the run over right after this read.
            self.lost = attempt != self.attempt
            _heart.beat_soon()
        return not self.lost

    def _took(self, mine: bool, asked: float) -> None:
        self.lost = not mine
        if mine:
            self._confirmed = asked


@cache
def _confirmation(columns: tuple[str, ...]) -> Any:
    """Statement of a heartbeat that writes these columns, made once: making it costs as much as executing it."""
    return (
        update(RunRow)
        .where(RunRow.id == bindparam("of_run"), RunRow.attempt == bindparam("of_attempt"))
        .values({name: bindparam(f"new_{name}") for name in columns})
    )


class _Heart:
    """Thread that keeps all leases of this process alive, for as long as it has any."""

    def __init__(self) -> None:
        self.leases: dict[str, Lease] = {}
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, lease: Lease) -> None:
        with self._lock:
            self.leases[lease.run_id] = lease
            if self._thread is None:
                # A daemon thread, since it must not keep the process alive, nor the runs of an ending process.
                self._thread = threading.Thread(target=self._beat, name="analyst-heartbeat", daemon=True)
                self._thread.start()

    def remove(self, lease: Lease) -> None:
        with self._lock:
            if self.leases.get(lease.run_id) is lease:
                del self.leases[lease.run_id]
        self._wake.set()

    def beat_soon(self) -> None:
        if not self._wake.is_set():  # it is cleared before what waits is taken
            self._wake.set()

    def _beat(self) -> None:
        while True:
            self._wake.wait(BEAT_SECONDS)
            time.sleep(_SOONEST_BEAT_SECONDS)  # steps that end at about the same time are written together
            self._wake.clear()
            with self._lock:
                leases = [lease for lease in self.leases.values() if not lease.lost or lease.has_writes()]
                if not self.leases:
                    self._thread = None
                    return
            for lease in leases:
                try:
                    lease.beat()
                except StoreError:  # locked or out of reach for now: `may_write` knows when that has lasted too long
                    continue


_heart = _Heart()


def _forget() -> None:
    """Forget all leases in a forked child: the runs are the parent's, and the thread is not copied."""
    global _heart
    _heart = _Heart()


os.register_at_fork(after_in_child=_forget)


def held(run_id: str) -> Lease | None:
    """Return this process's lease of a run, also a lost one, or `None` when it never had one."""
    return _heart.leases.get(run_id)


def hold(lease: Lease) -> None:
    """Keep a lease alive from now on."""
    _heart.add(lease)


def release(lease: Lease) -> None:
    """Stop keeping a lease alive."""
    _heart.remove(lease)


def fenced(run_id: str) -> bool:
    """Tell whether another attempt has taken a run over from this process, which must then write none of its results.

    The store is asked only when the process was stopped, or could not reach the store, for longer than 16 seconds.

    Args:
        run_id: Id of the outermost flow run. One that this process has no lease of is not fenced.

    Raises:
        StoreError: The store has to be asked and cannot be used.
    """
    lease = held(run_id)
    return lease is not None and not lease.may_write()


def assert_may_write(run_id: str) -> None:
    """Raise an error if another attempt has taken the run over: see `fenced`.

    Raises:
        LeaseLostError: Another attempt has the run. Prefect does not change the run's state then.
        StoreError: The store has to be asked and cannot be used.
    """
    if fenced(run_id):
        from runtime.runs.attempts.fencing import LeaseLostError

        raise LeaseLostError(f"Run {run_id} was taken over by a newer attempt while this process was stopped.")
