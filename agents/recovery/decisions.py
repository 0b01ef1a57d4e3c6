"""Decisions about failures, told where they are taken: in the run's trace and in the log.

A decision has to be the same in each attempt at a run. It either follows from what is stored anyway, such as the
message history, or is itself stored as the result of a step. What is told here is for people; nothing reads it back.
"""

import logging
from typing import Literal

from runtime.trace.recording import record_recovery

Recovery = Literal["wait", "circuit", "next model", "compaction", "ask again", "smaller schema", "tool taken away"]
"""Recoveries besides a plain retry, which the trace shows as a failed try."""

_log = logging.getLogger("prefect.recovery")


def record_decision(recovery: Recovery, *, reason: str, change: str) -> None:
    """Tell the run's trace and the log what is done about a failure. Call it inside the step or agent run it is about.

    Args:
        recovery: Name of the recovery.
        reason: What failed: a name of `agents.recovery.kinds`, or words of our own. Texts of a model, a server or a
            user do not belong here, since they are kept also where `ANALYST_TRACE_CONTENT` is off.
        change: What is done differently from now on, such as "3 tool results became summaries".
    """
    record_recovery(recovery, reason, change)
    _log.info("Recovery (%s): %s, since: %s", recovery, change, reason)
