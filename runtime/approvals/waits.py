"""Waits of runs for an answer from outside, each known by its place in the run and resolved by a token.

The token is handed to whoever will answer. Their program gives the answer by `resolve_wait`, and the run goes on.
"""

import getpass
import secrets
from datetime import timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from pydantic_core import to_jsonable_python
from sqlalchemy import insert, select, update

from runtime.approvals.types import ApprovalError
from runtime.store.database import get_store
from runtime.store.tables import WaitRow
from runtime.texts.redaction import holds_secret, masked

WaitState = Literal["new", "asked", "resolved", "failed"]
"""`new`: nobody was asked yet. `asked`: the token was handed out."""


class Wait(BaseModel):
    """A wait of a run."""

    model_config = ConfigDict(use_attribute_docstrings=True, frozen=True)

    id: str
    """Place in the run, the same in each attempt."""
    token: str
    """Token that resolves it."""
    state: WaitState
    """State."""
    payload: Any
    """Answer, as a JSON value."""
    problem: str | None
    """Reason why no answer will come."""


def open_wait(place: str, run: str, name: str, timeout: timedelta | None) -> Wait:
    """Begin a wait, or find what has become of it.

    Args:
        place: Place in the run, the same in each attempt.
        run: Id of the outermost flow run.
        name: Name, for people.
        timeout: Time after which no answer is waited for; counted from the first attempt.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    store = get_store()
    with store.writing() as connection:
        now = store.now(connection)
        row = connection.execute(_at(place)).one_or_none()
        if row is None:
            expires = None if timeout is None else now + timeout.total_seconds()
            values = {"id": place, "run": run, "name": name, "token": secrets.token_urlsafe(32), "state": "new"}
            connection.execute(insert(WaitRow).values(**values, created=now, expires=expires))
        elif row.state in ("new", "asked") and row.expires is not None and now > row.expires:
            change = {"state": "failed", "problem": f"No resolution arrived within {timeout}.", "resolved": now}
            connection.execute(update(WaitRow).where(WaitRow.id == place).values(**change))
        return _wait(connection.execute(_at(place)).one())


def mark_asked(place: str) -> None:
    """Record that the token of a wait was handed out.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    with get_store().writing() as connection:
        mine = update(WaitRow).where(WaitRow.id == place, WaitRow.state == "new")
        connection.execute(mine.values(state="asked"))


def resolve_wait(token: str, payload: object) -> None:
    """Give the answer to a wait. Its run then goes on by `analyst resume`, or by itself under serve and watch.

    Args:
        token: The token that was handed out.
        payload: The answer, of which its JSON form is used.

    Raises:
        ApprovalError: No open wait has this token, or the answer holds a secret, which is not stored.
        runtime.store.database.StoreError: The store cannot be used.
    """
    answer = to_jsonable_python(payload)
    if holds_secret(answer):
        raise ApprovalError("The answer holds a secret, which is not stored.")
    _end(token, state="resolved", payload=answer)


def fail_wait(token: str, reason: str) -> None:
    """End a wait without an answer.

    Args:
        token: The token that was handed out.
        reason: Why; the run is told.

    Raises:
        ApprovalError: No open wait has this token.
        runtime.store.database.StoreError: The store cannot be used.
    """
    _end(token, state="failed", problem=masked(reason))


def runs_that_wait() -> set[str]:
    """Return the runs for which an answer is still to come.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    store = get_store()
    with store.reading() as connection:
        now = store.now(connection)
        is_open = WaitRow.state.in_(("new", "asked")) & (WaitRow.expires.is_(None) | (WaitRow.expires >= now))
        return set(connection.execute(select(WaitRow.run).where(is_open)).scalars())


def _end(token: str, **columns: Any) -> None:
    store = get_store()
    with store.writing() as connection:
        now = store.now(connection)
        mine = update(WaitRow).where(WaitRow.token == token, WaitRow.state.in_(("new", "asked")))
        mine = mine.where(WaitRow.expires.is_(None) | (WaitRow.expires >= now))
        ended = store.change(connection, mine.values(**columns, by=getpass.getuser(), resolved=now))
    if ended != 1:
        raise ApprovalError("No run waits for this token: it is wrong, or its wait has ended.")


def _at(place: str) -> Any:
    return select(WaitRow.__table__).where(WaitRow.id == place).with_for_update()


def _wait(row: Any) -> Wait:
    return Wait(**{name: getattr(row, name) for name in Wait.model_fields})
