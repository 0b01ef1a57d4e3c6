"""One durable step: a coroutine run as a Prefect task run whose result is found again."""

from itertools import count
from time import perf_counter
from typing import Any

from pydantic_ai.durable_exec import record_durable_unit
from pydantic_ai.exceptions import ModelHTTPError

from agents.durable.steps.counts import count_step
from agents.durable.steps.recipe import Step
from agents.durable.steps.task_options import StepTask
from agents.durable.steps.task_runs import StepRun
from agents.durable.steps.under_way import StepUnderWay
from agents.recovery.kinds import kind_of
from agents.recovery.passing_on import PassedOn
from agents.recovery.unusable.unusable_answers import why_unusable
from agents.stored.records import first_line
from cache_policies.digests.digest import chain
from cache_policies.policies import AcrossRuns, Durable, Never
from runtime.models.prices import name_of, spent_on
from runtime.step_events import StepEvent, emit
from runtime.trace.recording import Span, tracing

_numbers = count(1)


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
    event: dict[str, Any] = {"step": f"step-{next(_numbers)}", "kind": step.kind, "name": step.name}

    def tell_wait(seconds: float, reason: str) -> None:
        emit(StepEvent(**event, phase="waiting", seconds=seconds, error=reason))

    under_way = StepUnderWay(task, step, run, on_wait=tell_wait)
    emit(StepEvent(**event, phase="started"))
    started = perf_counter()
    with tracing(step.kind, step.subject or step.name, step.arguments, model=step.model) as span:
        try:
            value = await under_way.find_or_make()
        except BaseException as error:
            span.note(tries=run.task_run.run_count)
            emit(StepEvent(**event, phase="failed", seconds=perf_counter() - started, error=_said(error)))
            raise
        tokens, usd = _note(span, under_way, value)
    if isinstance(value, PassedOn):
        said = f"{value.reason}, the next model is asked"
        emit(StepEvent(**event, phase="failed", seconds=perf_counter() - started, error=said))
        return value
    count_step(made=under_way.executed)
    record_durable_unit(executed=under_way.executed)  # Pydantic AI sends no spans of what was only replayed
    if under_way.failure is not None:
        seconds = perf_counter() - started
        emit(StepEvent(**event, phase="failed", seconds=seconds, error=_said(under_way.failure)))
        return value
    if under_way.executed and (unusable := why_unusable(value)) is not None:
        emit(StepEvent(**event, phase="failed", seconds=perf_counter() - started, error=unusable))
        return value
    phase = "finished" if under_way.executed else "replayed"
    emit(StepEvent(**event, phase=phase, seconds=perf_counter() - started, tokens=tokens, usd=usd))
    return value


def _said(error: BaseException) -> str:
    """Return what is told of a failure while the run goes on; the whole answer of a model's server is in the log."""
    kind = kind_of(error) if isinstance(error, ModelHTTPError) else None
    return (
        f"{kind.name} (HTTP {error.status_code})" if kind and isinstance(error, ModelHTTPError) else first_line(error)
    )


def _note(span: Span, under_way: StepUnderWay, value: object) -> tuple[int | None, float | None]:
    """Tell the trace how a step ended, and return the tokens and the price of a model request."""
    span.replayed = not under_way.executed
    span.note(tries=under_way.run.task_run.run_count or None, output_size=under_way.size)
    if isinstance(value, PassedOn):
        span.failed = True
        span.note(error=value.reason)
    if (unusable := why_unusable(value)) is not None:
        span.failed = True
        span.note(error=unusable)
        return None, None  # nothing of it was counted
    span.note(outcome=under_way.step.kind_of_outcome(value))
    if under_way.failure is not None:
        span.fail(under_way.failure)
    if under_way.step.kind != "model":
        return None, None
    tokens, usd = spent_on(value)
    usage: Any = getattr(value, "usage", None)
    if tokens is not None:
        span.note(model=name_of(value), input_tokens=usage.input_tokens, output_tokens=usage.output_tokens, usd=usd)
        span.note(cached_tokens=usage.cache_read_tokens or None)
    return tokens, usd
