"""Metering of model requests: what each may cost is reserved before it is made, and what it used is booked after it."""

import copy
import logging
import time
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import partial
from typing import Any, cast

import anyio
from anyio import to_thread
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.messages import ModelResponse
from pydantic_ai.settings import ModelSettings

from agents.durable.operations.request_size import most_input_tokens
from agents.durable.steps.begun import bring_to_end
from runtime.budget import Budget, BudgetExceeded
from runtime.ledger.ceilings import has_ceilings
from runtime.ledger.notes import note
from runtime.ledger.reservations import (
    LONGEST_REQUEST_SECONDS,
    NoRoom,
    Reservation,
    leave_reserved,
    reserve,
    settle,
    unsettled,
)
from runtime.ledger.room import Request
from runtime.models.prices import micros_spent_on, worst_price
from runtime.runs.attempts.leases import held
from runtime.runs.labels import labels_here
from runtime.runs.progress import is_unrecorded
from runtime.runs.record import budget_of
from runtime.settings import get_settings
from runtime.store.database import StoreError

_log = logging.getLogger("prefect.ledger")

_PAUSE_SECONDS = (0.05, 1.0)
"""First and longest pause between two looks at a ceiling under which others hold their worst cases."""

_MAYBE_PAID = frozenset({408, 504})
"""HTTP statuses after which the model may have answered, and be paid for, although nobody got the answer."""

_NEVER_SENT = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "UnsupportedProtocol"})
"""Names of errors of httpx, and of httpx2, before the first byte of a request is sent."""

_key: ContextVar[str] = ContextVar("key_of_request", default="")


@contextmanager
def request_key(key: str) -> Generator[None]:
    """Set the key of the request that is made in this block: the same in each attempt at its run."""
    token = _key.set(key)
    try:
        yield
    finally:
        _key.reset(token)


async def metered(
    ask: Callable[[Any], Awaitable[ModelResponse]],
    params: Any,
    run_id: str,
    models: Sequence[str],
    chain: Sequence[str] = (),
) -> ModelResponse:
    """Ask a model, with what it costs booked on the run.

    Args:
        ask: Asks it.
        params: What it is asked.
        run_id: The outermost run.
        models: Names of the models that may answer, with their providers.
        chain: Names of all models of the run, each of which needs a price where a ceiling is in money.

    Raises:
        BudgetExceeded: A ceiling leaves too little room for the request, or the run's seconds are over.
        UnpricedModelError: A ceiling is in money, and the model has no known price.
        StoreError: There is a ceiling, and the store cannot be used.
        Exception: What asking raises.
    """
    if all(model == "offline" for model in models):
        return await ask(params)
    budget = budget_of(run_id)
    if not has_ceilings(budget):
        response = await ask(params)
        await _note(run_id, response, models)
        return response
    reservation, wanted = await _reserved(params, run_id, models, budget, chain)
    if reservation.output_tokens is not None:
        params = _limited(params, reservation.output_tokens)
    try:
        response = await _in_time(ask, params, run_id, budget)
    except BaseException as error:
        if _cost_nothing(error):
            settle(reservation, micros=0, tokens=0)
        else:
            leave_reserved(reservation)
        raise
    _settle(reservation, response, models)
    if response.finish_reason == "length" and (reservation.output_tokens or wanted) < wanted:
        raise BudgetExceeded(
            f"The budget had room for an answer of {reservation.output_tokens:,} tokens, and the answer was longer."
        )
    return response


def settle_stored(run_id: str, key: str, response: object, models: Sequence[str]) -> None:
    """Settle what an attempt that was killed had reserved for a request whose answer was stored all the same.

    Args:
        run_id: The outermost run.
        key: What the request is known by.
        response: Its answer.
        models: Names of the models that may have given it.
    """
    lease = held(run_id)
    if lease is None or lease.attempt == 1 or not isinstance(response, ModelResponse):
        return
    try:
        if (run_id, lease.attempt) not in _left:
            _left[run_id, lease.attempt] = unsettled(run_id)
        for reservation in _left[run_id, lease.attempt].pop(key, ())[:1]:
            _settle(reservation, response, models)
    except StoreError as error:
        _log.warning("%s What an earlier attempt had reserved stays spent.", error)


_left: dict[tuple[str, int], dict[str, list[Reservation]]] = {}
"""Reservations left by earlier attempts, by run and attempt, by the key of the request."""


async def _reserved(
    params: Any, run_id: str, models: Sequence[str], budget: Budget | None, chain: Sequence[str]
) -> tuple[Reservation, int]:
    """Reserve the worst case of a request, and wait for others that hold theirs where that may make room.

    Returns:
        The reservation, and how long an answer was wanted, in tokens.
    """
    asked = _asked(params)
    input_tokens = most_input_tokens(asked.messages, asked.model_request_parameters)
    wanted = (asked.model_settings or {}).get("max_tokens") or get_settings().output_tokens
    unpriced = [name for name in chain if worst_price([name], 1) is None]
    models, price = unpriced or models, None if unpriced else worst_price(models, input_tokens)
    request = Request(run_id, _key.get(), models, input_tokens, wanted, price, await labels_here())
    until, pause = time.monotonic() + LONGEST_REQUEST_SECONDS, _PAUSE_SECONDS[0]
    while True:
        patient = time.monotonic() < until
        # In a thread that is awaited also when the run is cancelled: what it reserved has to be given back.
        made = to_thread.run_sync(partial(reserve, request, budget, patient=patient))
        ended, cancelled = await bring_to_end(made)
        if cancelled is not None:
            if ended.exception() is None and isinstance(unused := ended.result(), Reservation):
                settle(unused, micros=0, tokens=0)
            raise cancelled
        found = ended.result()
        if not isinstance(found, NoRoom):
            return found, wanted
        if not (found.may_change and patient):
            raise found.error
        await anyio.sleep(pause)
        pause = min(1.5 * pause, _PAUSE_SECONDS[1])


def _asked(params: Any) -> Any:
    """Return the object that holds the messages and settings of a request.

    Those of a request that shortens the conversation are further in.
    """
    return getattr(params, "request_context", params)


def _limited(params: Any, output_tokens: int) -> Any:
    """Return the parameters with a limit of the answer's length; it does not change the request's key."""
    asked = copy.copy(_asked(params))
    settings = ModelSettings(**(asked.model_settings or {}))
    settings["max_tokens"] = output_tokens
    object.__setattr__(asked, "model_settings", settings)
    return asked if hasattr(params, "messages") else replace(params, request_context=asked)


async def _in_time(
    ask: Callable[[Any], Awaitable[ModelResponse]], params: Any, run_id: str, budget: Budget | None
) -> ModelResponse:
    """Ask, but no longer than the run's seconds last."""
    lease = held(run_id)
    if budget is None or budget.seconds is None or lease is None:
        return await ask(params)
    with anyio.move_on_after(budget.seconds - lease.seconds()):
        return await ask(params)
    raise BudgetExceeded(f"The budget of this run is spent: it was worked on for {budget.seconds:g} seconds.")


async def _note(run_id: str, response: ModelResponse, models: Sequence[str]) -> None:
    if is_unrecorded(run_id):
        return  # which was said when the run began
    used = partial(note, run_id, micros=micros_spent_on(response, models), tokens=response.usage.total_tokens)
    try:
        if held(run_id) is not None:
            used()
        else:
            await to_thread.run_sync(used)
    except StoreError as error:
        _log.warning("%s What a model request cost is not noted.", error)


def _settle(reservation: Reservation, response: ModelResponse, models: Sequence[str]) -> None:
    if response.usage.total_tokens:
        settle(reservation, micros=micros_spent_on(response, models), tokens=response.usage.total_tokens)
    else:
        leave_reserved(reservation)  # a server that does not count


def _cost_nothing(error: BaseException) -> bool:
    """Tell whether a request that failed is certain to cost nothing: it was refused, or never reached a server."""
    if isinstance(error, ModelHTTPError):
        return error.status_code not in _MAYBE_PAID
    if isinstance(error, BaseExceptionGroup):  # of models that were asked one after the other
        return all(map(_cost_nothing, cast("BaseExceptionGroup[BaseException]", error).exceptions))
    seen: BaseException | None = error
    while seen is not None:
        if (sent := _was_sent(seen)) is not None:
            return not sent  # an earlier error in the chain is of an earlier attempt
        seen = seen.__cause__ or seen.__context__
    return False


def _was_sent(error: BaseException) -> bool | None:
    """Tell whether a request was sent before an error of its HTTP client; `None` if it is no such error.

    Providers differ in their client: the OpenAI SDK has httpx2 where there is one, others have httpx.
    """
    names = {kind.__name__ for kind in type(error).__mro__ if kind.__module__.partition(".")[0] in ("httpx", "httpx2")}
    return names.isdisjoint(_NEVER_SENT) if "TransportError" in names else None
