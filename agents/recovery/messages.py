"""Failures of models in words: what happened, and what a person can do."""

from typing import Any

from pydantic_ai.exceptions import (
    AgentRunError,
    ModelAPIError,
    ModelHTTPError,
    UnexpectedModelBehavior,
    UsageLimitExceeded,
)

from agents.recovery.kinds import kind_of

UNUSABLE = (UnexpectedModelBehavior, UsageLimitExceeded)
"""A model that answers, but never what it was asked for, or not within its limit of requests."""


def in_words(error: BaseException) -> str | None:
    """Say what went wrong with a model, in words that are the same each time.

    They hold nothing of the error's own text, in which a server may have put a key or a part of a prompt.

    Returns:
        The words, to follow "because"; `None` for an error that is not a model's.
    """
    if isinstance(error, ModelHTTPError):
        return f"the model's server answered {error.status_code}"
    if isinstance(error, ModelAPIError):
        return "the model's server did not answer"
    if isinstance(error, UsageLimitExceeded):
        return "it reached its limit of requests"
    if isinstance(error, AgentRunError):
        return "the model gave no answer that can be used"
    return None


def in_detail(error: BaseException) -> str | None:
    """Say which server answered what to a model request, for the person who made it; `None` for other errors."""
    if not isinstance(error, ModelHTTPError):
        return None
    body: Any = error.body
    said = body.get("message") if isinstance(body, dict) else body
    return f"the server of {error.model_name} answered {error.status_code}" + (f": {str(said)[:200]}" if said else "")


def what_to_do(error: BaseException) -> str | None:
    """Say what a person can do about an error of a model; `None` for other errors."""
    kind = kind_of(error) if isinstance(error, AgentRunError | ExceptionGroup) else None
    return kind and kind.advice
