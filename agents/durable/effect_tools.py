"""Tools that do something outside: once for each call of the model, whatever is retried, killed or resumed.

    @agent.tool_plain
    def open_ticket(title: str) -> str:
        return effect("open_ticket", {"title": title}, lambda key: tracker.create(title, idempotency_key=key))

Only give such a tool to an agent that reads nothing but what you trust: text in a data set or a ticket can talk a model
into calling it.
"""

import asyncio
import inspect
import json
from collections.abc import Callable, Coroutine, Mapping
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar, cast, get_type_hints
from uuid import uuid4

from anyio import to_thread
from pydantic import TypeAdapter
from pydantic_ai import RunContext
from pydantic_ai.exceptions import ApprovalRequired, CallDeferred, ModelRetry, ToolFailed
from pydantic_core import to_json, to_jsonable_python

from agents.durable.approvals.suspension import call_suspending, is_in_agent_run
from cache_policies.call_path import number_call, paths_around
from cache_policies.digests.digest import chain, digest, name_type
from runtime.approvals.effects import by_person
from runtime.effects import EffectOutcome, NotDeliveredError, OnUnknown, Undo, perform
from runtime.waiting import WaitingForApproval

_NOT_DONE = (ModelRetry, ApprovalRequired, CallDeferred, WaitingForApproval)
"""Errors and requests of a tool that has done nothing yet."""

P = ParamSpec("P")
T = TypeVar("T")


class EffectError(RuntimeError):
    """A tool's effect has not happened, or may not have; `outcome` says which."""

    def __init__(self, message: str, outcome: EffectOutcome) -> None:
        super().__init__(message)
        self.outcome = outcome


def effect(
    action: str,
    arguments: object,
    deliver: Callable[[str], object],
    *,
    ask: Callable[[str], bool | None] | None = None,
    on_unknown: OnUnknown = "repeat",
    undo: Undo[Any] | None = None,
    approval: bool = False,
) -> Any:
    """Do something outside once, from the body of a tool or a task.

    The call is known by its place in the run: a retry or a resumed run finds what was done, while two calls of the
    model with the same arguments are two effects. So are those of a tool whose source was edited in between. Outside of
    a flow each call is an effect of its own. In an async tool: `await asyncio.to_thread(effect, …)`.

    Args:
        action: Name of the tool. It is stored.
        arguments: What the tool was called with. Only a digest of it is kept.
        deliver: As for `runtime.effects.perform`. What it returns is stored as JSON, so no secrets.
        ask: As for `runtime.effects.perform`.
        on_unknown: As for `runtime.effects.perform`.
        undo: How it is undone, given what `deliver` returned. After that, a resumed run does it again.
        approval: Whether a person has to approve it first, who is shown the arguments. The run stops for that. Denied
            in a tool, it is a failed call that the model reads.

    Returns:
        What `deliver` returned, as JSON gives it back; `None` if it is known only from asking that it was done.

    Raises:
        EffectError: It has not happened, or may not have.
        ToolFailed: It was denied, in a tool.
        RunSuspended: The run waits for approval.
        WaitingForApproval: It waits for approval, and what is around it ends first.
        ValueError: It needs approval, and there is no flow run here.
        LeaseLostError: Another attempt has taken the run over. Nothing was done.
    """
    content = digest(arguments, fallback=name_type)
    place = number_call(chain("effect", action, content))
    scope, identity = (str(uuid4()), content) if place is None else (place.scope, place.identity)
    act = partial(
        perform,
        f"tool {action}",
        identity,
        lambda key: to_json(deliver(key), fallback=str).decode(),
        scope=scope,
        ask=ask,
        on_unknown=on_unknown,
        undo=undo,
        consent=by_person(_shown(arguments), action) if approval else None,
        is_json=True,
        paths=paths_around() if undo is not None else (),
    )
    outcome = call_suspending(act) if approval else act()
    if outcome.state == "denied" and is_in_agent_run():
        raise ToolFailed(f"{action} was not done: {outcome.problem}.")
    if not outcome.happened:
        what = "may have happened and is not done again" if outcome.state == "unknown" else "has not happened"
        raise EffectError(f"{action} {what}: {outcome.problem}", outcome)
    return None if outcome.receipt is None else json.loads(outcome.receipt)


def _shown(arguments: object) -> dict[str, Any]:
    """Return arguments by name as a person is shown them."""
    named: Mapping[Any, Any] = arguments if isinstance(arguments, Mapping) else {"arguments": arguments}  # pyright: ignore[reportUnknownVariableType]
    return {str(name): to_jsonable_python(value, fallback=str) for name, value in named.items()}


def undo(reverse: Undo[Any] | Callable[[T, str], object]) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Make a tool an effect that happens once and can be undone.

        def close_ticket(ticket: Ticket, key: str) -> None: ...

        @agent.tool_plain
        @undo(close_ticket)
        def open_ticket(title: str) -> Ticket: ...

    The whole tool is one effect, which is never repeated while it is not known whether it has happened. One that gives
    its recipient a key, or can ask it, calls `effect(…, undo=…)` instead.

    Args:
        reverse: Undoes it, given what the tool returned, as the type of its first parameter, and an idempotency key.

    Returns:
        A decorator for a function, sync or async.
    """
    declared = cast("Undo[Any]", reverse if isinstance(reverse, Undo) else Undo(reverse))

    def decorate(tool: Callable[P, T]) -> Callable[P, T]:
        name = getattr(tool, "__name__", "tool")

        def done(call: Callable[[], object], arguments: inspect.BoundArguments) -> Any:
            given = {key: value for key, value in arguments.arguments.items() if not isinstance(value, RunContext)}
            not_done: list[Exception] = []

            def deliver(_: str) -> object:
                try:
                    return call()
                except _NOT_DONE as error:
                    not_done.append(error)
                    raise NotDeliveredError(str(error)) from error

            try:
                result = effect(name, given, deliver, on_unknown="leave", undo=declared)
            except EffectError:
                if not_done:
                    raise not_done[0] from None
                raise
            return TypeAdapter(get_type_hints(tool).get("return", Any)).validate_json(to_json(result))

        if inspect.iscoroutinefunction(tool):

            @wraps(tool)
            async def act_async(*args: P.args, **kwargs: P.kwargs) -> Any:
                loop = asyncio.get_running_loop()

                def call() -> object:
                    made = cast("Coroutine[Any, Any, object]", tool(*args, **kwargs))
                    return asyncio.run_coroutine_threadsafe(made, loop).result()

                return await to_thread.run_sync(done, call, inspect.signature(tool).bind(*args, **kwargs))

            return cast("Callable[P, T]", act_async)

        @wraps(tool)
        def act(*args: P.args, **kwargs: P.kwargs) -> T:
            return done(lambda: tool(*args, **kwargs), inspect.signature(tool).bind(*args, **kwargs))

        return act

    return decorate
