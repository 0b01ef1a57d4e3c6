"""Log of effects that can be undone: rows are only added, each in the transaction that claims or marks the effect.

| event | when |
|---|---|
| `begun` | before the effect is delivered |
| `done` | it is known to have happened, with its result |
| `found` | it is known to have happened, but its result is not known: the recipient was asked, or it held a secret |
| `undo begun` | before it is undone |
| `undone` | it is known to be undone |
| `wanted` | a person wants all effects of the run undone |
| `pass ended` | all that could be undone after an attempt at the run is undone |
"""

import json
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, insert, select

from runtime.runs.attempts.takeover import is_interrupted
from runtime.store.database import get_store
from runtime.store.tables import EffectLogRow, EffectRow, RunRow
from runtime.texts.redaction import masked

EffectState = Literal["done", "undone", "unknown", "undo unknown"]
"""`unknown`: it may have happened, or its result is not known. `undo unknown`: it was done and may be undone."""


class UndoRefusedError(RuntimeError):
    """Error raised when effects of a run cannot be undone; the message says why and what to do. Nothing was undone."""


class LoggedEffect(BaseModel):
    """An effect that can be undone, with what is known of it."""

    model_config = ConfigDict(frozen=True)

    effect: str
    """Key of the effect, the same each time it is done again after it was undone."""
    key: str
    """Idempotency key under which it was delivered the last time."""
    action: str
    """Name of the action."""
    undo: str
    """Name of the function that undoes it."""
    paths: list[str]
    """Paths of the steps around it, whose stored results are made again once it is undone."""
    state: EffectState
    """State."""
    result: Any
    """Its result, if it is done."""
    problem: str | None
    """Reason why its state is unknown, or why it was not undone."""
    times_undone: int
    """Number of times that it was undone."""
    at: float
    """Time of its newest entry, in seconds since 1970."""


@dataclass(frozen=True)
class Entry:
    """Content of the log entries of one claim.

    Attributes:
        scope: Scope in which the effect happens once.
        effect: Key of the effect, whatever is done to it.
        action: Name of the action.
        undo: Name of the function that undoes it.
        paths: Paths of the steps around it.
        of_undo: Whether the claim is of undoing it.
        is_json: Whether the receipt is the JSON text of the result.
        note: Reason, for undoing.
        attempt: Attempt at the run after which it is undone, which fails when another one has begun; `None` for any.
    """

    scope: str
    effect: str
    action: str
    undo: str
    paths: tuple[str, ...] = ()
    of_undo: bool = False
    is_json: bool = False
    note: str | None = None
    attempt: int | None = None

    def begun(self, connection: Connection, now: float, key: str) -> None:
        """Write that the delivery begins.

        Raises:
            UndoRefusedError: A process works on the run whose effect would be undone.
        """
        if self.attempt is not None:
            _refuse_if_worked_on(connection, self.scope, self.attempt, now)
        self._add(connection, now, key, "undo begun" if self.of_undo else "begun")

    def done(self, connection: Connection, now: float, key: str, receipt: str | None, *, found: bool) -> None:
        """Write that it has happened.

        Args:
            connection: The transaction.
            now: The database's time.
            key: Key of the delivery.
            receipt: What the delivery returned.
            found: Whether that it happened is known from the recipient only, which does not say with what result.
        """
        if self.of_undo:
            self._add(connection, now, key, "undone")
        elif found or (receipt is not None and masked(receipt) != receipt):
            why = "its recipient has it, but its result is not known" if found else "its result holds a secret"
            self._add(connection, now, key, "found", note=why)
        else:
            result = json.loads(receipt) if self.is_json and receipt is not None else receipt
            self._add(connection, now, key, "done", result=result)

    def _add(self, connection: Connection, now: float, key: str, event: str, **columns: Any) -> None:
        values = {"scope": self.scope, "effect": self.effect, "action": self.action, "undo": self.undo}
        values |= {"note": self.note, "paths": list(self.paths), "key": key, "event": event, "at": now}
        connection.execute(insert(EffectLogRow).values(**values | columns))


def _refuse_if_worked_on(connection: Connection, run: str, attempt: int, now: float) -> None:
    row = connection.execute(select(RunRow.__table__).where(RunRow.id == run).with_for_update()).one_or_none()
    if row is not None and (row.attempt != attempt or (row.state == "running" and not is_interrupted(row, now))):
        raise UndoRefusedError(f"Run {run[:8]} is being worked on (attempt {row.attempt}), so nothing is undone.")


def note_run(connection: Connection, scope: str, event: Literal["wanted", "pass ended"], note: str, at: float) -> None:
    """Write something about all effects of a run.

    Args:
        connection: The transaction.
        scope: The run.
        event: What.
        note: For `wanted` the reason, for `pass ended` the number of the attempt after which it was.
        at: The database's time.
    """
    values = {"scope": scope, "event": event, "note": note, "at": at, "paths": []}
    connection.execute(insert(EffectLogRow).values(**values, effect="", key="", action="", undo=""))


def logged_effects(scope: str, effect: str | None = None) -> list[LoggedEffect]:
    """Return the effects of a scope that can be undone, in the order in which they are undone: newest first.

    Args:
        scope: The scope, such as a run.
        effect: Key of one effect; by default all.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    query = select(EffectLogRow.__table__).where(EffectLogRow.scope == scope, EffectLogRow.effect != "")
    query = query if effect is None else query.where(EffectLogRow.effect == effect)
    with get_store().reading() as connection:
        rows = connection.execute(query.order_by(EffectLogRow.number)).all()
        known = select(EffectRow.key, EffectRow.state, EffectRow.problem)
        known = known.where(EffectRow.key.in_({row.key for row in rows}))
        gates = {row.key: row for row in connection.execute(known).all()} if rows else {}
    by_effect: dict[str, list[Any]] = {}
    for row in rows:
        by_effect.setdefault(row.effect, []).append(row)
    found = [(_order(rows), _now(rows, gates)) for rows in by_effect.values()]
    return [one for _, one in sorted(found, key=lambda pair: -pair[0]) if one is not None]


def _order(rows: list[Any]) -> int:
    """Return the number of the newest entry that says that the effect happens."""
    return max(row.number for row in rows if row.event in ("begun", "done", "found"))


def _now(rows: list[Any], gates: dict[str, Any]) -> LoggedEffect | None:
    """Return an effect as its rows and the gate's say; `None` if it certainly has not happened."""
    key = next(row.key for row in reversed(rows) if row.event == "begun")
    mine = [row for row in rows if row.key == key and row.event in ("done", "found")]
    state, problem, result = "unknown", "it may have happened", None
    gate = gates.get(key)
    undone = {row.key for row in rows if row.event == "undone"}
    if mine and mine[-1].event == "done":
        state, problem, result = "done", None, mine[-1].result
        last = next((row for row in reversed(rows) if row.event in ("undo begun", "begun")), rows[0])
        if last.event == "undo begun":
            of_undo = gates.get(last.key)
            if last.key in undone:
                state = "undone"
            elif of_undo is not None and of_undo.state == "failed":
                problem = of_undo.problem
            else:
                state, problem = "undo unknown", "it may be undone"
    elif mine:
        problem = mine[-1].note
    elif gate is not None and gate.state == "failed":
        if not undone:
            return None
        state, problem = "undone", None  # and not done again
    row = rows[-1]
    columns = {name: getattr(row, name) for name in ("effect", "action", "undo", "paths", "at")}
    return LoggedEffect(**columns, key=key, state=state, result=result, problem=problem, times_undone=len(undone))
