"""The stop of a flow whose deliveries wait for a person, when all else is done."""

from collections.abc import Iterable

from agents.durable.approvals.suspension import suspending
from runtime.waiting import WaitingForApproval
from tasks.routing.deliver import Delivery


def waiting_among(deliveries: Iterable[Delivery]) -> list[str]:
    """Return what waits for a person among deliveries."""
    return [f"route to {delivery.to}" for delivery in deliveries if delivery.approval == "asked"]


async def wait_for_people(waiting: list[str]) -> None:
    """Stop the run if something waits for a person. It goes on when that is decided, and delivers then.

    Args:
        waiting: What waits.

    Raises:
        RunSuspended: The run is suspended.
        WaitingForApproval: It has to wait, and a task or another flow is around this one, which ends first.
    """
    if waiting:
        async with suspending():
            raise WaitingForApproval(waiting)
