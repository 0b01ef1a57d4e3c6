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
from runtime.texts.redaction import mask_error
from runtime.texts.safe_text import shorten

_LONGEST = 200
"""Characters of a server's own words that a message has."""

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


def put_plainly(error: ModelHTTPError) -> None:
    """Make the message of an error one line that says which server answered what; the error keeps the whole answer."""
    mask_error(error)  # before it is cut, which could leave a part of a secret
    body: Any = error.body
    said = " ".join(str(body.get("message") if isinstance(body, dict) else body or "").split())
    more = f": {shorten(said, _LONGEST)}" if said else ""
    error.message = f"the server of {error.model_name} answered {error.status_code}{more}"
    error.args = (error.message,)


def what_to_do(error: BaseException) -> str | None:
    """Say what a person can do about an error of a model; `None` for other errors."""
    kind = kind_of(error) if isinstance(error, AgentRunError | ExceptionGroup) else None
    return kind and kind.advice
