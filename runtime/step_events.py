"""Progress of a run, for listeners in this process: the command line, a log, a test.

Listeners are told in the order in which things happen. One that fails is dropped from that event, not from the run:
showing progress must never break the work.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal

Phase = Literal["started", "finished", "failed", "replayed"]


@dataclass(frozen=True, kw_only=True)
class StepEvent:
    """One thing that happened to one step of a run.

    Attributes:
        step: Identifies the step within its run; all events of one step share it.
        kind: What the step is: a model request, a tool call, or a deterministic task.
        name: The step in words, such as `model offline` or `detect_anomalies(column=cancelled)`.
        phase: What happened. `replayed` means that a stored result was used and nothing was called.
        seconds: Time since the step started, except for `started`.
        usd: What the step cost in US dollars, if it cost something that is known; for `replayed`, what it did not
            cost again.
        tokens: Input and output tokens of a model request, if they are known.
        calls: How many calls it stands for: one, unless it is a stored result of many.
        error: What went wrong, for `failed`.
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
    """Tell `listener` every event of this process until the block ends. It may be called from any thread."""
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
