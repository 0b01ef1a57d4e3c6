"""Durable steps without recovery, ledger and trace, to measure what these three cost."""

from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from pydantic_ai.capabilities import AbstractCapability


@contextmanager
def bare_steps() -> Generator[None]:
    """Switch recovery, ledger and trace off for the agent runs in this block, also their spans and events."""
    from agents.durable import prefect_agent
    from agents.durable.operations import backend
    from agents.durable.steps import run
    from agents.recovery.circuit import Way
    from agents.recovery.conversation.compaction import Compaction
    from agents.recovery.unusable.usable_answers import UsableAnswers
    from agents.recovery.withdrawn_tools import WithoutFailedTools
    from runtime.trace.recording import Span

    @contextmanager
    def untraced(*_: object, **__: object) -> Generator[Span]:
        yield Span()

    async def unmetered(ask: Callable[[Any], Awaitable[Any]], params: Any, *_: object) -> Any:
        return await ask(params)

    async def at_once(*_: object) -> float:
        return 0.0

    async def plainly(_: Way, ask: Callable[[], Awaitable[Any]]) -> Any:
        return await ask()

    patches = [
        patch.object(prefect_agent, "tracing", untraced),
        patch.object(run, "tracing", untraced),
        patch.object(backend, "metered", unmetered),
        patch.object(backend, "naming_unusable_answers", lambda ask, _: ask),
        patch.object(Way, "seconds_before_try", at_once),
        patch.object(Way, "ask", plainly),
    ]
    for capability in (UsableAnswers, WithoutFailedTools, Compaction):
        hooks = [name for name in vars(capability) if not name.startswith("_") and hasattr(AbstractCapability, name)]
        patches += [patch.object(capability, name, getattr(AbstractCapability, name)) for name in hooks]
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in reversed(patches):
            one.stop()
