"""Drafts: analyses as a model hands them in, told to a listener before they are checked."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar

from agents.outputs import DataAnalysis, Evidence

Listener = Callable[[DataAnalysis, Sequence[Evidence]], None]
"""Called with an analysis and all that it may cite. The analysis may still be sent back to the model."""

_listener: ContextVar[Listener | None] = ContextVar("listener_to_drafts", default=None)


@contextmanager
def on_draft(listener: Listener) -> Generator[None]:
    """Call `listener` with every draft of the runs inside this block. An error in it is ignored."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def tell_draft(analysis: DataAnalysis, evidence: Sequence[Evidence]) -> None:
    """Tell the listener about a draft, if there is one."""
    if (listener := _listener.get()) is not None:
        with suppress(Exception):
            listener(analysis, evidence)
