"""Progress of a run, for listeners in this process: the command line, a log, a test.

Listeners are called in the order of the events. An error in a listener is ignored: progress must never break the work.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal

Phase = Literal["started", "waiting", "finished", "failed", "replayed"]


@dataclass(frozen=True, kw_only=True)
class StepEvent:
    """An event of one step of a run.

    Attributes:
        step: Identifies the step within its run; all events of one step share it.
        kind: What the step is: a model request, a tool call, or a deterministic task.
        name: Name of the step for people, such as `model offline` or `detect_anomalies(column=cancelled)`.
        phase: What happened. `waiting` comes before each wait of a step that goes on after it; `replayed` means
            that a stored result was used and nothing was called.
        seconds: Time since the step started; for `waiting`, the length of the wait; none for `started`.
        usd: Price of the step in US dollars, if it is known; for `replayed`, the price that was saved.
        tokens: Input and output tokens of a model request, if they are known.
        calls: Number of calls that it stands for: one, unless it is a stored result of many.
        error: What went wrong, for `failed`; the reason of the wait, for `waiting`.
    """

    step: str
    kind: Literal["model", "tool", "task"]
    name: str
    phase: Phase
    seconds: float | None = None
    usd: float | None = None
    tokens: int | None = None
    calls: int = 1
    error: str | None = None


Listener = Callable[[StepEvent], None]
_listeners: list[Listener] = []


@contextmanager
def listening(listener: Listener) -> Generator[None]:
    """Call `listener` with every event of this process until the block ends. It may be called from any thread."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def emit(event: StepEvent) -> None:
    """Tell all listeners about `event`."""
    for listener in _listeners:
        with suppress(Exception):  # see the module docstring
            listener(event)
