"""Failures of model requests: their kinds, what each is called in words, and which are worth another try."""

import inspect
from collections.abc import Awaitable, Callable
from traceback import walk_tb
from typing import Any

from pydantic_ai.exceptions import AgentRunError, ModelAPIError, ModelHTTPError, UnexpectedModelBehavior
from pydantic_ai.exceptions import UsageLimitExceeded as LimitReached

TRANSIENT_STATUS = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
"""HTTP statuses that say «not now» rather than «not like this» (529: overloaded, as some model providers say)."""

REFUSED_KEY = frozenset({401, 402, 403})
"""HTTP statuses for a key that is wrong, has no money left, or may not use this model."""

UNKNOWN_MODEL = 404
"""HTTP status for a model or an address that the server does not know."""

UNUSABLE = (UnexpectedModelBehavior, LimitReached)
"""A model that answers, but never what it was asked for, or not within its limit of requests."""


async def is_worth_retrying(task: Any, task_run: Any, state: Any) -> bool:
    """Tell Prefect whether a failed model request should be tried again: only what may pass by itself.

    A bad key, a bad request or a malformed answer fails the same way each time and would only cost money and minutes.
    """
    del task, task_run
    error = state.result(raise_on_failure=False)
    if inspect.isawaitable(error):
        error = await error
    return is_transient(error)


def is_transient(error: object) -> bool:
    """Tell whether an error may pass by itself: overload, rate limit, time-out, lost connection."""
    if isinstance(error, ModelHTTPError):
        return error.status_code in TRANSIENT_STATUS
    return isinstance(error, ModelAPIError | ConnectionError | TimeoutError)


def is_refused(error: object) -> bool:
    """Tell whether every request to this model would fail in the same way: no key, no money, no such model."""
    return isinstance(error, ModelHTTPError) and error.status_code in {*REFUSED_KEY, UNKNOWN_MODEL}


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
    if isinstance(error, LimitReached):
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
    if isinstance(error, ModelHTTPError) and error.status_code in REFUSED_KEY:
        return "The model's server refused the key: correct it, or use --model offline. `analyst doctor` checks it."
    if isinstance(error, ModelHTTPError) and error.status_code == UNKNOWN_MODEL:
        return "The model's server does not know the model or the address: correct --model or OPENAI_BASE_URL."
    if isinstance(error, ModelAPIError):
        return "The model did not answer: go on later with `analyst resume`, which repeats nothing that was paid for."
    if isinstance(error, UNUSABLE):
        return "The model gave no answer that can be used: name another with --model, or use --model offline."
    return None


def naming_empty_answers(request: Callable[[], Awaitable[object]], model: str) -> Callable[[], Awaitable[object]]:
    """Return the request, but with an error that says so when the server's answer is empty.

    Pydantic AI takes the first of the `choices` in the answer of an OpenAI-compatible server. Some servers send none
    when they are broken or refuse, and the IndexError would tell nobody whose fault it is.

    Args:
        request: A model request.
        model: Name of the model, for the message.
    """

    async def named() -> object:
        try:
            return await request()
        except IndexError as error:
            *_, (innermost, _) = walk_tb(error.__traceback__)
            # The answer itself, where it was read: an IndexError of anything else stays what it is.
            if getattr(innermost.f_locals.get("response"), "choices", None) == []:
                raise UnexpectedModelBehavior(f"Model {model}: the server's answer has no choices") from error
            raise

    return named
