"""A step under way: its stored result is found, or its call is made, retried and stored."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

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

from agents.durable.steps.begun import bring_to_end
from agents.durable.steps.recipe import Step
from agents.durable.steps.task_options import StepTask
from agents.durable.steps.task_runs import StepRun, delay_before_retry, may_be_retried
from agents.recovery.kinds import kind_of
from agents.recovery.passing_on import PassedOn
from agents.stored.records import Record, first_line
from agents.stored.storages import key_storage_of, storage_for
from cache_policies.call_path import scope_and_path
from cache_policies.policies import DURABLE, AcrossRuns, Durable, describing
from runtime.private_members.prefect import stop_if_suspended
from runtime.runs.record import answers_of
from runtime.texts.redaction import mask_error
from runtime.trace.recording import record_retry
from runtime.waiting import WaitingForApproval


class StepTimeoutError(TimeoutError):
    """A step took longer than its `timeout_seconds`."""


@dataclass
class StepUnderWay:
    """A step while its result is looked for or made.

    Attributes:
        options: Options of this kind of step.
        step: The step.
        run: Its task run.
        executed: Whether the call was made.
        size: Bytes of the stored result, if it is known.
        failure: Error of a call that has a result all the same.
        cancelled: The cancellation that came while a call ran that cannot be stopped.
        on_wait: Called before each wait, with its seconds and its reason.
    """

    options: StepTask
    step: Step
    run: StepRun
    executed: bool = False
    size: int | None = None
    failure: Exception | None = None
    cancelled: BaseException | None = None
    on_wait: Callable[[float, str], None] | None = None

    @property
    def task(self) -> Task[..., Any]:
        """The Prefect task of this kind of step."""
        return self.options.task

    async def find_or_make(self) -> object:
        """Return the step's result, with every state on the way told to the server."""
        stop_if_suspended()
        try:
            with self.run.attempt():
                policy, place = self.task.cache_policy, scope_and_path()
                with describing(self.step.call, place):
                    key = self._key(policy)
                    own = key if isinstance(policy, Durable) else self._key(DURABLE)
                if isinstance(policy, AcrossRuns):
                    key = key or own  # without a shared key, the run's own key is used
            if key is None or own is None or place is None or not self.task.persist_result:
                value = await self._make(None, None, "")
            elif self.step.agent_run:
                value = await self._answer(key, own, place[0])
            else:
                value = await self._find_or_make(key, own, place[0])
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
        if self.failure is None:
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
        task, retries, name, reason = self.task, 0, "Running", ""
        while True:
            try:
                while delay := await self.step.seconds_before_slots(retries):
                    await self._wait(delay, "no run asks this model for now")
                # A limit of a model counts requests under way: a slot is given back before the wait for a retry, and
                # the time-out begins when the slot is held.
                async with self.run.holding(self.step.limits):
                    while delay := await self.step.seconds_before_try():
                        self.run.logger.info("Waiting %.3g second(s) for the limits of this model a minute.", delay)
                        await self._wait(delay, "limits of this model a minute")
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
                    if (outcome := self.step.outcome_of_failure(error)) is None:
                        raise
                    self.failure = error
                    return outcome
                delay = self.step.seconds_before_retry(error, delay_before_retry(task, retries))
                retries, name = retries + 1, "Retrying"
                kind = kind_of(error)
                reason = kind.name if kind else type(error).__name__
                record_retry(retries, error, delay)
                self.run.logger.info(
                    "Task run failed with exception: %r - Retry %s/%s will start %s",
                    error,
                    retries,
                    task.retries,
                    f"{delay:.3g} second(s) from now" if delay else "immediately",
                )
            if delay:
                await self._wait(delay, reason)

    async def _wait(self, seconds: float, reason: str) -> None:
        at = datetime.now(UTC) + timedelta(seconds=seconds)
        self.run.enter(StateType.SCHEDULED, "AwaitingRetry", scheduled_time=at)
        if self.on_wait is not None:
            self.on_wait(seconds, reason)
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
        if isinstance(error, WaitingForApproval):  # it is made again when that is decided
            self.run.enter(StateType.CANCELLED, "Cancelled", str(error))
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
