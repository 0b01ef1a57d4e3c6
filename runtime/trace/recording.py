"""Recording of spans: the agent runs, model calls, tool calls and tasks of a run, each with its time and its parent.

The outermost run is the correlation id of everything inside it: nested agents and all attempts write under its id. A
span is recorded when it starts and again when it ends, so that a killed process leaves it as running. Both wait for the
run's next heartbeat, which comes within 0.2 seconds, and are written in its transaction: a step costs no transaction of
its own. A process without a lease of the run records nothing.

Secrets are masked here, before anything is written.
"""

import logging
import os
import re
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from time import perf_counter
from typing import Any, Literal, cast

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError, DBAPIError, StatementError

from runtime.run_events.delivery import deliver_soon
from runtime.run_events.rows import delivery_of
from runtime.runs.attempts.leases import Lease, held
from runtime.runs.enclosing import outermost_flow_run
from runtime.settings import get_settings
from runtime.store.tables import SpanRow
from runtime.texts.redaction import MASK, masker
from runtime.trace.telemetry import telemetry_event, telemetry_span
from runtime.waiting import WaitingForApproval

SpanKind = Literal["flow", "agent", "model", "tool", "task", "retry", "recovery"]

_log = logging.getLogger("prefect.trace")

_TEXTS = {"input": 2000, "error": 500, "reason": 500, "change": 500}
"""Texts of a span, and the number of characters that is kept of each."""

_SECRET_ARGUMENT = re.compile(r"(?i)password|passwd|secret|token|api_?key|credential|authorization")
"""Names of arguments whose values are not recorded."""

_TOLD = {"tries", "output_size", "outcome", "usd", "agent"}
"""Details of a span that OpenTelemetry is told."""

_numbers = count(1)


@dataclass
class Span:
    """A span under way.

    Attributes:
        replayed: Whether its result was stored by an earlier attempt, so that nothing was called.
        failed: Whether its call failed, although it raised no error: another one stands in for it.
        details: What is known about it, by the names of the fields of `runtime.trace.reading.TraceSpan`.
    """

    replayed: bool = False
    failed: bool = False
    details: dict[str, Any] = field(default_factory=dict[str, Any])

    def note(self, **details: Any) -> None:
        """Add to what is known about it. `None` says nothing."""
        self.details.update((name, value) for name, value in details.items() if value is not None)

    def fail(self, error: Exception) -> None:
        """Add the error of a call that has a result all the same."""
        self.note(**_failure(error))

    def told(self) -> dict[str, Any]:
        """Attributes for OpenTelemetry: numbers and names, nothing that a model, a tool or a user has written."""
        return {name: value for name, value in self.details.items() if name in _TOLD} | {"replayed": self.replayed}


@dataclass(frozen=True)
class _Place:
    """The innermost span around a point in the code."""

    lease: Lease
    number: int
    about: Mapping[str, str] = field(default_factory=dict[str, str])
    """Agent and model that it is about, for the spans inside it."""


_place: ContextVar[_Place | None] = ContextVar("span", default=None)


@contextmanager
def tracing(kind: SpanKind, name: str, content: object = None, *, model: str = "") -> Generator[Span]:
    """Record this block as a span inside the one around it.

    Args:
        kind: What it is.
        name: Name of what runs, without what it was given.
        content: What it was given: a prompt, or the arguments of a tool.
        model: Model that is asked, with its provider.

    Yields:
        The span, to be told what becomes known.
    """
    with telemetry_span(kind, name) as attributes, _in_store(kind, name, content, model) as span:
        try:
            yield span
        finally:
            attributes.update(span.told())


@contextmanager
def _in_store(kind: SpanKind, name: str, content: object, model: str) -> Generator[Span]:
    span, around = Span(), _place.get()
    lease = around.lease if around is not None else _lease_here()
    if lease is None:
        yield span
        return
    number, started = next(_numbers), time.time()
    row = _row(lease, number, 0 if around is None else around.number, kind, name, started)
    about = {**({} if around is None else around.about), **({"agent": name} if kind == "agent" else {})}
    about |= {"asked": model} if model else {}
    span.note(**about, **_input(content))
    _write_soon(lease, row | {"details": dict(span.details)})
    token, clock = _place.set(_Place(lease, number, about)), perf_counter()
    state = "finished"
    try:
        yield span
    except Exception as error:
        state = "cancelled" if isinstance(error, WaitingForApproval) else "failed"
        span.note(**_failure(error))
        raise
    except BaseException:
        state = "cancelled"
        raise
    finally:
        with suppress(ValueError):  # a generator may be closed in another context than it was begun in
            _place.reset(token)
        if state == "finished" and (span.replayed or span.failed):
            state = "replayed" if span.replayed else "failed"
        _write_soon(lease, row | {"state": state, "seconds": perf_counter() - clock, "details": span.details})


def record_retry(tries: int, error: Exception, delay: float) -> None:
    """Record inside the span around that a call failed and is tried again.

    Args:
        tries: How often it was tried until now.
        error: Why it failed.
        delay: Seconds until it is tried again.
    """
    telemetry_event("retry", {"tries": tries, "delay": delay, "error": type(error).__name__})
    around = _place.get()
    if around is not None:
        row = _row(around.lease, next(_numbers), around.number, "retry", f"try {tries}", time.time())
        details = _failure(error) | {"tries": tries, "delay": delay, **around.about}
        _write_soon(around.lease, row | {"state": "failed", "seconds": 0.0, "details": details})


def record_recovery(recovery: str, reason: str, change: str) -> None:
    """Record inside the span around what was decided about a failure.

    Args:
        recovery: Name of the recovery.
        reason: Failure that it answers, without anything that a model, a tool or a user has written.
        change: What is done differently from now on, in the same way.
    """
    telemetry_event("recovery", {"recovery": recovery, "reason": reason, "change": change})
    around = _place.get()
    if around is not None:
        row = _row(around.lease, next(_numbers), around.number, "recovery", recovery, time.time())
        details = {"reason": reason, "change": change, **around.about}
        _write_soon(around.lease, row | {"state": "finished", "seconds": 0.0, "details": details})


def _lease_here() -> Lease | None:
    context = outermost_flow_run()
    return None if context is None or context.flow_run is None else held(str(context.flow_run.id))


def _row(lease: Lease, number: int, parent: int, kind: str, name: str, started: float) -> dict[str, Any]:
    return {
        "run": lease.run_id,
        "attempt": lease.attempt,
        "number": number,
        "parent": parent,
        "kind": kind,
        "name": name,
        "state": "running",
        "started": started,
        "seconds": None,
    }


def _input(content: object) -> dict[str, Any]:
    """Recorded form of a prompt or of arguments: the text, or its size alone."""
    if content is None:
        return {}
    text = _text_of(content)
    if get_settings().trace_content == "off":
        return {"input_size": len(text)}
    return {"input": text, "input_size": len(text)}


def _text_of(content: object) -> str:
    if not isinstance(content, Mapping):
        return str(content)
    arguments = cast("Mapping[object, object]", content).items()
    return ", ".join(f"{name}={MASK if _SECRET_ARGUMENT.search(str(name)) else value}" for name, value in arguments)


def _failure(error: Exception) -> dict[str, Any]:
    if get_settings().trace_content == "off":
        return {"error": type(error).__name__}
    text = " ".join(str(error).split())
    return {"error": f"{type(error).__name__}: {text}"}


def _masked(details: dict[str, Any], mask: Callable[[str], str]) -> dict[str, Any]:
    """Mask the texts of a span before they are cut, which could leave a part of a secret."""
    cut = {name: mask(details[name])[:most] for name, most in _TEXTS.items() if name in details}
    return details | cut if cut else details


@dataclass
class _Batch:
    """Spans of one attempt that the next heartbeat writes."""

    key: tuple[str, int]
    rows: dict[int, dict[str, Any]] = field(default_factory=dict[int, dict[str, Any]])

    def write(self, connection: Connection, now: float) -> None:
        with _lock:
            if _batches.get(self.key) is self:
                del _batches[self.key]  # what comes from now on is another batch
        mask = masker()
        rows: list[dict[str, Any]] = [
            row | {"details": _masked(row["details"], mask), "updated": now} for row in self.rows.values()
        ]
        for row in rows:
            row["delivery"] = delivery_of(row["kind"], row["state"])
        try:
            # After an error, PostgreSQL takes nothing more of a transaction. SQLite does, and needs no savepoint.
            with connection.begin_nested() if connection.dialect.name == "postgresql" else nullcontext():
                connection.execute(_upsert(connection.dialect.name), rows)
        except (ValueError, StatementError) as error:
            if isinstance(error, DBAPIError) and not isinstance(error, DataError):
                raise  # the store cannot be used now, and this is written with a later heartbeat
            # A text or number that no database takes must not stop the heartbeats of the run.
            _log.warning("%d spans of run %s cannot be recorded: %s", len(rows), self.key[0], type(error).__name__)
            return
        if any(row["delivery"] for row in rows):
            deliver_soon(self.key[0])


_batches: dict[tuple[str, int], _Batch] = {}
_lock = threading.Lock()


def _forget() -> None:
    """Forget in a forked child what waits: it is the parent's."""
    global _batches, _lock
    _batches, _lock = {}, threading.Lock()


os.register_at_fork(after_in_child=_forget)


def _write_soon(lease: Lease, row: dict[str, Any]) -> None:
    key = lease.run_id, lease.attempt
    with _lock:
        batch = _batches.get(key)
        if new := batch is None:
            batch = _batches[key] = _Batch(key)
        batch.rows[row["number"]] = row
    if new:
        lease.write_soon(batch.write)


@cache
def _upsert(dialect: str) -> Any:
    insert: Any = (postgresql if dialect == "postgresql" else sqlite).insert(SpanRow)
    changed = {name: insert.excluded[name] for name in ("state", "seconds", "details", "delivery", "updated")}
    return insert.on_conflict_do_update(index_elements=["run", "attempt", "number"], set_=changed)
