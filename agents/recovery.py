"""Which failures are worth another try."""

import inspect
from typing import Any

from pydantic_ai.exceptions import ModelAPIError, ModelHTTPError

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
