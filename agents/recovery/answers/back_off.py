"""Exponential backoff with full jitter: a wait of random length, up to a bound that doubles with each retry.

Runs that failed together would otherwise come back together (Marc Brooker, "Exponential Backoff and Jitter", AWS
Architecture Blog, 2015). The bound is the delay that the task's options plan, which doubles by default.
"""

import random

from agents.recovery.answers.answer import Answer


def jitter(planned: float) -> float:
    """Return a random number of seconds up to the planned ones."""
    return random.uniform(0, planned)  # noqa: S311 - no secret


BACK_OFF = Answer("back off", lambda _, planned, __: jitter(planned), passes_on=True)
"""The request is made again after a random wait."""
