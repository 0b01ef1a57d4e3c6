"""Undoing of effects: in reverse order, each once, through the gate that they came through."""

import logging
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from runtime.effects.delivery import deliver_once
from runtime.effects.log import Entry, LoggedEffect, UndoRefusedError, logged_effects, note_run
from runtime.effects.outcomes import EffectOutcome, NotDeliveredError, effect_key
from runtime.effects.undo import Undo, declared_undo
from runtime.runs.attempts.takeover import is_interrupted
from runtime.runs.ends.after_failure import after_failure
from runtime.step_events import StepEvent, emit
from runtime.store.database import get_store
from runtime.store.tables import EffectLogRow, RunRow

_log = logging.getLogger("prefect.effects")


def undo_effect(
    scope: str, effect: LoggedEffect, undo: Undo[Any], *, note: str, attempt: int | None = None
) -> EffectOutcome:
    """Undo one effect that is done, or may be undone already.

    Args:
        scope: Scope of the effect.
        effect: The effect.
        undo: How it is undone.
        note: Reason, for the log.
        attempt: Attempt at the run after which it is undone. It is refused when another attempt has begun.

    Raises:
        UndoRefusedError: A process works on the run. Nothing was done.
        StoreError: The store cannot be used. Nothing was done.
    """

    def deliver(key: str) -> None:
        try:
            result = undo.read(effect.result)
        except ValueError as error:
            raise NotDeliveredError(f"its result is none that {undo.name} takes: {error}") from None
        undo.reverse(result, key)

    entry = Entry(
        scope, effect.effect, effect.action, effect.undo, tuple(effect.paths), of_undo=True, note=note, attempt=attempt
    )
    action = f"undo {effect.action}"
    key = effect_key(scope, action, {"effect": effect.key})
    return deliver_once(key, scope, action, deliver, ask=undo.ask, on_unknown=undo.on_unknown, entry=entry)


def undo_run(
    scope: str, *, reason: str, on_each: Callable[[LoggedEffect], None] = lambda _: None
) -> list[LoggedEffect]:
    """Undo what a run has done and can be undone, in reverse order.

    What may have happened is not undone. An effect that cannot be undone does not keep the earlier ones from it.

    Args:
        scope: Id of the run, or another scope of effects.
        reason: Why, for the log.
        on_each: Called with each effect that was to be undone, as it is then.

    Returns:
        All effects of the run that name how they are undone, as they are then, newest first.

    Raises:
        UndoRefusedError: A process works on the run, or code that undoes is not known in this process.
        StoreError: The store cannot be used.
    """
    attempt = _attempt_not_worked_on(scope)
    effects = [one for one in logged_effects(scope) if one.state in ("done", "undo unknown")]
    undos = {one.undo: declared_undo(one.undo) for one in effects}
    if missing := sorted(name for name, undo in undos.items() if undo is None):
        raise UndoRefusedError(
            f"What undoes these effects is not known here: {', '.join(missing)}. Declare it by `Undo(…)` or `@undo(…)` "
            "at the top level of a module that the flow's module imports."
        )
    for one in effects:
        undo = undos[one.undo]
        assert undo is not None  # noqa: S101 - see above
        undo_effect(scope, one, undo, note=reason, attempt=attempt)
        on_each(logged_effects(scope, one.effect)[0])
    store = get_store()
    with store.writing() as connection:
        note_run(connection, scope, "pass ended", str(attempt), store.now(connection))
    return logged_effects(scope)


def want_undone(run: str, reason: str) -> None:
    """Note that a person wants all effects of a run undone, for the service that looks after runs.

    Raises:
        StoreError: The store cannot be used.
    """
    store = get_store()
    with store.writing() as connection:
        note_run(connection, run, "wanted", reason, store.now(connection))


def runs_to_undo(limit: int = 200) -> list[str]:
    """Return the runs whose effects are still to be undone: they failed for good, or a person wanted it.

    A run whose own process may be undoing them is left out.

    Args:
        limit: Number of ended runs that are looked at, those first that ended last.

    Raises:
        StoreError: The store cannot be used.
    """
    ended = select(RunRow.__table__).where(RunRow.state.in_(("failed", "cancelled")))
    store, last = get_store(), dict[str, tuple[str, str | None]]()
    with store.reading() as connection:
        now = store.now(connection)
        rows = connection.execute(ended.order_by(RunRow.updated.desc()).limit(limit)).all()
        mine = EffectLogRow.scope.in_([row.id for row in rows])
        query = select(EffectLogRow.scope, EffectLogRow.event, EffectLogRow.note).where(mine)
        for row in connection.execute(query.order_by(EffectLogRow.number)):
            kept = last.get(row.scope, ("", None))
            last[row.scope] = (row.event, row.note) if row.event in ("wanted", "pass ended") else kept
    return [row.id for row in rows if row.id in last and is_interrupted(row, now) and _is_left(row, *last[row.id])]


def _is_left(row: Any, event: str, note: str | None) -> bool:
    """Tell whether effects of an ended run are still to be undone.

    Args:
        row: The run's row.
        event: What was last noted about all of its effects; empty for nothing.
        note: Note on that.
    """
    return event == "wanted" or (row.state == "failed" and (event, note) != ("pass ended", str(row.attempt)))


def _attempt_not_worked_on(run: str) -> int | None:
    """Return the number of the newest attempt at a run; `None` for a scope that is no run.

    Raises:
        UndoRefusedError: A process works on it.
    """
    store = get_store()
    with store.reading() as connection:
        row = connection.execute(select(RunRow.__table__).where(RunRow.id == run)).one_or_none()
        if row is not None and row.state == "running" and not is_interrupted(row, store.now(connection)):
            raise UndoRefusedError(f"Process {row.pid} on {row.host} works on run {run[:8]}, so nothing is undone.")
    return None if row is None else row.attempt


@after_failure
def undo_failed_run(run: str) -> None:
    """Undo the effects of a run that has just failed for good. Problems are logged: the run's own error counts.

    Args:
        run: The run.
    """

    def told(one: LoggedEffect) -> None:
        phase = "finished" if one.state == "undone" else "failed"
        emit(StepEvent(step=f"undo-{uuid4()}", kind="task", name=f"undo {one.action}", phase=phase, error=one.problem))

    try:
        if not logged_effects(run):
            return
        for one in undo_run(run, reason="the run failed", on_each=told):
            if one.state != "undone":
                _log.warning("%s is %s after its run failed: %s.", one.action, one.state, one.problem)
    except Exception as error:  # noqa: BLE001 - see the docstring
        _log.warning("The effects of run %s are not undone: %s `analyst undo %s` does.", run[:8], error, run[:8])
