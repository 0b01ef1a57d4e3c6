"""The error of an agent run: completed, masked, and noted for the next attempt."""

from collections.abc import Sequence

from pydantic_ai.exceptions import UnexpectedModelBehavior
from pydantic_ai.messages import ModelMessage

from agents.recovery.unusable.malformed_answers import what_came
from agents.stored.records import first_line
from cache_policies.call_path import NumberedCall
from runtime.runs.record import answers_of
from runtime.texts.redaction import mask_error


def note_failure(error: Exception, messages: Sequence[ModelMessage], call: NumberedCall | None, identity: str) -> None:
    """Complete and mask the error of an agent run, and note it for whoever asks the model again.

    Args:
        error: The error, which is changed before it reaches the state of the flow around it.
        messages: Messages of the run so far.
        call: Place of the run in the run around it, if there is one.
        identity: Identity of the run.
    """
    if type(error) is UnexpectedModelBehavior and messages:
        error.message = f"{error.message.removesuffix('.')}. {what_came(messages)}".strip()
    mask_error(error)
    if call is not None and (answers := answers_of(call.scope)) is not None:
        answers.failed(identity, first_line(error))
