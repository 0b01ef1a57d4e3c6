"""Progress events of a flow's own steps, like those of an agent's steps."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from time import perf_counter
from typing import TYPE_CHECKING

from runtime.step_events import StepEvent, emit
from runtime.texts.redaction import masked
from runtime.trace.recording import tracing

if TYPE_CHECKING:
    from agents.outputs import ModelUsage

_numbers = count(1)


@dataclass
class Shown:
    """A step that is under way.

    Attributes:
        stored: Usage of the model for a replayed result; set it when the result was replayed.
    """

    stored: "ModelUsage | None" = None


@contextmanager
def progress_step(name: str) -> Generator[Shown]:
    """Report the start and the end of the step `name` to listeners."""
    step = f"task-{next(_numbers)}"
    emit(StepEvent(step=step, kind="task", name=name, phase="started"))
    started, under_way = perf_counter(), Shown()
    title, _, about = name.partition(": ")
    with tracing("task", title, about or None) as span:
        try:
            yield under_way
        except BaseException as error:
            seconds = perf_counter() - started
            said = masked(str(error))[:200]
            emit(StepEvent(step=step, kind="task", name=name, phase="failed", seconds=seconds, error=said))
            raise
        if (stored := under_way.stored) is not None:
            span.replayed = True
            span.note(calls=stored.requests, usd=stored.usd)
            span.note(input_tokens=stored.input_tokens, output_tokens=stored.output_tokens)
    seconds, used = perf_counter() - started, under_way.stored
    if used is None:
        emit(StepEvent(step=step, kind="task", name=name, phase="finished", seconds=seconds))
        return
    emit(
        StepEvent(
            step=step,
            kind="model" if used.requests else "task",
            name=name,
            phase="replayed",
            seconds=seconds,
            usd=used.usd,
            tokens=used.input_tokens + used.output_tokens,
            calls=used.requests,
        )
    )
