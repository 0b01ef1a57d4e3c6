"""Effects outside the process, such as a notification, a ticket or a page: each is delivered once.

An effect is identified by its run, its action and its content. They give its idempotency key, which is the same in
every attempt. The intent is recorded under the key, the effect is delivered with the key, and the result is recorded:

- done: it is not delivered again;
- not done (refused, or the recipient was never reached): another call may try again;
- unknown (the process was killed, or no answer came): the recipient is asked, if it can be. Otherwise the caller's
  choice decides. `repeat` delivers again with the same key, so that a recipient that knows keys drops a duplicate;
  `leave` delivers no more. The outcome says which.

An effect may say how it is undone (`Undo`). A log in the store then keeps its result, and `undo_run` undoes what a run
has done, in reverse order, through the same gate.

The store holds the key, the run, the action and the result. It never holds the content, nor credentials.
"""

from runtime.effects.claims import CLAIM_SECONDS
from runtime.effects.gate import perform
from runtime.effects.log import LoggedEffect, UndoRefusedError, logged_effects
from runtime.effects.outcomes import (
    Consent,
    DeliveryUnknownError,
    EffectOutcome,
    Intent,
    NotDeliveredError,
    OnUnknown,
    effect_key,
)
from runtime.effects.reversal import undo_run
from runtime.effects.undo import Undo

__all__ = [
    "CLAIM_SECONDS",
    "Consent",
    "DeliveryUnknownError",
    "EffectOutcome",
    "Intent",
    "LoggedEffect",
    "NotDeliveredError",
    "OnUnknown",
    "Undo",
    "UndoRefusedError",
    "effect_key",
    "logged_effects",
    "perform",
    "undo_run",
]
