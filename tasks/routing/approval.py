"""Deliveries that a person has to approve: each is asked for once, and bound to exactly what is sent and where."""

from typing import Any

from runtime.approvals.requests import Wanted, ask
from runtime.approvals.types import Approval
from runtime.effects import effect_key
from runtime.runs.attempts.leases import held
from runtime.settings import get_settings
from tasks.routing.routes import Destination

AGENT = "routes"
"""Name that stands for the agent in requests for deliveries."""
_POLICY_VERSION = "1"


def ask_about(name: str, destination: Destination, item: dict[str, Any], occasion: str) -> Approval:
    """Ask a person about a delivery, unless it was asked before, and return what is decided.

    Args:
        name: Name of the destination.
        destination: The destination.
        item: The item, as the JSON of a `tasks.routing.deliver.Routed`.
        occasion: Name of this delivery.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    run = str(item["run"])
    settings, lease = get_settings(), held(run)
    shown = {field: value for field, value in item.items() if value and field != "run"}
    arguments = {"address": destination.address, **shown}
    identity = [item[field] for field in ("kind", "source", "id", "event")]
    place = effect_key(run, "place of a delivery", [name, *identity, occasion])
    policy = [_POLICY_VERSION, settings.approval_seconds, settings.approval_timeout]
    bound = {
        "tool": effect_key("", "destination", [name, destination.way, destination.address]),
        "arguments": effect_key("", "arguments", arguments),
        "data": effect_key("", "data", [item["source"]]),
        "policy": effect_key("", "policy", policy),
    }
    wanted = Wanted(
        id=effect_key(run, place, bound),
        run=run,
        attempt=0 if lease is None else lease.attempt,
        place=place,
        agent=AGENT,
        tool=f"route to {name}",
        arguments=arguments,
        bound=bound,
        seconds=settings.approval_seconds,
        on_timeout=settings.approval_timeout,
    )
    return ask([wanted])[0]
