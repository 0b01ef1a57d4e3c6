"""A step: one call that is to be made once, with all that the engine needs to know of it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from agents.stored.records import StepCodec
from cache_policies.policies import Call


def _always(_: object) -> bool:
    return True


def _a_value(_: Any) -> None:
    return None


async def _at_once() -> float:
    return 0.0


async def _without_waiting(_: int) -> float:
    return 0.0


def _no_result(_: Exception) -> object:
    return None


def _as_planned(_: Exception, planned: float) -> float:
    return planned


@dataclass(frozen=True)
class Step:
    """One call that is to be made once.

    Attributes:
        kind: What it is, for those who show progress.
        name: Name of its task run, which says what is called with what.
        call: What tells it from other calls.
        codec: How its result is stored and read back.
        body: The call itself.
        limits: Names of global concurrency limits; each attempt holds a slot of those that the server has.
        is_lasting: Whether a result may be found by other runs, where the cache policy lets them.
        agent_run: Agent run whose model request it is, if it is one: its answer may be asked for again.
        seconds_before_slots: Takes the number of tries before; asked before each try until it returns 0: seconds to
            wait. What it raises is what the call fails by.
        seconds_before_try: Asked before each try, when its slots are held, until it returns 0: seconds to wait for its
            turn.
        seconds_before_retry: Takes the error and the seconds that the task's options plan before a retry; returns the
            seconds to wait.
        instead_of_failure: Takes the error of the last try; returns the result that is stored in its place, or `None`
            for a failure, which is not stored.
        subject: What is called, for the trace: its name without its arguments.
        arguments: Arguments of a tool call, for the trace.
        model: Model that is asked, with its provider, for the trace.
        outcome_of_failure: Takes the error after the last try; returns a result to be stored in place of the error,
            which is then told in the states of the task run and the trace only.
        stoppable: Whether the call ends when it is cancelled. One that does not, since it runs in a thread, is awaited
            to its end and its result is kept, also after its time-out.
        kind_of_outcome: Names what a call returned that is no value, such as a request to try again, for the trace.
    """

    kind: Literal["model", "tool", "task"]
    name: str
    call: Call
    codec: StepCodec
    body: Callable[[], Awaitable[object]]
    limits: Sequence[str] = ()
    is_lasting: Callable[[object], bool] = _always
    agent_run: str = ""
    seconds_before_slots: Callable[[int], Awaitable[float]] = _without_waiting
    seconds_before_try: Callable[[], Awaitable[float]] = _at_once
    seconds_before_retry: Callable[[Exception, float], float] = _as_planned
    instead_of_failure: Callable[[Exception], object] = _no_result
    subject: str = ""
    arguments: object = None
    model: str = ""
    outcome_of_failure: Callable[[Exception], object | None] = _a_value
    stoppable: bool = True
    kind_of_outcome: Callable[[object], str | None] = _a_value
