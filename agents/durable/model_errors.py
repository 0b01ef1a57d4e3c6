"""Failures of model requests: which are worth another try, and what those mean that do not say so."""

import inspect
from collections.abc import Awaitable, Callable
from traceback import walk_tb
from typing import Any

from pydantic_ai.exceptions import ModelAPIError, ModelHTTPError, UnexpectedModelBehavior

TRANSIENT_STATUS = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
"""HTTP statuses that say «not now» rather than «not like this» (529: overloaded, as some model providers say)."""


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


def naming_empty_answers(request: Callable[[], Awaitable[object]], model: str) -> Callable[[], Awaitable[object]]:
    """Return the request, which says so when the server's answer is empty.

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
