"""Claims of effects in the store: one process at a time delivers an effect."""

import time
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from runtime.effects.log import Entry
from runtime.effects.outcomes import EffectOutcome
from runtime.runs.attempts.processes import Process, is_gone, this_process
from runtime.store.database import StoreError, get_store
from runtime.store.tables import EffectRow
from runtime.texts.redaction import masked

CLAIM_SECONDS = 120.0
"""Most seconds for one delivery. After that, or when its process has ended, another process may take over."""

_POLL_SECONDS = (0.02, 0.5)
"""First and longest pause between two looks at an effect that another process delivers."""


@dataclass
class EffectClaim:
    """The right of this process to deliver an effect.

    Attributes:
        key: The effect's key.
        number: How often it was claimed, this time included; 0 when it could not be recorded.
        in_doubt: Whether an earlier delivery may have arrived.
        problem: Why it is in doubt.
        unrecorded: Why the store does not know what the last mark said.
        entry: What the log is told, for an effect that can be undone and for undoing it.
    """

    key: str
    number: int
    in_doubt: bool
    problem: str | None = None
    unrecorded: str | None = None
    entry: Entry | None = None

    def renew(self) -> bool:
        """Extend the claim for another delivery; return `False` if another process has taken the effect over."""
        if self.number == 0:
            return True
        mine = update(EffectRow).where(EffectRow.key == self.key, EffectRow.claims == self.number)
        try:
            store = get_store()
            with store.writing() as connection:
                return store.change(connection, mine.values(updated=store.now(connection))) == 1
        except StoreError:
            return True  # no other process could take it over either

    def mark(
        self,
        state: Literal["done", "failed", "unknown"],
        receipt: str | None,
        problem: str | None,
        *,
        found: bool = False,
    ) -> None:
        """Record the outcome, unless another process has taken the effect over. `done` is recorded in any case.

        Args:
            state: The outcome.
            receipt: What the delivery returned.
            problem: What went wrong.
            found: Whether it is done by what the recipient says.
        """
        if self.number == 0:
            return
        statement = update(EffectRow).where(EffectRow.key == self.key)
        if state != "done":
            statement = statement.where(EffectRow.claims == self.number, EffectRow.state == "sending")
        try:
            store = get_store()
            with store.writing(synced=True) as connection:
                said = {"receipt": receipt and masked(receipt), "problem": problem and masked(problem)}
                now = store.now(connection)
                connection.execute(statement.values(state=state, **said, updated=now))
                if state == "done" and self.entry is not None:
                    self.entry.done(connection, now, self.key, receipt, found=found)
        except StoreError as error:
            # The claim stays, and is in doubt as soon as this process has ended.
            self.unrecorded = str(error)


def claim_effect(key: str, scope: str, action: str, entry: Entry | None = None) -> EffectClaim | EffectOutcome:
    """Wait until no other process delivers an effect, then claim it, or return that it is done.

    Args:
        key: The effect's key.
        scope: Its scope.
        action: Name of the action.
        entry: What the log is told with the claim and when it is done.

    Raises:
        UndoRefusedError: A process works on the run whose effect would be undone.
        StoreError: The store cannot be used.
    """
    store, pause = get_store(), _POLL_SECONDS[0]
    while True:
        with store.reading() as connection:
            row = connection.execute(select(EffectRow.__table__).where(EffectRow.key == key)).one_or_none()
            now = store.now(connection)
        if row is not None and row.state == "done":
            return EffectOutcome("already done", key, receipt=row.receipt)
        if row is not None and row.state == "sending" and not _is_abandoned(row, now):
            time.sleep(pause)
            pause = min(2 * pause, _POLL_SECONDS[1])
            continue
        if _take(key, scope, action, row, entry):
            if row is None or row.state == "failed":
                return EffectClaim(key, 1 if row is None else row.claims + 1, in_doubt=False, entry=entry)
            interrupted = "an earlier attempt ended while it was sending"
            return EffectClaim(key, row.claims + 1, in_doubt=True, problem=row.problem or interrupted, entry=entry)


def is_done(key: str) -> bool:
    """Tell whether the effect of a key is done.

    Raises:
        StoreError: The store cannot be used.
    """
    with get_store().reading() as connection:
        return connection.execute(select(EffectRow.state).where(EffectRow.key == key)).scalar() == "done"


def may_have_happened(key: str) -> bool:
    """Tell whether the effect of a key was begun, and is not known to have failed.

    Raises:
        StoreError: The store cannot be used.
    """
    with get_store().reading() as connection:
        state = connection.execute(select(EffectRow.state).where(EffectRow.key == key)).scalar()
        return state is not None and state != "failed"


def _take(key: str, scope: str, action: str, seen: Any, entry: Entry | None) -> bool:
    """Record the intent. It fails if the row has changed since it was read."""
    me, store = this_process(), get_store()
    owner = {"host": me.host, "machine": me.machine, "pid": me.pid, "process_started": me.started}
    with store.writing(synced=True) as connection:
        now = store.now(connection)
        if seen is None:
            values = {"key": key, "scope": scope, "action": action, "state": "sending", "claims": 1}
            try:
                connection.execute(insert(EffectRow).values(**values, **owner, created=now, updated=now))
            except IntegrityError:
                connection.rollback()
                return False
            taken = True  # PostgreSQL's driver does not count inserted rows
        else:
            statement = (
                update(EffectRow)
                .where(EffectRow.key == key, EffectRow.claims == seen.claims, EffectRow.state == seen.state)
                .values(state="sending", claims=seen.claims + 1, problem=None, updated=now, **owner)
            )
            taken = store.change(connection, statement) == 1
        if taken and entry is not None:
            entry.begun(connection, now, key)
        return taken


def _is_abandoned(row: Any, now: float) -> bool:
    owner = Process(row.host, row.machine, row.pid, row.process_started)
    return owner == this_process() or bool(is_gone(owner)) or now - row.updated >= CLAIM_SECONDS
