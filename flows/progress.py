"""Progress of a flow's own steps, told like that of an agent's."""

from collections.abc import Generator
from contextlib import contextmanager
from itertools import count
from time import perf_counter

from runtime.events import StepEvent, emit

_numbers = count(1)


@contextmanager
def shown(name: str) -> Generator[None]:
    """Tell listeners when the step called `name` starts and how it ends."""
    step = f"task-{next(_numbers)}"
    emit(StepEvent(step=step, kind="task", name=name, phase="started"))
    started = perf_counter()
    try:
        yield
    except BaseException as error:
        seconds = perf_counter() - started
        emit(StepEvent(step=step, kind="task", name=name, phase="failed", seconds=seconds, error=str(error)[:200]))
        raise
    emit(StepEvent(step=step, kind="task", name=name, phase="finished", seconds=perf_counter() - started))
