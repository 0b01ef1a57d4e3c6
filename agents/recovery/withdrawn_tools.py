"""Tools that failed for good: not offered any more in the run, and the model is told what it may use instead.

A failure is stored as the call's result, and what is offered follows from the conversation. So a resumed run offers the
same tools. Wrong arguments and names that no tool has are no failures of a tool.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_ai import RunContext
from pydantic_ai.capabilities import AbstractCapability
from pydantic_ai.messages import ModelMessage, ModelRequest, ToolReturnPart
from pydantic_ai.tools import AgentDepsT, ToolDefinition

from agents.recovery.decisions import record_decision
from agents.recovery.read_once import ReadOnce

_WITHDRAWN = "cannot be used any more in this run"


def _withdrawn(message: ModelMessage) -> Iterator[tuple[str | None, str]]:
    """Runs and names of the tools that a message takes away."""
    for part in message.parts if isinstance(message, ModelRequest) else ():
        if isinstance(part, ToolReturnPart) and part.outcome == "failed":
            said = part.content
            if isinstance(said, str) and said.startswith(part.tool_name) and _WITHDRAWN in said:
                yield message.run_id, part.tool_name


@dataclass
class WithoutFailedTools(AbstractCapability[AgentDepsT]):
    """Offers the tools of an agent but those that failed earlier in the run. Use a new one for each run."""

    _withdrawn: ReadOnce[tuple[str | None, str]] = field(default_factory=lambda: ReadOnce(_withdrawn))

    async def prepare_tools(self, ctx: RunContext[AgentDepsT], tool_defs: list[ToolDefinition]) -> list[ToolDefinition]:
        """The tools that the next request offers."""
        failed = {name for run_id, name in self._withdrawn.found(ctx.messages) if run_id == ctx.run_id}
        return [tool for tool in tool_defs if tool.name not in failed] if failed else tool_defs


def withdraw(name: str, error: Exception, context: RunContext[Any]) -> str | None:
    """Take a tool away, and say so to the model.

    Args:
        name: The tool.
        error: What it failed by, after its retries. Only its type is told: its text may hold anything.
        context: The context of the call.

    Returns:
        The answer to the call; `None` if no other tool is left, so that the error has to end the run.
    """
    others = _others(name, context.tools, withdrawn_tools(context.messages, context.run_id))
    if not others:
        return None
    record_decision(
        "tool taken away",
        reason=f"{name} failed with {type(error).__name__}",
        change=f"{name} is not offered any more",
    )
    return f"{name} failed ({type(error).__name__}) and {_WITHDRAWN}. Use instead: {', '.join(others)}."


def withdrawn_tools(messages: Sequence[ModelMessage], run_id: str | None = None) -> list[str]:
    """Names of the tools that were taken away, in order.

    Args:
        messages: A conversation.
        run_id: The run that they were taken away from; any by default.
    """
    found = (one for message in messages for one in _withdrawn(message))
    return list(dict.fromkeys(name for of_run, name in found if run_id in (None, of_run)))


def _others(name: str, tools: Mapping[str, ToolDefinition], withdrawn: Iterable[str]) -> list[str]:
    gone = {name, *withdrawn}
    return [tool.name for tool in tools.values() if tool.kind == "function" and tool.name not in gone]
