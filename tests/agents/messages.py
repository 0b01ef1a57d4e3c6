"""Reading message histories."""

from collections.abc import Sequence

from pydantic_ai.messages import ModelMessage, ModelRequest, RetryFeedbackPart, ToolReturnPart


def retries_in(messages: Sequence[ModelMessage]) -> list[RetryFeedbackPart | ToolReturnPart]:
    """Return the parts by which the model was asked again."""
    return [
        part
        for message in messages
        if isinstance(message, ModelRequest)
        for part in message.parts
        if isinstance(part, RetryFeedbackPart) or (isinstance(part, ToolReturnPart) and part.outcome == "retried")
    ]
