"""Circuits of models: whether a model's server is worth asking, and how often it is asked again, across a store.

A circuit opens when most requests to a model fail because of its server, and no run asks it for some time. Then one
request goes ahead: its success closes the circuit, its failure opens it again (Michael Nygard, "Release It!", 2007).
Retries are a share of the calls, so that an outage is not made worse by everyone's second try (Google, "Site
Reliability Engineering", chapter 21).

A row is written when a request fails or is made again. Requests that succeed are counted in the process, and are
written with the next such change or look at the row, so that a healthy model costs a read a second.
"""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from runtime.store.database import get_store
from runtime.store.engines import waiting_at_most
from runtime.store.tables import ModelCircuitRow

_KNOWN_SECONDS = 1.0
"""Seconds for which a process goes by what it read last, so that most requests read nothing."""

_PATIENCE_SECONDS = 2.0
"""Seconds to wait for a store that another process writes to."""

_LOOK_AGAIN_SECONDS = 2.0
"""Most seconds until a run that waits for the request of another one looks again."""

_LEAST_SHARE = 0.5
"""Share of the calls of a window that have to fail for the circuit to open: some failures among many are no outage."""


@dataclass(frozen=True)
class CircuitLimits:
    """Limits of circuits.

    Attributes:
        failures: Number of failures in a window from which on the circuit may open; 0 for never.
        window: Length of a window in seconds.
        seconds: Seconds for which an open circuit lets nobody ask.
        retry_share: Retries in a window, as a share of its calls.
        retry_minimum: Number of retries in a window that may be made in any case.
    """

    failures: int
    window: float
    seconds: float
    retry_share: float
    retry_minimum: int


@dataclass(frozen=True)
class Passage:
    """Answer to the question whether a model may be asked now.

    Attributes:
        seconds: Seconds until it is worth a look; 0 if it may be asked.
        is_probe: Whether this is the one request that goes ahead, on which the circuit depends.
        reason: Kind of the failure that opened the circuit; empty if it is closed, and the retries are used up.
    """

    seconds: float = 0.0
    is_probe: bool = False
    reason: str = ""


@dataclass
class _Known:
    """Knowledge of this process about a model, by its monotonic clock.

    Attributes:
        looked: Time at which the circuit was found closed.
        succeeded: Requests that succeeded and are not in the store yet.
        since: Start of the window that they are of.
    """

    looked: float = float("-inf")
    succeeded: int = 0
    since: float = float("-inf")


_known: dict[str, _Known] = {}
_lock = threading.Lock()


def passage(model: str, limits: CircuitLimits, *, is_retry: bool) -> Passage:
    """Tell whether a model may be asked now, and count a retry that may.

    Args:
        model: Name of the model and its server.
        limits: The limits.
        is_retry: Whether the request was made before.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    found = _circuit(model, limits) if limits.failures else Passage()
    if is_retry and not found.seconds and not found.is_probe:
        return _retry(model, limits)
    return found


def is_known_closed(model: str) -> bool:
    """Tell without the store whether a model's circuit was found closed a moment ago."""
    with _lock:
        return time.monotonic() - _known.setdefault(model, _Known()).looked < _KNOWN_SECONDS


def succeeded(model: str, limits: CircuitLimits, passed: Passage) -> bool:
    """Count a request that the server answered, in whatever way.

    Args:
        model: Name of the model and its server.
        limits: The limits.
        passed: What `passage` said.

    Returns:
        Whether it closed the circuit.

    Raises:
        runtime.store.database.StoreError: The circuit has to be closed, and the store cannot be used.
    """
    if not passed.is_probe:
        with _lock:
            known, now = _known.setdefault(model, _Known()), time.monotonic()
            if now - known.since > limits.window:
                known.succeeded, known.since = 0, now
            known.succeeded += 1
        return False
    with waiting_at_most(_PATIENCE_SECONDS), get_store().writing() as connection:
        _change(connection, model, calls=1, failures=0, retries=0, open_until=0.0, probe_until=0.0)
    return True


def failed(model: str, limits: CircuitLimits, passed: Passage, reason: str) -> bool:
    """Count a request that failed because of the server.

    Args:
        model: Name of the model and its server.
        limits: The limits.
        passed: What `passage` said.
        reason: Kind of the failure.

    Returns:
        Whether it opened the circuit.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    if not limits.failures:
        return False
    with waiting_at_most(_PATIENCE_SECONDS), get_store().writing() as connection:
        row, now = _row(connection, model, limits)
        calls, failures = row.calls + 1, row.failures + 1
        many = failures >= limits.failures and failures >= _LEAST_SHARE * calls
        opens = passed.is_probe or (many and not row.open_until)
        values: dict[str, Any] = {"calls": calls, "failures": failures}
        if opens:
            values |= {"open_until": now + limits.seconds, "probe_until": 0.0, "reason": reason}
        _change(connection, model, **values)
    if opens:
        forget(model)
    return opens


def open_circuit(model: str, seconds: float, reason: str) -> None:
    """Open a circuit for some time, whatever was counted.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    limits = CircuitLimits(failures=1, window=seconds, seconds=seconds, retry_share=0, retry_minimum=0)
    failed(model, limits, Passage(is_probe=True), reason)


def forget(model: str) -> None:
    """Have the next look at a model read the store."""
    with _lock:
        _known.setdefault(model, _Known()).looked = float("-inf")


def _circuit(model: str, limits: CircuitLimits) -> Passage:
    if is_known_closed(model):
        return Passage()
    with _lock:
        known = _known.setdefault(model, _Known())
    store, row = get_store(), ModelCircuitRow
    with store.reading() as connection:
        found = connection.execute(select(row.__table__).where(row.model == model)).first()
        now = store.now(connection) if found is not None else 0.0
    if found is not None and found.open_until:
        return _of_open(model, limits, found, now)
    with _lock:
        known.looked = time.monotonic()
        left = known.succeeded if found is not None and (found.failures or found.retries) else 0
    if left:  # others may judge by it
        with waiting_at_most(_PATIENCE_SECONDS), store.writing() as connection:
            current, _ = _row(connection, model, limits)
            _change(connection, model, calls=current.calls)
    return Passage()


def _of_open(model: str, limits: CircuitLimits, found: Any, now: float) -> Passage:
    if found.open_until > now:
        return Passage(found.open_until - now, reason=found.reason)
    row = ModelCircuitRow
    free = (row.model == model) & (row.open_until == found.open_until) & (row.probe_until <= now)
    with waiting_at_most(_PATIENCE_SECONDS), get_store().writing() as connection:
        # A killed process gives its request up: another one goes ahead after as long again.
        taken = get_store().change(connection, update(row).where(free).values(probe_until=now + limits.seconds))
    if taken:
        return Passage(is_probe=True)
    return Passage(min(max(found.probe_until - now, 0.1), _LOOK_AGAIN_SECONDS), reason=found.reason)


def _retry(model: str, limits: CircuitLimits) -> Passage:
    with waiting_at_most(_PATIENCE_SECONDS), get_store().writing() as connection:
        row, now = _row(connection, model, limits)
        if row.retries < limits.retry_minimum + limits.retry_share * row.calls:
            _change(connection, model, calls=row.calls, retries=row.retries + 1)
            return Passage()
    return Passage(max(row.window_start + limits.window - now, 0.1))


@dataclass
class _Counts:
    """Counts of a model in its window, those of this process included."""

    window_start: float
    calls: int
    failures: int
    retries: int
    open_until: float


def _row(connection: Connection, model: str, limits: CircuitLimits) -> tuple[_Counts, float]:
    """Return the counts of a model and the time, and have the row locked and in its window."""
    store, row = get_store(), ModelCircuitRow
    look = select(row.__table__).where(row.model == model).with_for_update()
    found = connection.execute(look).first()
    if found is None:
        new_row = dict.fromkeys(("window_start", "calls", "failures", "retries", "open_until", "probe_until"), 0)
        with suppress(IntegrityError), connection.begin_nested():  # another process may have made it meanwhile
            connection.execute(insert(row).values(model=model, reason="", **new_row))
        found = connection.execute(look).one()
    now = store.now(connection)
    with _lock:
        known = _known.setdefault(model, _Known())
        is_of_window = time.monotonic() - known.since <= limits.window
        new, known.succeeded = known.succeeded if is_of_window else 0, 0
    counts = _Counts(found.window_start, found.calls + new, found.failures, found.retries, found.open_until)
    if now - found.window_start > limits.window:
        counts = _Counts(now, new, 0, 0, found.open_until)
        _change(connection, model, window_start=now, calls=new, failures=0, retries=0)
    return counts, now


def _change(connection: Connection, model: str, **values: Any) -> None:
    connection.execute(update(ModelCircuitRow).where(ModelCircuitRow.model == model).values(**values))
