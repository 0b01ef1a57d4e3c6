"""Effects that a person has to approve: each is asked for once, and the approval holds for exactly what was shown."""

from collections.abc import Mapping
from typing import Any

from runtime.approvals.requests import Wanted, ask
from runtime.effects import Consent, Intent, effect_key
from runtime.runs.attempts.leases import held
from runtime.settings import get_settings
from runtime.waiting import WaitingForApproval

AGENT = "effects"
"""Name that stands for the agent in requests for effects."""
_POLICY_VERSION = "1"


def by_person(shown: Mapping[str, Any], name: str | None = None) -> Consent:
    """Have a person approve an effect before it happens, as the `consent` of `runtime.effects.perform`.

    Args:
        shown: What the effect will do, as JSON values by name, which the person is shown with secrets masked.
        name: What the person is told that it is; by default the name of the action.

    Returns:
        A function that returns `None` for an effect that was approved, and otherwise why it must not happen. It raises
        `WaitingForApproval` while nobody has decided, `ValueError` if the effect's scope is no run of this process, and
        `runtime.store.database.StoreError` if the store cannot be used.
    """

    def consent(intent: Intent) -> str | None:
        lease, settings = held(intent.scope), get_settings()
        if lease is None:
            raise ValueError(
                f"{name or intent.action} needs a person's approval, for which only a recorded run can wait."
            )
        place = effect_key(intent.scope, "place of an effect", [intent.key])
        bound = {
            "effect": effect_key("", "effect", [intent.action, intent.content]),
            "arguments": effect_key("", "arguments", dict(shown)),
            "policy": effect_key("", "policy", [_POLICY_VERSION, settings.approval_seconds, settings.approval_timeout]),
        }
        wanted = Wanted(
            id=effect_key(intent.scope, place, bound),
            run=intent.scope,
            attempt=lease.attempt,
            place=place,
            agent=AGENT,
            tool=name or intent.action,
            arguments=dict(shown),
            bound=bound,
            seconds=settings.approval_seconds,
            on_timeout=settings.approval_timeout,
        )
        (decided,) = ask([wanted])
        if decided.state == "asked":
            raise WaitingForApproval([name or intent.action])
        if decided.state == "approved":
            return None
        if decided.state == "expired":
            return "nobody approved it in time"
        return "a person denied it" + (f": {decided.note}" if decided.note else "")

    return consent
