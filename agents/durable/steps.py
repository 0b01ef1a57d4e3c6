"""One durable step: a coroutine run as a Prefect task run whose result is found again."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from time import perf_counter
from typing import Any, Literal

from anyio import sleep
from prefect import Task
from prefect.cache_policies import CachePolicy
from prefect.client.schemas.objects import StateType
from prefect.context import FlowRunContext, TaskRunContext
from prefect.exceptions import Abort, Pause
from prefect.settings import get_current_settings
from prefect.states import exception_to_crashed_state
from prefect.transactions import IsolationLevel
from prefect.utilities.timeout import timeout_async
from pydantic_ai.durable_exec import record_durable_unit

from agents.durable.operations.begun import bring_to_end
from agents.durable.operations.outcomes import Outcome, kind_unless_value
from agents.durable.step_counts import count_step
from agents.durable.task_options import StepTask
from agents.durable.task_runs import StepRun, delay_before_retry, may_be_retried
from agents.recovery.passing_on import PassedOn
from agents.stored.records import Record, StepCodec, first_line, key_storage_of, storage_for
from cache_policies.call_path import scope_and_path
from cache_policies.digest import chain
from cache_policies.policies import DURABLE, AcrossRuns, Call, Durable, Never, describing
from runtime.prices import name_of, spent_on
from runtime.private_members.prefect import stop_if_suspended
from runtime.redaction import mask_error
from runtime.runs.record import answers_of
from runtime.step_events import StepEvent, emit
from runtime.trace.recording import Span, record_retry, tracing

_numbers = count(1)


class StepTimeoutError(TimeoutError):
    """A step took longer than its `timeout_seconds`."""


def _always(_: object) -> bool:
    return True


async def _at_once(_: int) -> float:
    return 0.0


def _as_planned(_: Exception, planned: float) -> float:
    return planned


def _none(_: Exception) -> None:
    return None


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
        seconds_before_try: Takes the number of tries before; returns the seconds to wait until it is asked again, or 0
            for the next try to go ahead. What it raises is what the call fails by.
        seconds_before_retry: Takes the error and the seconds that the task's options plan before a retry; returns the
            seconds to wait.
        instead_of_failure: Takes the error of the last try; returns the result that is stored in its place, or `None`
            for a failure, which is not stored.
        subject: What is called, for the trace: its name without its arguments.
        arguments: Arguments of a tool call, for the trace.
        model: Model that is asked, with its provider, for the trace.
        stoppable: Whether the call ends when it is cancelled. One that does not, since it runs in a thread, is awaited
            to its end and its result is kept, also after its time-out.
    """

    kind: Literal["model", "tool", "task"]
    name: str
    call: Call
    codec: StepCodec
    body: Callable[[], Awaitable[object]]
    limits: Sequence[str] = ()
    is_lasting: Callable[[object], bool] = _always
    agent_run: str = ""
    seconds_before_try: Callable[[int], Awaitable[float]] = _at_once
    seconds_before_retry: Callable[[Exception, float], float] = _as_planned
    instead_of_failure: Callable[[Exception], object] = _none
    subject: str = ""
    arguments: object = None
    model: str = ""
    stoppable: bool = True


async def run_step(task: StepTask, step: Step) -> object:
    """Make a call as a Prefect task run, or return the stored result of an earlier attempt.

    Args:
        task: What `make_task` made for this kind of step.
        step: The call.

    Raises:
        ResultNotStoredError: The call was made, but its result could not be written.
        Exception: What the call raised, after the last retry.
    """
    own = isinstance(task.task.cache_policy, Durable | AcrossRuns | Never)
    # Other policies, such as Prefect's own, see nothing of the call but its inputs.
    content = chain(*(step.call.parts if own else step.call.all_parts))
    run = StepRun(task.task, step.name, {"step": step.name, "content": content})
    under_way = _StepUnderWay(task, step, run)
    event: dict[str, Any] = {"step": f"step-{next(_numbers)}", "kind": step.kind, "name": step.name}
    emit(StepEvent(**event, phase="started"))
    started = perf_counter()
    with tracing(step.kind, step.subject or step.name, step.arguments, model=step.model) as span:
        try:
            value = await under_way.find_or_make()
        except BaseException as error:
            span.note(tries=run.task_run.run_count)
            emit(StepEvent(**event, phase="failed", seconds=perf_counter() - started, error=first_line(error)))
            raise
        tokens, usd = _note(span, under_way, value)
    if isinstance(value, PassedOn):
        emit(
            StepEvent(
                **event,
                phase="failed",
                seconds=perf_counter() - started,
                error=f"{value.reason}, the next model is asked",
            )
        )
        return value
    count_step(made=under_way.executed)
    record_durable_unit(executed=under_way.executed)  # Pydantic AI sends no spans of what was only replayed
    phase = "finished" if under_way.executed else "replayed"
    emit(StepEvent(**event, phase=phase, seconds=perf_counter() - started, tokens=tokens, usd=usd))
    return value


def _note(span: Span, under_way: "_StepUnderWay", value: object) -> tuple[int | None, float | None]:
    """Tell the trace how a step ended, and return the tokens and the price of a model request."""
    span.replayed = not under_way.executed
    span.note(tries=under_way.run.task_run.run_count or None, output_size=under_way.size)
    if isinstance(value, Outcome):
        span.note(outcome=kind_unless_value(value.value))
    if isinstance(value, PassedOn):
        span.failed = True
        span.note(error=value.reason)
    if under_way.step.kind != "model":
        return None, None
    tokens, usd = spent_on(value)
    usage: Any = getattr(value, "usage", None)
    if tokens is not None:
        span.note(model=name_of(value), input_tokens=usage.input_tokens, output_tokens=usage.output_tokens, usd=usd)
        span.note(cached_tokens=usage.cache_read_tokens or None)
    return tokens, usd


@dataclass
class _StepUnderWay:
    options: StepTask
    step: Step
    run: StepRun
    executed: bool = False
    size: int | None = None
    cancelled: BaseException | None = None

    @property
    def task(self) -> Task[..., Any]:
        return self.options.task

    async def find_or_make(self) -> object:
        """Return the step's result, with every state on the way told to the server."""
        stop_if_suspended()
        try:
            with self.run.attempt(), describing(self.step.call):
                policy, scope = self.task.cache_policy, scope_and_path()
                key = self._key(policy)
                own = key if isinstance(policy, Durable) else self._key(DURABLE)
                if isinstance(policy, AcrossRuns):
                    key = key or own  # without a shared key, the run's own key is used
            if key is None or own is None or scope is None or not self.task.persist_result:
                value = await self._make(None, None, "")
            elif self.step.agent_run:
                value = await self._answer(key, own, scope[0])
            else:
                value = await self._find_or_make(key, own, scope[0])
        except (Pause, Abort, GeneratorExit):  # signals of Prefect's, which leave states alone
            raise
        except Exception:
            raise
        except BaseException as error:
            if error is not self.cancelled:  # else the call has ended, and its state says how
                crashed = await exception_to_crashed_state(error)
                self.run.logger.error("Crash detected! %s", crashed.message)  # noqa: TRY400 - cancelling is no bug
                self.run.enter(StateType.CRASHED, "Crashed", crashed.message)
            raise
        stop_if_suspended()
        return value

    def _key(self, policy: object) -> str | None:
        context, flow = TaskRunContext.get(), FlowRunContext.get()
        if not isinstance(policy, CachePolicy) or context is None:
            return None
        try:
            return policy.compute_key(context, self.run.parameters, (flow.parameters if flow else None) or {})
        except Exception:
            self.run.logger.exception("The cache policy made no key, so the result of this step is not stored.")
            return None

    async def _answer(self, key: str, own: str, run_id: str) -> object:
        """As `_find_or_make`, for the answer of a model, which a person may have asked for again."""
        answers = answers_of(run_id)
        if answers is None:
            return await self._find_or_make(key, own, run_id)
        current = answers.current_key(own)
        try:
            # One that was asked for again is this run's alone.
            value = await self._find_or_make(key if current == own else current, current, run_id)
        except Exception:
            answers.unanswered(self.step.agent_run)
            raise
        if not isinstance(value, PassedOn):
            answers.answered(self.step.agent_run, own)
        return value

    async def _find_or_make(self, key: str, own: str, run_id: str) -> object:
        """Find the result where any run may have put it, or what this run alone may find; else make it.

        Args:
            key: What the cache policy says.
            own: The same under `DURABLE`, for results that do not last.
            run_id: The outermost run.
        """
        policy = self.task.cache_policy if isinstance(self.task.cache_policy, CachePolicy) else None
        storage = await storage_for(self.options.result_storage)
        record = Record(self.run.task_run.name, key, self.step.codec, storage, await key_storage_of(policy))
        moment = record if own == key else Record(self.run.task_run.name, own, self.step.codec, storage)
        async with _locked(policy, key, str(self.run.task_run.id)):
            refresh = self.task.refresh_cache
            if not (get_current_settings().tasks.refresh_cache if refresh is None else refresh):
                found = await moment.find()
                if found is None and record is not moment:
                    found = await record.find()
                if found is not None:
                    self.size = found.size
                    self.run.enter(StateType.COMPLETED, "Cached")
                    return found.value
            return await self._make(record, moment, run_id)

    async def _make(self, record: Record | None, moment: Record | None, run_id: str) -> object:
        """Make the call, as often as its options allow, and store what it returned."""
        async with self.run.holding([f"tag:{tag}" for tag in self.run.task_run.tags]):
            value = await self._call()
        if not self.step.is_lasting(value):
            record = moment
        if record is not None:
            value = await self._store(record, value, run_id)
        self.run.enter(StateType.COMPLETED, "Completed")
        if self.cancelled is not None:
            raise self.cancelled
        return value

    async def _store(self, record: Record, value: object, run_id: str) -> object:
        try:
            value = record.prepare(value, self.task.cache_expiration)
            self.size = record.size
            if self.cancelled is None:
                await record.write(run_id)
            else:
                (await bring_to_end(record.write(run_id)))[0].result()
        except Exception as error:
            self.run.enter(StateType.FAILED, "Failed", f"Its result was not stored: {first_line(error)}")
            raise
        return value

    async def _call(self) -> object:
        task, retries, name = self.task, 0, "Running"
        while True:
            try:
                while delay := await self.step.seconds_before_try(retries):
                    await self._wait(delay)
                # A limit of a model counts requests under way: a slot is given back before the wait for a retry, and
                # the time-out begins when the slot is held.
                async with self.run.holding(self.step.limits):
                    self.run.enter(StateType.RUNNING, name)
                    self.executed = True
                    with self.run.attempt(persist=bool(task.persist_result)):
                        return await self._attempt()
            except Exception as error:
                mask_error(error)  # before it is logged, stored or shown anywhere
                if self.cancelled is not None:
                    self._failed(error)
                    raise self.cancelled from error
                if not await self._may_be_retried(error, retries):
                    instead = self.step.instead_of_failure(error)
                    if instead is not None:
                        self.run.logger.warning("%s failed: %s", self.step.name, first_line(error))
                        return instead
                    self._failed(error)
                    raise
                delay = self.step.seconds_before_retry(error, delay_before_retry(task, retries))
                retries, name = retries + 1, "Retrying"
                record_retry(retries, error, delay)
                self.run.logger.info(
                    "Task run failed with exception: %r - Retry %s/%s will start %s",
                    error,
                    retries,
                    task.retries,
                    f"{delay:.3g} second(s) from now" if delay else "immediately",
                )
            if delay:
                await self._wait(delay)

    async def _wait(self, seconds: float) -> None:
        at = datetime.now(UTC) + timedelta(seconds=seconds)
        self.run.enter(StateType.SCHEDULED, "AwaitingRetry", scheduled_time=at)
        await sleep(seconds)

    async def _attempt(self) -> object:
        seconds = self.task.timeout_seconds
        if self.step.stoppable:
            with timeout_async(seconds=seconds, timeout_exc_type=StepTimeoutError):
                return await self.step.body()
        started = perf_counter()
        ended, self.cancelled = await bring_to_end(self._body())
        took = perf_counter() - started
        if seconds is not None and took > seconds:
            self.run.logger.warning(
                "%s took %.1f seconds, longer than its time-out of %g seconds. A sync function cannot be stopped, so "
                "its result is used. Make it async, or give what it waits for a time-out of its own.",
                self.step.name,
                took,
                seconds,
            )
        return ended.result()

    async def _body(self) -> object:
        return await self.step.body()

    async def _may_be_retried(self, error: Exception, retries: int) -> bool:
        if retries >= (self.task.retries or 0) or isinstance(error, self.options.never_retried):
            return False
        return await may_be_retried(self.run, error)

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
