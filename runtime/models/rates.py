"""Rates of models: how many requests and tokens a minute all runs of the store may send to a model together.

Each request of the last minute to a limited model is a row of the store. A request is let through in one transaction,
if those of the minute before it leave room, so that no minute ever has more, whatever processes and hosts there are.
Its tokens are its worst case until it is answered, and what it used from then on.

Prefect's global concurrency limits with slot decay do not do this: their bucket fills again while it is emptied, so
that a limit of 60 with one slot a second lets 119 through in the first minute, and what a request took of it cannot be
corrected when the answer tells its tokens.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, delete, func, insert, select, text, update

from runtime.runs.attempts.leases import held
from runtime.settings import get_settings
from runtime.store.database import get_store
from runtime.store.tables import ModelLimitRow, ModelUseRow

WINDOW_SECONDS = 60.0
"""Seconds for which a request counts."""
_KNOWN_SECONDS = 2.0
"""Seconds for which a process goes by the limits that it read last."""
_LOCK = 720119
"""Number of PostgreSQL's lock that lets one process at a time look for room, as SQLite does by itself."""
_MARGIN_SECONDS = 0.01
"""Seconds added to a wait, so that the oldest request has left the minute."""


@dataclass(frozen=True)
class ModelLimit:
    """Limits of one model.

    Attributes:
        requests: Requests a minute.
        tokens: Input and output tokens a minute.
    """

    requests: int | None = None
    tokens: int | None = None


@dataclass(frozen=True)
class Used:
    """Requests of the last minute to a model, and their tokens."""

    requests: int
    tokens: int


@dataclass(frozen=True)
class Turn:
    """Permission to send a request to limited models.

    Attributes:
        rows: Its rows in the store.
    """

    rows: Sequence[str]


_read: tuple[str, float, dict[str, ModelLimit]] | None = None
"""Store, time of this process's clock and limits of the last read."""


def shared_name(model: str) -> str:
    """Return the name under which a model is limited: OpenAI's two interfaces to a model share its limits.

    Args:
        model: Provider and name, such as `openai-chat:gpt-5-mini`.
    """
    provider, colon, name = model.partition(":")
    return f"{provider.removesuffix('-chat').removesuffix('-responses')}{colon}{name}"


def limits() -> dict[str, ModelLimit]:
    """Return the limits of the store, by model.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    global _read
    known = known_limits()
    if known is not None:
        return known
    store = get_store()
    with store.reading() as connection:
        rows = connection.execute(select(ModelLimitRow.__table__)).all()
    found = {row.model: ModelLimit(row.requests, row.tokens) for row in rows}
    _read = (get_settings().store, time.monotonic(), found)
    return found


def known_limits() -> dict[str, ModelLimit] | None:
    """Return what `limits` would without the store, or `None` if the store has to be read."""
    if _read is None or time.monotonic() - _read[1] > _KNOWN_SECONDS or _read[0] != get_settings().store:
        return None
    return _read[2]


def set_limit(model: str, **changed: int | None) -> ModelLimit:
    """Set limits of a model. Runs under way go by them within seconds.

    Args:
        model: Provider and name.
        changed: Fields of `ModelLimit`; `None` takes a limit away, and one that is not named stays.

    Returns:
        All limits of the model from now on.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    global _read
    name, store = shared_name(model), get_store()
    with store.writing() as connection:
        _alone(connection)
        row = connection.execute(select(ModelLimitRow.__table__).where(ModelLimitRow.model == name)).one_or_none()
        before = ModelLimit() if row is None else ModelLimit(row.requests, row.tokens)
        limit = replace(before, **changed)
        connection.execute(delete(ModelLimitRow).where(ModelLimitRow.model == name))
        if limit != ModelLimit():
            connection.execute(insert(ModelLimitRow).values(model=name, **vars(limit)))
    _read = None
    return limit


def used(models: Sequence[str]) -> Mapping[str, Used]:
    """Return what was sent to models in the last minute, with the worst cases of requests under way.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    store = get_store()
    with store.reading() as connection:
        since = store.now(connection) - WINDOW_SECONDS
        counted = (
            select(ModelUseRow.model, func.count(), func.sum(ModelUseRow.tokens))
            .where(ModelUseRow.at > since, ModelUseRow.model.in_(models))
            .group_by(ModelUseRow.model)
        )
        found = {model: Used(requests, int(tokens)) for model, requests, tokens in connection.execute(counted)}
    return {model: found.get(model, Used(0, 0)) for model in models}


def take_turn(models: Sequence[str], tokens: int) -> Turn | float:
    """Take a turn for a request, if the last minute leaves room for it.

    Args:
        models: Models that may answer, by their shared names; those without limits do not count.
        tokens: Worst case of its input and output tokens. One that is over a limit waits until nothing else is there.

    Returns:
        The turn; else the seconds after which there may be room.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    limited = {model: limit for model in models if (limit := limits().get(model)) and (limit.requests or limit.tokens)}
    if not limited:
        return Turn(())
    store = get_store()
    with store.writing() as connection:
        _alone(connection)
        now = store.now(connection)
        connection.execute(delete(ModelUseRow).where(ModelUseRow.at <= now - WINDOW_SECONDS))
        wait = max(_seconds_until_room(connection, model, limit, tokens, now) for model, limit in limited.items())
        if wait > 0:
            return wait + _MARGIN_SECONDS
        ids = {uuid4().hex: model for model in limited}
        rows = [{"id": id_, "model": model, "at": now, "tokens": tokens} for id_, model in ids.items()]
        connection.execute(insert(ModelUseRow), rows)
    return Turn([*ids])


def end_turn(turn: Turn, run_id: str, tokens: int) -> None:
    """Count what a request used in place of its worst case, soon.

    Args:
        turn: The turn.
        run_id: Its run. Without a lease of it the worst case stays, for a minute.
        tokens: Input and output tokens that it used.
    """
    lease = held(run_id)
    if lease is None or not turn.rows:
        return

    def write(connection: Connection, now: float) -> None:
        del now
        connection.execute(update(ModelUseRow).where(ModelUseRow.id.in_(turn.rows)).values(tokens=tokens))

    lease.write_soon(write)


def _alone(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


def _seconds_until_room(connection: Connection, model: str, limit: ModelLimit, tokens: int, now: float) -> float:
    """Return the seconds until enough requests of the last minute have left it; 0 if there is room."""
    query = select(ModelUseRow.at, ModelUseRow.tokens).where(ModelUseRow.model == model).order_by(ModelUseRow.at)
    rows: Sequence[Any] = connection.execute(query).all()
    requests_left, tokens_left = len(rows), sum(row.tokens for row in rows)
    wait = 0.0
    for row in rows:
        too_many = limit.requests is not None and requests_left >= limit.requests
        too_large = limit.tokens is not None and tokens_left + min(tokens, limit.tokens) > limit.tokens
        if not (too_many or too_large):
            break
        requests_left, tokens_left = requests_left - 1, tokens_left - row.tokens
        wait = row.at + WINDOW_SECONDS - now
    return wait
