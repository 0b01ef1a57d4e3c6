"""Answers to failures of model requests: each says how long to wait before the next try, or that there is none."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """Answer to a failure of a model request.

    Attributes:
        name: Its name, as in the documentation's table.
        seconds_before_retry: Takes the error and the seconds that the task's options plan before this retry; returns
            the seconds to wait. `None` for failures that are not tried again.
    """

    name: str
    seconds_before_retry: Callable[[BaseException, float], float] | None
