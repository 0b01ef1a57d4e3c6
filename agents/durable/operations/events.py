"""Events of a model's answer while it comes in, each told once, or after a sign that the answer begins anew.

A request that breaks off half way is made again, and its answer begins anew. What was told of the first answer cannot
be taken back, so the handler is told a `StreamRestartEvent` before it is told of the second.
"""

from collections import OrderedDict
from collections.abc import AsyncIterable, AsyncIterator, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from pydantic_ai import RunContext
from pydantic_ai.agent import EventStreamHandler
from pydantic_ai.messages import AgentStreamEvent, CustomEvent

_MOST = 1024
"""Broken-off answers that are remembered: far more than runs that are retried in one process at a time."""

_broken_off: "OrderedDict[str, None]" = OrderedDict()
_answer: ContextVar[tuple[str, bool]] = ContextVar("answer_under_way", default=("", False))


@dataclass(kw_only=True)
class StreamRestartEvent(CustomEvent, name="analyst.stream_restart"):
    """The model is asked again: forget the parts of its answer that were told since the last model request began."""


@contextmanager
def answering(identity: str, *, may_be_known: bool) -> Generator[None]:
    """Tell handlers in this block of one answer.

    Args:
        identity: The same for each time that this request of this run is made.
        may_be_known: Whether a process that is gone may have told of the answer.
    """
    token = _answer.set((identity, may_be_known))
    try:
        yield
    finally:
        _answer.reset(token)


async def ignore_events(_: RunContext[Any], events: AsyncIterable[AgentStreamEvent]) -> None:
    """Ignore the events: the steps of the run have already reported them."""
    async for _event in events:
        pass


def tell_restarts(handler: EventStreamHandler[Any]) -> EventStreamHandler[Any]:
    """Return a handler that is told when an answer begins anew."""

    async def told(context: RunContext[Any], events: AsyncIterable[AgentStreamEvent]) -> None:
        identity, may_be_known = _answer.get()

        async def announced() -> AsyncIterator[AgentStreamEvent]:
            if identity in _broken_off or may_be_known:
                yield StreamRestartEvent()
            async for event in events:
                _broken_off[identity] = None  # until its end has arrived
                yield event
            _broken_off.pop(identity, None)
            while len(_broken_off) > _MOST:
                _broken_off.popitem(last=False)

        await handler(context, announced())

    return told
