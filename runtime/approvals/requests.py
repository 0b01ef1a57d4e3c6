"""Requests for approval in the store: asked once, decided once, and never approved by time."""

import getpass
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, insert, select, update

from runtime.approvals.types import Approval, ApprovalError, ApprovalState, OnTimeout
from runtime.run_events.delivery import deliver_soon
from runtime.run_events.rows import write_event
from runtime.run_events.types import ApprovalDecided, ApprovalRequested
from runtime.runs.attempts.processes import this_process
from runtime.settings import get_settings
from runtime.store.database import get_store
from runtime.store.tables import ApprovalRow, RunRow
from runtime.texts.redaction import holds_secret, masker


class Wanted(BaseModel):
    """A tool call or effect that a run wants to have approved."""

    model_config = ConfigDict(use_attribute_docstrings=True, frozen=True)

    id: str
    """Id of the request: a digest of the call's place and of `bound`."""
    run: str
    """Id of the outermost flow run."""
    attempt: int
    """Number of the attempt at the run."""
    place: str
    """Place of the call in the run, the same whatever its content."""
    agent: str
    """Name of the agent."""
    tool: str
    """Name of the tool."""
    arguments: dict[str, Any]
    """Arguments of the call."""
    bound: dict[str, str]
    """Digests of tool, arguments, data and policy; for an effect of effect, arguments and policy."""
    seconds: float | None
    """Seconds in which it has to be decided; null for no limit."""
    on_timeout: OnTimeout
    """Outcome when that time is over."""


def ask(wanted: Sequence[Wanted]) -> list[Approval]:
    """Ask for approvals that were not asked yet, and return all with their state now.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    store, found, asked = get_store(), list[Approval](), False
    with store.writing() as connection:
        now = store.now(connection)
        for one in wanted:
            row = connection.execute(_by_id(one.id)).one_or_none()
            if row is None:
                row, asked = _ask(connection, one, now), True
            elif row.attempt != one.attempt:
                connection.execute(update(ApprovalRow).where(ApprovalRow.id == one.id).values(attempt=one.attempt))
            found.append(_current(connection, row, now))
    if asked:
        deliver_soon(wanted[0].run)
    return found


def expire_left(run: str, attempt: int) -> None:
    """Let open requests of a run expire that an attempt has not asked by its end: the run has taken another way.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    store = get_store()
    left = select(ApprovalRow.__table__).where(
        ApprovalRow.run == run, ApprovalRow.state == "asked", ApprovalRow.attempt < attempt
    )
    with store.writing() as connection:
        now = store.now(connection)
        for row in connection.execute(left).all():
            _change(connection, row, now, "expired", note="the run has taken another way since")


def list_approvals(run: str | None = None, *, waiting: bool = True, limit: int = 100) -> list[Approval]:
    """Return approvals, newest first.

    Args:
        run: Id of a run; by default of all.
        waiting: Only those that wait for a decision.
        limit: How many.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    store = get_store()
    query = select(ApprovalRow.__table__).order_by(ApprovalRow.asked.desc(), ApprovalRow.id).limit(limit)
    query = query.where(ApprovalRow.run == run) if run is not None else query
    if waiting:
        ended = select(RunRow.id).where(RunRow.state.in_(("completed", "cancelled")))
        query = query.where(ApprovalRow.state == "asked", ApprovalRow.run.not_in(ended))
    with store.writing() as connection:  # those whose time is over are written as expired
        now = store.now(connection)
        found = [_current(connection, row, now) for row in connection.execute(query).all()]
    return [one for one in found if one.state == "asked" or not waiting]


def decide(
    approval: Approval,
    *,
    approved: bool,
    origin: str,
    by: str | None = None,
    note: str | None = None,
    new_arguments: dict[str, Any] | None = None,
) -> Approval:
    """Decide about a request.

    Args:
        approval: The request.
        approved: Whether the call may be made.
        origin: From where it is decided.
        by: Who decides, if it is known otherwise than as the user of this process.
        note: Why; the model is told.
        new_arguments: Arguments to call it with in place of those of the model.

    Raises:
        ApprovalError: It was decided or has expired meanwhile, or they may not decide.
        runtime.store.database.StoreError: The store cannot be used.
    """
    if holds_secret(new_arguments):
        raise ApprovalError("The new arguments hold a secret, which is not stored.")
    by = by or getpass.getuser()
    if not may_decide(by):
        raise ApprovalError(f"{by} is not among those who may decide (ANALYST_APPROVERS).")
    store = get_store()
    with store.writing() as connection:
        now = store.now(connection)
        row = connection.execute(_by_id(approval.id)).one_or_none()
        if row is None:
            raise ApprovalError(f"The request {approval.id[:8]} is not in the store any more.")
        if new_arguments is not None and "effect" in row.bound:
            raise ApprovalError(f"{row.tool} is an effect, which is done as it was shown: approve or deny it.")
        current = _current(connection, row, now)
        if current.state == "asked":
            state: ApprovalState = "approved" if approved else "denied"
            where = f"{origin} on {this_process().host}"
            columns = {"by": by, "origin": where, "note": masker()(note) if note else None}
            current = _change(connection, row, now, state, **columns, new_arguments=new_arguments)
            refused = None
        else:
            refused = f"The request {approval.id[:8]} is {current.state} already" + (
                f", by {current.by}." if current.by else "."
            )
    if refused is not None:
        raise ApprovalError(refused)
    deliver_soon(approval.run)
    return current


def find_approval(id_: str) -> Approval | None:
    """Return a request as it is now.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    store = get_store()
    with store.writing() as connection:
        row = connection.execute(_by_id(id_)).one_or_none()
        return None if row is None else _current(connection, row, store.now(connection))


def may_decide(user: str) -> bool:
    """Tell whether a user may decide about requests, by the settings of this process."""
    approvers = get_settings().approvers
    return approvers is None or user in approvers


def _by_id(id_: str) -> Any:
    return select(ApprovalRow.__table__).where(ApprovalRow.id == id_).with_for_update()


def _ask(connection: Connection, one: Wanted, now: float) -> Any:
    """Write a new request. Earlier ones for the same call hold no more, since what they were bound to has changed."""
    earlier = select(ApprovalRow.__table__).where(ApprovalRow.run == one.run, ApprovalRow.place == one.place)
    rows = connection.execute(earlier.order_by(ApprovalRow.asked.desc())).all()
    changed = sorted(name for name, value in one.bound.items() if rows and rows[0].bound.get(name) != value)
    for row in rows:
        if row.state == "asked":
            _change(connection, row, now, "expired", note=f"changed since: {', '.join(changed)}")
    mask = masker()
    values = one.model_dump(include={"id", "run", "attempt", "place", "agent", "tool", "bound", "on_timeout"})
    expires = None if one.seconds is None else now + one.seconds
    connection.execute(
        insert(ApprovalRow).values(
            **values, arguments=_masked(one.arguments, mask), changed=changed, state="asked", asked=now, expires=expires
        )
    )
    row = connection.execute(_by_id(one.id)).one()
    write_event(connection, now, one.run, _requested(row, overdue=False), one.id)
    return row


def _requested(row: Any, *, overdue: bool) -> ApprovalRequested:
    columns = {name: getattr(row, name) for name in ("attempt", "agent", "tool", "changed", "expires", "on_timeout")}
    return ApprovalRequested(approval=row.id, overdue=overdue, **columns)


def _current(connection: Connection, row: Any, now: float) -> Approval:
    """Return a request as it is now: expired if its time is over."""
    late = row.state == "asked" and row.expires is not None and now > row.expires
    if late and row.on_timeout == "deny":
        return _change(connection, row, now, "expired", note="nobody decided in time")
    if late:
        write_event(connection, now, row.run, _requested(row, overdue=True), row.id, "overdue")
    if row.state == "approved" and not may_decide(row.by):
        # Who decided may not do so any more: it waits for somebody who may.
        return _change(connection, row, now, "asked", decided=None, by=None, origin=None, note=None)
    return _approval(row, overdue=late)


def _change(connection: Connection, row: Any, now: float, state: ApprovalState, **columns: Any) -> Approval:
    values: dict[str, Any] = {"state": state, "decided": now, **columns}
    connection.execute(update(ApprovalRow).where(ApprovalRow.id == row.id).values(**values))
    if state != "asked":
        by = values.get("by")
        event = ApprovalDecided(
            attempt=row.attempt, approval=row.id, agent=row.agent, tool=row.tool, state=state, by=by
        )
        write_event(connection, now, row.run, event, row.id, now)
    return _approval(connection.execute(_by_id(row.id)).one(), overdue=False)


def _approval(row: Any, *, overdue: bool) -> Approval:
    columns = {name: getattr(row, name) for name in Approval.model_fields if name != "overdue"}
    return Approval(**columns, overdue=overdue)


def _masked(value: Any, mask: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {name: _masked(inner, mask) for name, inner in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return [_masked(inner, mask) for inner in value] if isinstance(value, list) else value  # pyright: ignore[reportUnknownVariableType]
