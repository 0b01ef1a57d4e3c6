"""Effects outside the process, such as a notification, a ticket or a page: each is delivered once.

An effect is identified by its run, its action and its content. They give its idempotency key, which is the same in
every attempt. The intent is recorded under the key, the effect is delivered with the key, and the result is recorded:

- done: it is not delivered again;
- not done (refused, or the recipient was never reached): another call may try again;
- unknown (the process was killed, or no answer came): the recipient is asked, if it can be. Otherwise the caller's
  choice decides. `repeat` delivers again with the same key, so that a recipient that knows keys drops a duplicate;
  `leave` delivers no more. The outcome says which.

The store holds the key, the run, the action and the result. It never holds the content, nor credentials.
"""

from runtime.effects.claims import CLAIM_SECONDS
from runtime.effects.delivery import perform
from runtime.effects.outcomes import DeliveryUnknownError, EffectOutcome, NotDeliveredError, OnUnknown, effect_key

__all__ = [
    "CLAIM_SECONDS",
    "DeliveryUnknownError",
    "EffectOutcome",
    "NotDeliveredError",
    "OnUnknown",
    "effect_key",
    "perform",
]
