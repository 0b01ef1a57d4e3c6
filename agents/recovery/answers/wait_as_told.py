"""A wait as long as the server asks for, up to `ANALYST_MODEL_WAIT_SECONDS`; without a word from it, a backoff."""

from agents.recovery.answers.answer import Answer
from agents.recovery.answers.back_off import jitter
from agents.recovery.answers.told_waits import seconds_told
from agents.recovery.policy import RecoveryPolicy


def _seconds(error: BaseException, planned: float, policy: RecoveryPolicy) -> float:
    # The random part comes on top, so that the runs that were told the same do not come back at the same moment.
    return min(seconds_told(error) or 0.0, policy.wait_seconds) + jitter(planned)


WAIT_AS_TOLD = Answer("wait as told", _seconds, passes_on=True)
"""The request is made again when the server said."""
