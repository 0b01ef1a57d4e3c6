"""Outcomes of an effect, its idempotency key, and the errors that say whether it has happened."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

OnUnknown = Literal["repeat", "leave"]
"""`repeat` is at least once, under the same key; `leave` is at most once."""


@dataclass(frozen=True)
class Intent:
    """An effect that is about to happen for the first time, or again after it was undone.

    Attributes:
        scope: Scope in which it happens once.
        action: Name of the action.
        content: JSON values that distinguish it.
        key: Its idempotency key.
    """

    scope: str
    action: str
    content: object
    key: str


Consent = Callable[[Intent], str | None]
"""Returns why an effect must not happen, or `None` if it may; see `runtime.approvals.effects.by_person`."""


class NotDeliveredError(Exception):
    """Error raised when an effect has not happened: it was refused or its recipient was not reached.

    The message is for people.
    """


class DeliveryUnknownError(Exception):
    """Error raised when an effect may have happened: it was sent, and no answer came. The message is for people."""


@dataclass(frozen=True)
class EffectOutcome:
    """Result of an effect.

    Attributes:
        state: `done`: by this call. `already done`: before it. `failed`: certainly not done; another call tries again.
            `unknown`: it may have happened, and was left, or repeating it did not help. `denied`: consent was refused,
            so that it was not done.
        key: The idempotency key, 32 hex digits.
        receipt: What `deliver` returned when it was done.
        problem: What went wrong, or why it is not certain, without credentials.
        repeated: Whether it was delivered although an earlier delivery may have arrived. A recipient that takes keys
            has it once, another may have it twice.
    """

    state: Literal["done", "already done", "failed", "unknown", "denied"]
    key: str
    receipt: str | None = None
    problem: str | None = None
    repeated: bool = False

    @property
    def happened(self) -> bool:
        """True if the effect is known to have happened, in this call or before."""
        return self.state in ("done", "already done")


def effect_key(scope: str, action: str, content: object) -> str:
    """Return the idempotency key of an effect: 32 hex digits, the same in every process and attempt.

    Raises:
        TypeError: `content` holds something other than JSON values.
    """
    text = json.dumps([scope, action, content], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
