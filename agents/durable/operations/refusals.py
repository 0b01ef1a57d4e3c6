"""Failures of model requests that are stored like answers, since what is done next depends on them."""

from dataclasses import dataclass

from pydantic_ai.exceptions import ModelContextWindowExceededError
from pydantic_core import from_json, to_json

from agents.recovery.passing_on import PassedOn
from agents.stored.records import StepCodec
from runtime.declared.values import Stored

_TOO_LONG = b'{"too_long":'
_PASSED_ON = b'{"passed_on":'


@dataclass(frozen=True)
class TooLong:
    """A request was refused, since its conversation is too long; a shorter one follows.

    Attributes:
        model: Name of the model.
    """

    model: str

    def error(self) -> ModelContextWindowExceededError:
        """Return the error that stands for it in every attempt."""
        return ModelContextWindowExceededError(self.model, "The conversation is too long for the model.")


@dataclass(frozen=True)
class AnswerCodec:
    """Stores the outcome of a model request: an answer, or a failure that another request follows.

    Attributes:
        codec: For answers, which are JSON objects with other names.
    """

    codec: StepCodec

    def store(self, value: object) -> Stored:
        """Turn an outcome into JSON."""
        if isinstance(value, TooLong):
            return Stored(b"%s%s}" % (_TOO_LONG, to_json(value.model)))
        if isinstance(value, PassedOn):
            return Stored(b"%s%s}" % (_PASSED_ON, to_json(value.reason)))
        return self.codec.store(value)

    def restore(self, stored: Stored) -> object:
        """Return the outcome."""
        if stored.text.startswith(_TOO_LONG):
            return TooLong(from_json(stored.text)["too_long"])
        if stored.text.startswith(_PASSED_ON):
            return PassedOn(from_json(stored.text)["passed_on"])
        return self.codec.restore(stored)
