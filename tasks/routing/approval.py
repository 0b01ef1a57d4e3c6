"""Deliveries that a person has to approve: each is asked for once, and bound to exactly what is sent and where."""

from typing import TYPE_CHECKING

from runtime.approvals.requests import Wanted, ask
from runtime.approvals.types import Approval
from runtime.effects import effect_key
from runtime.runs.leases import held
from runtime.settings import get_settings
from tasks.routing.routes import Destination

if TYPE_CHECKING:
    from tasks.routing.deliver import Routed

AGENT = "routes"
"""Name that stands for the agent in requests for deliveries."""
_POLICY_VERSION = "1"


def ask_about(name: str, destination: Destination, item: "Routed", occasion: str) -> Approval:
    """Ask a person about a delivery, unless it was asked before, and return what is decided.

    Args:
        name: Name of the destination.
        destination: The destination.
        item: The item.
        occasion: Name of this delivery.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    settings, lease = get_settings(), held(item.run)
    shown = item.model_dump(mode="json", exclude={"run"}, exclude_none=True)
    arguments = {"address": destination.address, **{field: value for field, value in shown.items() if value}}
    place = effect_key(item.run, "place of a delivery", [name, item.kind, item.source, item.id, item.event, occasion])
    policy = [_POLICY_VERSION, settings.approval_seconds, settings.approval_timeout]
    bound = {
        "tool": effect_key("", "destination", [name, destination.way, destination.address]),
        "arguments": effect_key("", "arguments", arguments),
        "data": effect_key("", "data", [item.source]),
        "policy": effect_key("", "policy", policy),
    }
    wanted = Wanted(
        id=effect_key(item.run, place, bound),
        run=item.run,
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
