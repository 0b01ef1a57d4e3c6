"""The Prefect task run of one step: what the server, the logs and the runs inside the step see of it.

Prefect's own engine does for every task what few need: it walks the arguments, opens a client, a transaction and a
span, copies the result store, and reports that the task is pending a moment before it runs. For a step that is most of
what it costs. Here is what a step has, in Prefect's types and with Prefect's meaning: its task run, the context in
which its tools find it, its states, its retries, its time-out and the limits of its tags.
"""

import inspect
import logging
import os
import time
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from prefect import Task
from prefect.client.schemas.objects import (
    State,
    StateDetails,
    StateType,
    TaskRun,
    TaskRunPolicy,
)
from prefect.context import FlowRunContext, TagsContext, TaskRunContext
from prefect.logging.loggers import LoggingAdapter, get_logger, patch_print, task_run_logger
from prefect.transactions import BaseTransaction
from prefect.utilities.engine import should_log_prints

from runtime.prefect_server.task_run_events import send_change
from runtime.private_members.prefect import holding_slots

_LONGEST_MESSAGE = 100_000
"""Most characters of a state's message."""
_LOG = get_logger("prefect.task_runs")
_62_BITS = (1 << 62) - 1
# Copies of these cost a tenth of what making them does, as Pydantic copies the default of each field.
_CHANGED = {"state", "state_id", "state_type", "state_name", "run_count", "total_run_time", "start_time", "end_time"}
"""Fields of a task run that its states set."""
_BLANK_RUN, _BLANK_DETAILS = TaskRun.model_construct(_CHANGED), StateDetails.model_construct()
_policies: WeakKeyDictionary[Task[..., Any], tuple[TaskRunPolicy, dict[str, Any]]] = WeakKeyDictionary()


def new_id() -> UUID:
    """Return an id that sorts by its time, of version 7, as Prefect's own ids of runs and states are. RFC 9562."""
    random = int.from_bytes(os.urandom(10))
    return UUID(int=(time.time_ns() // 1_000_000) << 80 | 7 << 76 | (random >> 68) << 64 | 2 << 62 | random & _62_BITS)


class StepRun:
    """A task run.

    Args:
        task: The task.
        name: Name of this run.
        parameters: Its inputs, which name it and say what tells it from others; small, since they are digested often.
    """

    def __init__(self, task: Task[..., Any], name: str, parameters: dict[str, Any]) -> None:
        flow, parent = FlowRunContext.get(), TaskRunContext.get()
        assert flow is not None  # noqa: S101 - steps are only made in a flow run
        assert flow.flow_run is not None  # noqa: S101 - as above
        self.task = task
        self.parameters = parameters
        self._flow = flow
        run_id: UUID = new_id()
        tags = TagsContext.get().current_tags
        inputs: dict[str, Any] = {key: [] for key in parameters}
        if parent is not None and parent.task_run.flow_run_id == flow.flow_run.id:
            inputs["__parents__"] = [{"input_type": "task_run", "id": parent.task_run.id}]
        created = datetime.now(UTC)
        self.task_run = _BLANK_RUN.model_copy(
            update={
                "id": run_id,
                "name": name,
                "flow_run_id": flow.flow_run.id,
                "task_key": task.task_key,
                "dynamic_key": str(run_id),
                "task_version": task.version,
                "empirical_policy": _policy(task)[0],
                "tags": sorted({*task.tags, *tags} if tags else task.tags),
                "task_inputs": inputs,
                "flow_run_run_count": flow.flow_run.run_count,
                "expected_start_time": created,
                "created": created,
                "updated": created,
                "labels": {},
            }
        )
        self._last: UUID | None = None
        self._logger: LoggingAdapter | None = None

    @property
    def logger(self) -> LoggingAdapter:
        """The log of this run."""
        if self._logger is None:
            self._logger = task_run_logger(self.task_run, self.task)
        return self._logger

    @contextmanager
    def attempt(self, *, persist: bool = True) -> Generator[None]:
        """Be inside this run, for one attempt at it: a new context, by which those inside are counted anew.

        It stands outside of any transaction around it. There, Prefect keeps results back until the outermost one
        commits, so that a failure or a kill would lose every step of the run.
        """
        with ExitStack() as stack:
            printing = should_log_prints(self.task)
            if printing:
                stack.enter_context(patch_print())
            current: ContextVar[Any] = BaseTransaction.__var__
            stack.callback(current.reset, current.set(None))
            context = TaskRunContext.model_construct(
                task=self.task,
                task_run=self.task_run,
                log_prints=printing,
                parameters=self.parameters,
                result_store=self._flow.result_store,
                persist_result=persist,
                client=self._flow.client,
                start_time=datetime.now(UTC),
            )
            stack.enter_context(context)
            yield

    @asynccontextmanager
    async def holding(self, limits: Sequence[str]) -> AsyncGenerator[None]:
        """Hold a slot of each of these concurrency limits that the server has; without any, nobody is asked.

        Args:
            limits: Names of global limits; that of a tag is called `tag:` and the tag.
        """
        if not limits:
            yield
            return
        async with holding_slots(limits, self.task_run.id):
            yield

    def enter(self, kind: StateType, name: str, message: str | None = None, **details: Any) -> State[Any]:
        """Enter a state and report it to the server.

        Args:
            kind: Type of the state.
            name: Name of the state.
            message: What the state says to people.
            details: More fields of the state: `data`, `scheduled_time`.
        """
        run, before = self.task_run, self.task_run.state
        at: Any = datetime.now(UTC)
        if before is not None and at <= before.timestamp:
            at = before.timestamp + timedelta(microseconds=1)  # the server orders states by their time
        state: State[Any] = State.model_construct(
            id=new_id(),
            type=kind,
            name=name,
            timestamp=at,
            message=message,
            state_details=_BLANK_DETAILS.model_copy(
                update={
                    "task_run_id": run.id,
                    "flow_run_id": run.flow_run_id,
                    "scheduled_time": details.get("scheduled_time"),
                }
            ),
            data=details.get("data"),
            created=at,
            updated=at,
        )
        # Past Pydantic, which looks at each attribute that is set: nothing here is validated when it is set.
        fields = vars(run)
        if before is not None and before.type is StateType.RUNNING:
            fields["total_run_time"] += at - before.timestamp
        if kind is StateType.RUNNING:
            fields["run_count"] += 1
        if kind not in (StateType.SCHEDULED, StateType.PENDING):
            fields["start_time"] = run.start_time or at
        if state.is_final():
            fields["end_time"] = at
        fields |= {"state": state, "state_id": state.id, "state_type": kind, "state_name": name}
        if kind is StateType.COMPLETED and _LOG.isEnabledFor(logging.INFO):
            self.logger.info("Finished in state %s", state)
        send_change(self._change(before, state))
        self._last = state.id
        return state

    def _change(self, before: State[Any] | None, state: State[Any]) -> dict[str, Any]:
        run = self.task_run
        message = state.message if state.message is None else state.message[:_LONGEST_MESSAGE]
        return {
            "id": state.id,
            "occurred": state.timestamp,
            "event": f"prefect.task-run.{state.name}",
            "follows": self._last,
            "resource": {
                "prefect.resource.id": f"prefect.task-run.{run.id}",
                "prefect.resource.name": run.name,
                "prefect.run-count": str(run.run_count),
                "prefect.state-message": message or "",
                "prefect.state-name": state.name or "",
                "prefect.state-timestamp": state.timestamp.isoformat(),
                "prefect.state-type": state.type.value,
                "prefect.orchestration": "client",
            },
            "related": [
                {"prefect.resource.id": f"prefect.tag.{tag}", "prefect.resource.role": "tag"} for tag in run.tags
            ],
            "payload": {
                "intended": {"from": before and before.type.value, "to": state.type.value},
                "initial_state": before
                and {
                    "type": before.type.value,
                    "name": before.name,
                    "message": before.message and before.message[:_LONGEST_MESSAGE],
                    "state_details": _details(before),
                },
                "validated_state": {
                    "type": state.type.value,
                    "name": state.name,
                    "message": message,
                    "state_details": _details(state),
                    "data": None,
                },
                "task_run": {
                    "name": run.name,
                    "task_key": run.task_key,
                    "dynamic_key": run.dynamic_key,
                    "task_version": run.task_version,
                    "empirical_policy": _policy(self.task)[1],
                    "tags": run.tags,
                    "task_inputs": run.task_inputs,
                    "run_count": run.run_count,
                    "flow_run_run_count": run.flow_run_run_count,
                    "expected_start_time": run.expected_start_time,
                    **({} if run.start_time is None else {"start_time": run.start_time}),
                    **({} if run.end_time is None else {"end_time": run.end_time}),
                    "total_run_time": run.total_run_time.total_seconds(),
                },
            },
        }


def _policy(task: Task[..., Any]) -> tuple[TaskRunPolicy, dict[str, Any]]:
    """Return what a task's options say about retries, and its JSON; made once for each task."""
    if task not in _policies:
        policy = TaskRunPolicy.model_construct(
            retries=task.retries, retry_delay=task.retry_delay_seconds, retry_jitter_factor=task.retry_jitter_factor
        )
        _policies[task] = policy, policy.model_dump(mode="json", exclude_none=True)
    return _policies[task]


def _details(state: State[Any]) -> dict[str, Any]:
    scheduled: datetime | None = state.state_details.scheduled_time
    return {} if scheduled is None else {"scheduled_time": scheduled}


def delay_before_retry(task: Task[..., Any], retry: int) -> float:
    """Seconds to wait before a retry, as the task's options have it.

    Args:
        task: The task.
        retry: 0 for the first retry.
    """
    delay: float | int | Sequence[float] | None = task.retry_delay_seconds
    if isinstance(delay, Sequence):
        return float(delay[min(retry, len(delay) - 1)]) if delay else 0.0
    return float(delay or 0)


async def may_be_retried(run: StepRun, error: Exception) -> bool:
    """Return whether the task's own condition lets a failure be tried again; one that fails itself does not."""
    condition: Callable[..., Any] | None = run.task.retry_condition_fn
    if condition is None:
        return True
    state: State[Any] = State(type=StateType.FAILED, name="Failed", message=f"Task run failed: {error!r}", data=error)
    try:
        answer = condition(run.task, run.task_run, state)
        return bool(await answer if inspect.isawaitable(answer) else answer)
    except Exception:
        run.logger.exception("The retry condition of task %r failed", run.task.name)
        return False
