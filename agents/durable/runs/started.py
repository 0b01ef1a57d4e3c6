"""Facts about an agent run that Pydantic AI's methods do not pass on from `run` to `iter`.

`Agent.run` and `Agent.run_stream` call `iter` with arguments of Pydantic AI's own. What is ours beside them reaches
`iter` through the context of the task that calls it.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from pydantic_ai.agent import EventStreamHandler

from agents.recovery.policy import RecoveryPolicy
from cache_policies.policies import Call


@dataclass(frozen=True)
class StartedRun:
    """An agent run that `run` has begun and `iter` goes on with.

    Attributes:
        call: Description of the run for its key.
        alone: True if no other flow is around the run's own flow.
        handler: Handler of its events.
        recovery: Policy of this run, if it has one of its own.
    """

    call: Call
    alone: bool
    handler: EventStreamHandler[Any] | None
    recovery: RecoveryPolicy | None


_started: ContextVar[StartedRun | None] = ContextVar("agent_run_started", default=None)
_recovery: ContextVar[RecoveryPolicy | None] = ContextVar("agent_run_recovery", default=None)


@contextmanager
def starting(run: StartedRun) -> Generator[None]:
    """Hand a run to the next `take_started`."""
    token = _started.set(run)
    try:
        yield
    finally:
        _started.reset(token)


def take_started() -> StartedRun | None:
    """Return the run that `run` has begun, once: an agent that one of its tools runs describes its own run."""
    started = _started.get()
    _started.set(None)
    return started


@contextmanager
def with_recovery(arguments: dict[str, Any]) -> Generator[None]:
    """Take the policy of a run from its arguments, for methods of Pydantic AI's that call `run` or `iter`."""
    token = _recovery.set(arguments.pop("recovery", None))
    try:
        yield
    finally:
        _recovery.reset(token)


def take_recovery(arguments: dict[str, Any]) -> RecoveryPolicy | None:
    """Return the policy of a run from its arguments or from `with_recovery`, once."""
    recovery = arguments.pop("recovery", None) or _recovery.get()
    _recovery.set(None)
    return recovery
