"""One durable step: a coroutine run as a Prefect task whose result is found again."""

from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import count
from time import perf_counter
from typing import Any, Literal, TypedDict

from prefect import Task
from prefect.cache_policies import CachePolicy
from prefect.results import ResultStorage
from prefect.tasks import RetryConditionCallable
from prefect.transactions import BaseTransaction

from cache_policies.policies import Call, describing
from runtime.events import StepEvent, emit


class TaskConfig(TypedDict, total=False):
    """How a kind of step is run as a Prefect task; the same options as Pydantic AI's `TaskConfig`."""

    retries: int
    """How often a failed step is tried again."""
    retry_delay_seconds: float | list[float]
    """Seconds before each retry."""
    retry_condition_fn: RetryConditionCallable
    """Decides whether a failure is worth a retry."""
    timeout_seconds: float
    """Seconds after which the step has failed."""
    cache_policy: CachePolicy
    """What makes two steps the same step."""
    persist_result: bool
    """Whether the result is stored; without it the step is made again by every retry."""
    result_storage: ResultStorage
    """Where the result is stored."""
    log_prints: bool
    """Whether prints go to the Prefect log."""


@dataclass
class _Step:
    body: Callable[[], Awaitable[object]]
    executed: bool = False


@dataclass
class StepCounts:
    """How many steps finished in a `counting()` block.

    Attributes:
        made: Steps whose call was made.
        replayed: Steps answered from stored results.
    """

    made: int = 0
    replayed: int = 0


_counts: ContextVar[StepCounts | None] = ContextVar("step_counts", default=None)
_current: ContextVar[_Step] = ContextVar("current_step")
_numbers = count(1)


async def _run_body(step: str, content: str) -> object:
    """Run the body of the current step. The arguments name the task run and are its only inputs.

    The body itself comes through a context variable: Prefect walks every argument of a task twice, and a message
    history among them makes each step dearer than the one before.
    """
    del step, content
    current = _current.get()
    current.executed = True
    return await current.body()


@contextmanager
def counting() -> Generator[StepCounts]:
    """Count the steps of all agent runs started in this block, in whatever task or thread they run."""
    counts = StepCounts()
    token = _counts.set(counts)
    try:
        yield counts
    finally:
        _counts.reset(token)


def make_task(name: str, config: TaskConfig) -> Task[..., Any]:
    """Return the Prefect task for one kind of step. Make it once: Prefect reads sources and signatures each time."""
    return Task(_run_body, name=name, task_run_name="{step}", result_serializer="json", **config)


async def run_step(
    task: Task[..., Any],
    body: Callable[[], Awaitable[object]],
    *,
    kind: Literal["model", "tool", "task"],
    step_name: str,
    call: Call,
) -> object:
    """Run `body` as a Prefect task, or return the stored result of an earlier attempt.

    Args:
        task: What `make_task` made for this kind of step.
        body: The call itself; it returns what JSON can hold.
        kind: What the step is, for those who show progress.
        step_name: Name of this task run, which says what is called with what.
        call: What tells this call from others.

    Raises:
        Exception: What `body` raised, after the last retry.
    """
    step = _Step(body)
    event: dict[str, Any] = {"step": f"step-{next(_numbers)}", "kind": kind, "name": step_name}
    emit(StepEvent(**event, phase="started"))
    started = perf_counter()
    token = _current.set(step)
    try:
        with describing(call), _own_transaction():
            result = await task(step=step_name, content=call.content)
    except BaseException as error:
        emit(StepEvent(**event, phase="failed", seconds=perf_counter() - started, error=_first_line(error)))
        raise
    finally:
        _current.reset(token)
    counts = _counts.get()
    if counts is not None:
        counts.made += step.executed
        counts.replayed += not step.executed
    emit(StepEvent(**event, phase="finished" if step.executed else "replayed", seconds=perf_counter() - started))
    return result


@contextmanager
def _own_transaction() -> Generator[None]:
    """Take the step out of any transaction around it.

    Inside a task, Prefect keeps results back until the outermost transaction commits, so that a failure or a kill would
    lose every step of the run; and a step's failure would roll back the task around it although a retry may succeed.
    """
    current: ContextVar[Any] = BaseTransaction.__var__
    token = current.set(None)
    try:
        yield
    finally:
        current.reset(token)


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
