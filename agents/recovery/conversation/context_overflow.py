"""Errors by which model servers say that a conversation is longer than the model can read.

There is no common code: servers send 400, 413, 422, 429 or 500, and some an error inside a 200. Pydantic AI knows the
codes and words of the large providers; here are those of OpenAI-compatible servers and gateways besides.
"""

import re
from typing import Any

from pydantic_ai.exceptions import ModelAPIError, ModelContextWindowExceededError, ModelHTTPError

_CODES = frozenset(
    {
        "context_length_exceeded",  # OpenAI, Azure, DeepSeek
        "exceed_context_size_error",  # llama.cpp
        "request_too_large",  # Anthropic
        "tokens_limit_reached",  # GitHub Models
        "model_max_prompt_tokens_exceeded",  # GitHub Copilot
    }
)

_WORDS = re.compile(
    r"(maximum|available|model'?s|loaded with|within the) (context|prompt|model|input)[ _](length|size|window|limit)"
    r"|(exceed|overflow|larger than|longer than|beyond)\w*.{0,40}\bcontext\b"
    r"|context.{0,20}\b(exceeded|overflow)"
    r"|\b(prompt|input|request|message)s?( body)? (is|are|has|was)? ?too (long|large)"
    r"|tokens must be reduced|reduce (the length|your message size|the number of tokens)"
    r"|too many (input |prompt )?tokens"
    r"|tokens? (count )?.{0,60}exceeds? the (maximum|model)"
    r"|max_new_tokens. must be <=",
    re.IGNORECASE | re.DOTALL,
)

_MOST_CHARACTERS = 1_000
"""Characters of a message that are read. Some servers repeat the request in it, which may hold any words."""

_CONTENT_TOO_LARGE = 413
"""HTTP status of a body that is too large, which a proxy in front of a server sends without further words."""


def is_context_overflow(error: BaseException) -> bool:
    """Tell whether a model's server refused a request since the conversation is too long."""
    if isinstance(error, ModelContextWindowExceededError):
        return True
    if not isinstance(error, ModelAPIError):
        return False
    if isinstance(error, ModelHTTPError) and error.status_code == _CONTENT_TOO_LARGE:
        return True
    return says_context_overflow(error.body if error.body is not None else error.message)


def says_context_overflow(body: object) -> bool:
    """Tell whether the body of an error, or the text of one, says that a conversation is too long."""
    if not isinstance(body, dict):
        return _WORDS.search(str(body)[:_MOST_CHARACTERS]) is not None
    fields: dict[str, Any] = body  # pyright: ignore[reportUnknownVariableType]
    if _CODES & {str(fields.get("code")), str(fields.get("type"))}:
        return True
    said = fields.get("message") or fields.get("error") or fields.get("detail")
    return says_context_overflow(said) if said else False
