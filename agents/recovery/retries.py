"""Retries of model requests: Prefect's condition, and the wait before each."""

import inspect
from typing import Any

from agents.recovery.kinds import kind_of
from agents.recovery.policy import RecoveryPolicy


async def is_worth_retrying(task: Any, task_run: Any, state: Any) -> bool:
    """Tell Prefect whether a failed model request should be tried again: only what may pass by itself.

    A bad key, a bad request or a malformed answer fails the same way each time and would only cost money and minutes.
    """
    del task, task_run
    error = state.result(raise_on_failure=False)
    if inspect.isawaitable(error):
        error = await error
    kind = kind_of(error)
    return kind is not None and kind.answer.seconds_before_retry is not None


def seconds_before_retry(policy: RecoveryPolicy, error: BaseException, planned: float) -> float:
    """Return the seconds to wait before a model request is made again.

    Args:
        policy: The run's policy.
        error: What the request failed by.
        planned: Seconds that the task's options plan before this retry.

    Returns:
        The planned seconds for an error that only the user's own retry condition lets be tried again.
    """
    kind = kind_of(error)
    answer = kind and kind.answer.seconds_before_retry
    return answer(error, planned, policy) if answer else planned
