"""One durable step: a coroutine run as a Prefect task run whose result is found again."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from time import perf_counter
from typing import Any, Literal, TypedDict

import anyio
from prefect import Task
from prefect._flow_run_suspension import raise_if_flow_run_suspension_requested
from prefect.cache_policies import CachePolicy
from prefect.client.schemas.objects import StateType
from prefect.context import FlowRunContext, TaskRunContext
from prefect.exceptions import Abort, Pause
from prefect.results import ResultStorage
from prefect.settings import get_current_settings
from prefect.states import exception_to_crashed_state
from prefect.tasks import RetryConditionCallable
from prefect.transactions import IsolationLevel
from prefect.types._datetime import now
from prefect.utilities.timeout import timeout_async

from agents.durable.task_runs import StepRun, delay_before_retry, may_be_retried
from agents.stored.records import Record, StepCodec, first_line, key_storage_of, storage_for
from cache_policies.call_path import scope_and_path
from cache_policies.digest import chain
from cache_policies.policies import AcrossRuns, Call, Durable, Never, describing
from runtime.prices import spent_on
from runtime.step_events import StepEvent, emit


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


@contextmanager
def counting() -> Generator[StepCounts]:
    """Count the steps of all agent runs started in this block, in whatever task or thread they run."""
    counts = StepCounts()
    token = _counts.set(counts)
    try:
        yield counts
    finally:
        _counts.reset(token)


class StepTimeoutError(TimeoutError):
    """A step took longer than its `timeout_seconds`."""


@dataclass(frozen=True)
class StepTask:
    """The Prefect task for one kind of step, and where its results go if its options say so."""

    task: Task[..., Any]
    result_storage: ResultStorage | None


def make_task(name: str, config: TaskConfig) -> StepTask:
    """Return the Prefect task for one kind of step. Make it once: Prefect reads sources and signatures each time."""
    options: dict[str, Any] = {"log_prints": False, **config}
    # Given to the task, a block has to be saved on the server first.
    storage = options.pop("result_storage", None)
    return StepTask(Task(_named, name=name, **options), storage)


async def _named(step: str, content: str) -> None:
    """Stand for a step, which `run_step` runs: these are the inputs that Prefect and its cache policies see of it."""
    del step, content


async def run_step(
    task: StepTask,
    body: Callable[[], Awaitable[object]],
    *,
    kind: Literal["model", "tool", "task"],
    step_name: str,
    call: Call,
    codec: StepCodec,
    limits: Sequence[str] = (),
) -> object:
    """Run `body` as a Prefect task run, or return the stored result of an earlier attempt.

    Args:
        task: What `make_task` made for this kind of step.
        body: The call itself.
        kind: What the step is, for those who show progress.
        step_name: Name of this task run, which says what is called with what.
        call: What tells this call from others.
        codec: How the result is stored and read back.
        limits: Names of global concurrency limits; each attempt holds a slot of those that the server has.

    Raises:
        ResultNotStoredError: The call was made, but its result could not be written.
        Exception: What `body` raised, after the last retry.
    """
    own = isinstance(task.task.cache_policy, Durable | AcrossRuns | Never)
    # Other policies, such as Prefect's own, see nothing of the call but its inputs.
    content = chain(*(call.parts if own else call.all_parts))
    run = StepRun(task.task, step_name, {"step": step_name, "content": content})
    step = _Step(task, run, body, codec, limits)
    event: dict[str, Any] = {"step": f"step-{next(_numbers)}", "kind": kind, "name": step_name}
    emit(StepEvent(**event, phase="started"))
    started = perf_counter()
    try:
        value = await step.find_or_make(call)
    except BaseException as error:
        emit(StepEvent(**event, phase="failed", seconds=perf_counter() - started, error=first_line(error)))
        raise
    counts = _counts.get()
    if counts is not None:
        counts.made += step.executed
        counts.replayed += not step.executed
    tokens, usd = spent_on(value) if kind == "model" else (None, None)
    phase = "finished" if step.executed else "replayed"
    emit(StepEvent(**event, phase=phase, seconds=perf_counter() - started, tokens=tokens, usd=usd))
    return value


@dataclass
class _Step:
    """One step under way."""

    options: StepTask
    run: StepRun
    body: Callable[[], Awaitable[object]]
    codec: StepCodec
    limits: Sequence[str] = ()
    executed: bool = False

    @property
    def task(self) -> Task[..., Any]:
        return self.options.task

    async def find_or_make(self, call: Call) -> object:
        """Return the step's result, with every state on the way told to the server."""
        raise_if_flow_run_suspension_requested()
        try:
            with self.run.attempt(), describing(call):
                key, scope = self._key(), scope_and_path()
            if key is None or scope is None or not self.task.persist_result:
                value = await self._make(None, "")
            else:
                value = await self._find_or_make(key, scope[0])
        except (Pause, Abort, GeneratorExit):  # signals of Prefect's, which leave states alone
            raise
        except Exception:
            raise
        except BaseException as error:
            crashed = await exception_to_crashed_state(error)
            self.run.logger.error("Crash detected! %s", crashed.message)  # noqa: TRY400 - a cancelled run is no bug
            self.run.enter(StateType.CRASHED, "Crashed", crashed.message)
            raise
        raise_if_flow_run_suspension_requested()
        return value

    def _key(self) -> str | None:
        policy, context, flow = self.task.cache_policy, TaskRunContext.get(), FlowRunContext.get()
        if not isinstance(policy, CachePolicy) or context is None:
            return None
        try:
            return policy.compute_key(context, self.run.parameters, (flow.parameters if flow else None) or {})
        except Exception:
            self.run.logger.exception("The cache policy made no key, so the result of this step is not stored.")
            return None

    async def _find_or_make(self, key: str, run_id: str) -> object:
        policy = self.task.cache_policy if isinstance(self.task.cache_policy, CachePolicy) else None
        record = Record(
            self.run.task_run.name,
            key,
            self.codec,
            await storage_for(self.options.result_storage),
            await key_storage_of(policy),
        )
        async with _locked(policy, key, str(self.run.task_run.id)):
            refresh = self.task.refresh_cache
            if not (get_current_settings().tasks.refresh_cache if refresh is None else refresh):
                found = await record.find()
                if found is not None:
                    self.run.enter(StateType.COMPLETED, "Cached")
                    return found.value
            return await self._make(record, run_id)

    async def _make(self, record: Record | None, run_id: str) -> object:
        """Make the call, as often as its options allow, and store what it returned."""
        async with self.run.holding([f"tag:{tag}" for tag in self.run.task_run.tags]):
            value = await self._call()
        if record is not None:
            try:
                value = record.prepare(value, self.task.cache_expiration)
                await record.write(run_id)
            except Exception as error:
                self.run.enter(StateType.FAILED, "Failed", f"Its result was not stored: {first_line(error)}")
                raise
        self.run.enter(StateType.COMPLETED, "Completed")
        return value

    async def _call(self) -> object:
        task, retries, name = self.task, 0, "Running"
        while True:
            try:
                # A slot of a model's is not held while a retry is waited for, and waiting for one is no running time.
                async with self.run.holding(self.limits):
                    self.run.enter(StateType.RUNNING, name)
                    self.executed = True
                    with (
                        self.run.attempt(persist=bool(task.persist_result)),
                        timeout_async(seconds=task.timeout_seconds, timeout_exc_type=StepTimeoutError),
                    ):
                        return await self.body()
            except Exception as error:
                if retries >= (task.retries or 0) or not await may_be_retried(self.run, error):
                    self._failed(error)
                    raise
                delay = delay_before_retry(task, retries)
                retries, name = retries + 1, "Retrying"
                self.run.logger.info(
                    "Task run failed with exception: %r - Retry %s/%s will start %s",
                    error,
                    retries,
                    task.retries,
                    f"{delay:g} second(s) from now" if delay else "immediately",
                )
            if delay:
                at = now("UTC") + timedelta(seconds=delay)
                self.run.enter(StateType.SCHEDULED, "AwaitingRetry", scheduled_time=at)
                await anyio.sleep(delay)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, StepTimeoutError):
            message = f"Task run exceeded timeout of {self.task.timeout_seconds} second(s)"
            self.run.logger.error(message)
            self.run.enter(StateType.FAILED, "TimedOut", message, data=error)
            return
        self.run.logger.error("Task run failed with exception: %r", error, exc_info=error)
        self.run.enter(
            StateType.FAILED, "Failed", f"Task run encountered an exception {type(error).__name__}: {error}", data=error
        )


@asynccontextmanager
async def _locked(policy: CachePolicy | None, key: str, holder: str) -> AsyncGenerator[None]:
    """Hold the lock of a key, where the policy says that equal calls wait for each other."""
    locks = None if policy is None else policy.lock_manager
    if policy is None or locks is None or policy.isolation_level not in (IsolationLevel.SERIALIZABLE, "SERIALIZABLE"):
        yield
        return
    await locks.aacquire_lock(key, holder)
    try:
        yield
    finally:
        locks.release_lock(key, holder)
