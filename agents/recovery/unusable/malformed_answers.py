"""Answers that do not have the form that was asked for: how often, what they were, and a smaller form to ask for."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    RetryFeedbackPart,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
)

from agents.recovery.unusable.unusable_answers import reason_told, why_unusable

MOST_MALFORMED = 3
"""Number of malformed answers after which only what is required is asked for."""

_MOST_ERRORS = 3
_LONGEST_ERROR = 120
"""Most characters of an error that the model is told."""


def malformed_in(message: ModelMessage) -> Iterator[str | None]:
    """Yield one value for each answer that a message refuses for its form: the tool that took it, or `None`."""
    for part in message.parts if isinstance(message, ModelRequest) else ():
        if isinstance(part, RetryFeedbackPart):
            yield None
        elif (
            isinstance(part, ToolReturnPart)
            and part.outcome == "retried"
            and part.retry is not None
            and part.retry.cause == "validation_error"
        ):
            yield part.tool_name


def times_malformed(refused: Iterable[str | None], output_tools: Sequence[str]) -> int:
    """Count the answers that did not have the form that was asked for.

    Args:
        refused: What `malformed_in` finds.
        output_tools: Names of the tools that take the answer. Their checks of its content do not count.
    """
    return sum(tool is None or tool in output_tools for tool in refused)


def required_alone(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a JSON schema without the fields that need not be there: whatever fits it fits the whole one, too."""
    kept: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "properties" and isinstance(value, dict):
            fields, required = cast("dict[str, Any]", value), schema.get("required", ())
            kept[key] = {name: _inner(field) for name, field in fields.items() if name in required or not required}
        else:
            kept[key] = _inner(value)
    return kept


def what_came(messages: Sequence[ModelMessage]) -> str:
    """Say what a model answered last and why answers before were refused, without its own words."""
    last = next((message for message in reversed(messages) if isinstance(message, ModelResponse)), None)
    refused = [reason for message in messages if isinstance(message, ModelRequest) for reason in _reasons(message)]
    said = "" if last is None else f"The last answer was {_described(last)}."
    return f"{said} Before it, an answer was refused: {refused[-1]}.".strip() if refused else said


def _inner(value: Any) -> Any:
    if isinstance(value, dict):
        return required_alone(cast("dict[str, Any]", value))
    return [_inner(part) for part in cast("list[Any]", value)] if isinstance(value, list) else value


def _described(response: ModelResponse) -> str:
    if (unusable := why_unusable(response)) is not None:
        return f"unusable: {unusable}"
    calls = [part.tool_name for part in response.parts if isinstance(part, ToolCallPart)]
    text = sum(len(part.content) for part in response.parts if isinstance(part, TextPart))
    cut = ", cut off at the limit of its length" if response.finish_reason == "length" else ""
    if calls:
        return f"a call of {', '.join(calls[:_MOST_ERRORS])}{cut}"
    return f"a text of {text:,} characters{cut}" if text else f"empty{cut}"


def _reasons(message: ModelRequest) -> list[str]:
    reasons: list[str] = []
    for part in message.parts:
        if isinstance(part, RetryFeedbackPart):
            reasons.append(_errors(part.content) or reason_told(part.content) or "it held no answer")
        elif isinstance(part, ToolReturnPart) and part.outcome == "retried":
            cause = part.retry.cause if part.retry is not None else "model_retry"
            known = {
                "unknown_tool": "it called a tool that there is not",
                "model_retry": f"{part.tool_name} refused it",
            }
            reasons.append(known.get(cause) or _errors(part.content) or f"the arguments of {part.tool_name} are wrong")
    return reasons


def _errors(content: object) -> str:
    """Fields that were wrong, and how; nothing of what was in them."""
    if not isinstance(content, list):
        return ""
    errors = [error for error in cast("list[Any]", content) if isinstance(error, dict) and "loc" in error]
    told = [f"{'.'.join(map(str, error['loc'])) or 'answer'}: {error.get('type', '')}" for error in errors]
    return ", ".join(text[:_LONGEST_ERROR] for text in told[:_MOST_ERRORS])
