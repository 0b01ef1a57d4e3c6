"""Numbers of steps that were made and that were replayed, for the report of a run."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass
class StepCounts:
    """Numbers of steps that finished in a `counting()` block.

    Attributes:
        made: Steps whose call was made.
        replayed: Steps answered from stored results.
    """

    made: int = 0
    replayed: int = 0


_counts: ContextVar[StepCounts | None] = ContextVar("step_counts", default=None)


@contextmanager
def counting() -> Generator[StepCounts]:
    """Count the steps of all agent runs started in this block, in whatever task or thread they run."""
    counts = StepCounts()
    token = _counts.set(counts)
    try:
        yield counts
    finally:
        _counts.reset(token)


def count_step(*, made: bool) -> None:
    """Count a finished step in the `counting()` block around it, if there is one."""
    counts = _counts.get()
    if counts is not None:
        counts.made += made
        counts.replayed += not made
