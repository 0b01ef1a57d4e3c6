"""Tools that do something outside: once for each call of the model, whatever is retried, killed or resumed.

    @agent.tool_plain
    def open_ticket(title: str) -> str:
        return effect("open_ticket", {"title": title}, lambda key: tracker.create(title, idempotency_key=key))

Only give such a tool to an agent that reads nothing but what you trust: text in a data set or a ticket can talk a model
into calling it.
"""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from pydantic_core import to_json

from cache_policies.call_path import number_call
from cache_policies.digest import chain, digest, name_type
from runtime.effects import EffectOutcome, OnUnknown, perform


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
) -> Any:
    """Do something outside once, from the body of a tool.

    The call is known by its place in the run: a retry or a resumed run finds what was done, while two calls of the
    model with the same arguments are two effects. So are those of a tool whose source was edited in between. Outside of
    a flow each call is an effect of its own. In an async tool: `await asyncio.to_thread(effect, …)`.

    Args:
        action: Name of the tool. It is stored.
        arguments: What the tool was called with. Only a digest of it is kept.
        deliver: As for `runtime.effects.perform`. What it returns is stored as JSON, so no secrets.
        ask: As for `runtime.effects.perform`.
        on_unknown: As for `runtime.effects.perform`.

    Returns:
        What `deliver` returned, as JSON gives it back; `None` if it is known only from asking that it was done.

    Raises:
        EffectError: It has not happened, or may not have.
        LeaseLostError: Another attempt has taken the run over. Nothing was done.
    """
    content = digest(arguments, fallback=name_type)
    place = number_call(chain("effect", action, content))
    scope, identity = (str(uuid4()), content) if place is None else (place.scope, place.identity)
    outcome = perform(
        f"tool {action}",
        identity,
        lambda key: to_json(deliver(key), fallback=str).decode(),
        scope=scope,
        ask=ask,
        on_unknown=on_unknown,
    )
    if not outcome.happened:
        what = "has not happened" if outcome.state == "failed" else "may have happened and is not done again"
        raise EffectError(f"{action} {what}: {outcome.problem}", outcome)
    return None if outcome.receipt is None else json.loads(outcome.receipt)
