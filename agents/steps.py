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
from prefect.context import FlowRunContext, TaskRunContext
from prefect.results import ResultStorage
from prefect.tasks import RetryConditionCallable
from prefect.transactions import BaseTransaction, get_transaction

from agents.stored_results import (
    ResultNotStoredError,
    Step,
    StepCodec,
    StepSerializer,
    StepStorage,
    current_step,
    first_line,
    storage_for,
)
from cache_policies.digest import chain
from cache_policies.policies import Call, describing
from runtime.events import StepEvent, emit
from runtime.prices import spent_on


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
class StepCounts:
    """How many steps finished in a `counting()` block.

    Attributes:
        made: Steps whose call was made.
        replayed: Steps answered from stored results.
    """

    made: int = 0
    replayed: int = 0


_counts: ContextVar[StepCounts | None] = ContextVar("step_counts", default=None)
_numbers = count(1)
_STORAGE = StepStorage()


async def _run_body(step: str, content: str) -> str:
    """Run the body of the current step. The arguments name the task run and are its only inputs.

    The body itself comes through a context variable: Prefect walks every argument of a task twice, and a message
    history among them makes each step dearer than the one before. Its result goes the same way, and the task's own is
    the text to store.
    """
    del step, content
    transaction = get_transaction()
    kept = transaction is not None and bool(transaction.key) and transaction.write_on_commit
    return await current_step.get().run(kept=kept)


@contextmanager
def counting() -> Generator[StepCounts]:
    """Count the steps of all agent runs started in this block, in whatever task or thread they run."""
    counts = StepCounts()
    token = _counts.set(counts)
    try:
        yield counts
    finally:
        _counts.reset(token)


@dataclass(frozen=True)
class StepTask:
    """The Prefect task for one kind of step, and where its results go if its options say so."""

    task: Task[..., Any]
    result_storage: ResultStorage | None


def make_task(name: str, config: TaskConfig) -> StepTask:
    """Return the Prefect task for one kind of step. Make it once: Prefect reads sources and signatures each time."""
    options: dict[str, Any] = {"log_prints": False, **config}
    storage = options.pop("result_storage", None)
    task: Task[..., Any] = Task(
        _run_body,
        name=name,
        task_run_name="{step}",
        result_serializer=StepSerializer(),
        cache_result_in_memory=False,  # what is on disk counts, and the run holds its results anyway
        **options,
    )
    # Given as an option, a block has to be saved on the server first.
    task.result_storage = _STORAGE
    return StepTask(task, storage)


async def run_step(
    task: StepTask,
    body: Callable[[], Awaitable[object]],
    *,
    kind: Literal["model", "tool", "task"],
    step_name: str,
    call: Call,
    codec: StepCodec,
) -> object:
    """Run `body` as a Prefect task, or return the stored result of an earlier attempt.

    Args:
        task: What `make_task` made for this kind of step.
        body: The call itself.
        kind: What the step is, for those who show progress.
        step_name: Name of this task run, which says what is called with what.
        call: What tells this call from others.
        codec: How the result is stored and read back.

    Raises:
        ResultNotStoredError: The call was made, but its result could not be written.
        Exception: What `body` raised, after the last retry.
    """
    step = Step(step_name, _committing(body), codec, await storage_for(task.result_storage))
    event: dict[str, Any] = {"step": f"step-{next(_numbers)}", "kind": kind, "name": step_name}
    emit(StepEvent(**event, phase="started"))
    started = perf_counter()
    token = current_step.set(step)
    try:
        with describing(call), _own_transaction():
            await task.task(step=step_name, content=chain(*call.parts))
        if not step.answered:  # Prefect was sure of a stored result, which cannot be used
            await step.run(kept=False)
        if step.problem is not None:
            raise ResultNotStoredError(
                f"The result of {step_name} could not be stored ({first_line(step.problem)}). "
                "Nothing that was stored before is lost: put the storage right and resume the run."
            ) from step.problem
    except BaseException as error:
        emit(StepEvent(**event, phase="failed", seconds=perf_counter() - started, error=first_line(error)))
        raise
    finally:
        current_step.reset(token)
    counts = _counts.get()
    if counts is not None:
        counts.made += step.executed
        counts.replayed += not step.executed
    tokens, usd = spent_on(step.value) if kind == "model" else (None, None)
    phase = "finished" if step.executed else "replayed"
    emit(StepEvent(**event, phase=phase, seconds=perf_counter() - started, tokens=tokens, usd=usd))
    return step.value


def _committing(body: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[object]]:
    """The body, in which tasks and flows keep their results as they would outside of the step.

    Held back until the step commits, they would be lost when it fails; and the step's storage takes only its own.
    """

    async def committing() -> object:
        flow, task = FlowRunContext.get(), TaskRunContext.get()
        if flow is None or task is None:
            return await body()
        with _own_transaction(), task.model_copy(update={"result_store": flow.result_store}):
            return await body()

    return committing


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
