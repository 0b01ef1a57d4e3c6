"""Outcome of a delivery to people or systems, in words: did it arrive, and is that certain?"""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from runtime.effects import EffectOutcome
from runtime.texts.redaction import masked

_Told = Annotated[str, AfterValidator(masked)] | None


class DeliveryOutcome(BaseModel):
    """Outcome of one delivery."""

    model_config = ConfigDict(frozen=True)

    sent: bool
    """True if it is known to have arrived."""
    error: _Told = None
    """Reason of a failure, without credentials."""
    uncertain: _Told = None
    """Doubt about the delivery: it may have arrived, or may have arrived twice."""


def doubt_about(outcome: EffectOutcome, *, takes_keys: bool) -> str | None:
    """Return the doubt about a delivery, in words; `None` if its outcome is certain.

    Args:
        outcome: The delivery.
        takes_keys: True if the recipient can drop a double by the idempotency key.
    """
    if outcome.state == "unknown":
        return f"it may have arrived: {outcome.problem}"
    if outcome.repeated:
        twice = "the recipient can tell by its key" if takes_keys else "it may have arrived twice"
        return f"sent again, {twice}: {outcome.problem}"
    return outcome.problem if outcome.happened else None
