"""Rows of the store that events come from: ended spans of a trace, and `run_events` for what is no span."""

import json
import logging
import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from pydantic import ValidationError
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from runtime.run_events.types import (
    EVENTS,
    ContextChanged,
    ModelCalled,
    RecoveryDecided,
    RunEvent,
    ToolCalled,
)
from runtime.settings import get_settings
from runtime.store.tables import RunEventRow

_log = logging.getLogger("prefect.run_events")

WAITING, SENT = "waiting", "sent"
"""Deliveries of a row: its events are to be sent; they were sent, and have not been seen on the server. Without a
delivery there is nothing to do."""

_KINDS = ("model", "tool", "retry", "recovery")
_NAMESPACE = UUID("5f1c5d0e-6f0f-4d51-9f0a-0a4f0a6c8f1b")
"""Namespace of the ids of events, made once for this project."""
_TYPE = re.compile(r"[A-Za-z_][\w.]*(?=[:(\s]|$)")


def delivery_of(kind: str, state: str) -> str | None:
    """Return the delivery with which a span is written; `None` for one that no event comes from."""
    return first_delivery() if kind in _KINDS and state not in ("running", "replayed") else None


def first_delivery() -> str | None:
    """Return the delivery of a new row; `None` where no events are to be sent."""
    return WAITING if get_settings().events == "on" else None


def event_id(run_id: str, name: str, *key: object) -> UUID:
    """Return the id of an event, which is the same whoever sends it and how often."""
    return uuid5(_NAMESPACE, json.dumps([run_id, name, *key]))


def write_event(connection: Connection, now: float, run_id: str, event: RunEvent, *key: object) -> None:
    """Write an event that is no span. One that is there already stays as it is.

    Args:
        connection: Of a transaction.
        now: The database's time.
        run_id: Its run.
        event: The event.
        key: What tells it from others of its name in the run, the same in each attempt that may report it again.
    """
    insert: Any = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(RunEventRow)
    row = {"id": str(event_id(run_id, event.name, *key)), "run": run_id, "event": event.name, "occurred": now}
    row |= {"payload": event.model_dump(mode="json", exclude_none=True), "delivery": first_delivery(), "updated": now}
    connection.execute(insert.values(**row).on_conflict_do_nothing(index_elements=["id"]))


def event_of_row(row: Any) -> RunEvent | None:
    """Return the event of a row of its own; `None` if another version wrote it in a way that this one does not know."""
    try:
        return EVENTS[row.event].model_validate(row.payload)
    except (KeyError, ValidationError):
        _log.warning("An event %s of run %s cannot be read, and is not sent.", row.event, row.run)
        return None


def events_of_span(row: Any) -> Sequence[RunEvent]:
    """Return the events of an ended span.

    Args:
        row: The span: `kind`, `name`, `state`, `seconds`, `attempt` and `details`.
    """
    details: dict[str, Any] = row.details
    about = {"attempt": row.attempt, **_some(details, "agent")}
    model = {"model": details.get("asked")}
    reason = error_type(details.get("error"))
    ended = {**about, "state": row.state, "seconds": row.seconds, "error": reason, **_some(details, "tries")}
    if row.kind == "model":
        counts = _some(details, "input_tokens", "output_tokens", "cached_tokens", "usd")
        return [ModelCalled(**ended, **model, **counts, answered_by=details.get("model"))]
    if row.kind == "tool":
        return [ToolCalled(**ended, **_some(details, "output_size", "outcome"), tool=row.name)]
    if row.kind == "retry":
        again = _some(details, "tries", "delay")
        return [RecoveryDecided(**about, **model, recovery="retry", reason=reason, **again)]
    why = _some(details, "reason", "change")
    decided = RecoveryDecided(**about, **model, recovery=row.name, **why)
    return [decided, ContextChanged(**about, **model, **why)] if row.name == "compaction" else [decided]


def _some(details: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: details.get(name) for name in names}


def error_type(error: str | None) -> str | None:
    """Return the type of an error from its line in the store, without its text, which may hold data."""
    found = _TYPE.match(error or "")
    return found[0] if found else None
