"""The flow of an agent, whose parameters name a run and tell it from others; the run itself comes with the context."""

from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from prefect import Flow

_TITLE_LETTERS = 60
"""Most characters of a prompt in the name of a flow run."""

_body: ContextVar[Callable[[], Awaitable[object]]] = ContextVar("agent_run_body")


def make_flow(name: str) -> Flow[..., Any]:
    """Make the flow of an agent, which runs what `as_body` was given."""
    return Flow(
        _run_current,
        name=name,
        flow_run_name="{title}",
        # The steps are stored, the run is not: Prefect would find a stored subflow again by its position in the
        # parent, which says nothing about whether it is the same run.
        persist_result=False,
        validate_parameters=False,
    )


@contextmanager
def as_body(run: Callable[[], Awaitable[object]]) -> Generator[None]:
    """Make this what the flow of an agent runs inside the block."""
    token = _body.set(run)
    try:
        yield
    finally:
        _body.reset(token)


def title_of(name: str, prompt: object) -> str:
    """Return the name of a flow run: the agent's, and the beginning of its prompt."""
    text = " ".join(prompt.split()) if isinstance(prompt, str) else ""
    return f"{name}: {text[:_TITLE_LETTERS]}{'…' if len(text) > _TITLE_LETTERS else ''}" if text else name


async def _run_current(title: str, content: str) -> None:
    """Run the agent run at hand. The parameters name the flow run and tell it from others; they hold no data."""
    del title, content
    await _body.get()()
