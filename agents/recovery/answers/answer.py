"""Answers to failures of model requests: each says how long to wait before the next try, or that there is none."""

from collections.abc import Callable
from dataclasses import dataclass

from agents.recovery.policy import RecoveryPolicy


@dataclass(frozen=True)
class Answer:
    """Answer to a failure of a model request.

    Attributes:
        name: Its name, as in the documentation's table.
        seconds_before_retry: Takes the error, the seconds that the task's options plan before this retry, and the
            policy; returns the seconds to wait. `None` for failures that are not tried again.
        passes_on: Whether the next model of a chain answers, when this one's retries are used up or there are none.
    """

    name: str
    seconds_before_retry: Callable[[BaseException, float, RecoveryPolicy], float] | None
    passes_on: bool
