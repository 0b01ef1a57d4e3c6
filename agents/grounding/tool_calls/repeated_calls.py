"""Calls that a model makes again although their result is there: answered in short, then no longer offered.

Small models repeat a call until their requests run out. All that is decided here follows from the message history, so
that a retry or a resumed run decides the same.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_ai import RunContext
from pydantic_ai.capabilities import AbstractCapability
from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, ToolCallPart, ToolReturnPart
from pydantic_ai.tools import AgentDepsT, ToolDefinition

from agents.outputs import Evidence

MOST_TIMES = 3
"""The time at which a call with the same result costs the model the tool for one request."""

MOST_IDLE_REQUESTS = 3
"""Requests in a row without a new result, after which only the output is asked for."""

REPEATS = "repeats"
"""Key in a tool result's metadata: the id of the evidence that holds it already."""


@dataclass
class WithoutLoops(AbstractCapability[AgentDepsT]):
    """Takes a tool away for one request when a result came for the third time, and all tools when nothing new comes."""

    async def prepare_tools(self, ctx: RunContext[AgentDepsT], tool_defs: list[ToolDefinition]) -> list[ToolDefinition]:
        """The tools that the next request offers."""
        results = list(_results(ctx.messages))
        if results and _idle(ctx.messages, results) >= MOST_IDLE_REQUESTS:
            return []
        times = Counter((result.tool, result.key) for result in results)
        last = len(ctx.messages) - 1
        tired = {r.tool for r in results if r.message == last and times[r.tool, r.key] >= MOST_TIMES}
        return [tool for tool in tool_defs if tool.name not in tired]


def held_already(new: Evidence, earlier: Sequence[Evidence]) -> str | None:
    """The id of the evidence that already holds a result; None if it is new."""
    for item in earlier:
        # Columns may be written in several ways; two data sets that are told apart by `source` may look the same.
        same_source = item.arguments.get("source") == new.arguments.get("source")
        if item.tool == new.tool and same_source and item.result == new.result:
            return item.id
    return None


def twin_beside(messages: Sequence[ModelMessage], call: ToolCallPart) -> ToolCallPart | None:
    """An equal call before this one in the same answer, which is under way as well, so that it has no result yet."""
    beside = [part for message in messages[-1:] if isinstance(message, ModelResponse) for part in message.tool_calls]
    for part in beside:
        if part.tool_call_id == call.tool_call_id:
            break
        if part.tool_name == call.tool_name and _arguments(part) == _arguments(call):
            return part
    return None


def tools_called(messages: Sequence[ModelMessage]) -> set[str]:
    """Tools of the newest answer, some of which may still be under way."""
    return {
        part.tool_name for message in messages[-1:] if isinstance(message, ModelResponse) for part in message.tool_calls
    }


def told_again(id_: str, unused: Sequence[str]) -> str:
    """The answer to a call whose result is there.

    Args:
        id_: Evidence that holds the result.
        unused: Tools that gave no result yet.
    """
    # The output comes first: small models call whatever is named, one after the other.
    still = f" Still open: {', '.join(unused)}." if unused else ""
    return (
        f"{id_} holds this already: the same call gives the same result."
        f" Do the results answer the question? Then call final_result.{still}"
    )


@dataclass(frozen=True)
class _ToolResult:
    """A tool's result in the history: the number of its message, the tool, and what tells it from other results."""

    message: int
    tool: str
    key: str
    new: bool


def _results(messages: Sequence[ModelMessage]) -> Iterator[_ToolResult]:
    """Results of tools in order; of a call that failed there is none."""
    seen: set[tuple[str, str]] = set()
    for number, message in enumerate(messages):
        for part in message.parts if isinstance(message, ModelRequest) else ():
            if not isinstance(part, ToolReturnPart) or part.outcome != "success":
                continue
            metadata: Mapping[str, Any] = part.metadata if isinstance(part.metadata, dict) else {}
            ids = [item["id"] for item in metadata.get("evidence", ())] or [metadata.get(REPEATS)]
            key = str(ids[0]) if ids[0] else part.model_response_str()
            yield _ToolResult(number, part.tool_name, key, (part.tool_name, key) not in seen)
            seen.add((part.tool_name, key))


def _idle(messages: Sequence[ModelMessage], results: Sequence[_ToolResult]) -> int:
    """Model requests since the last new result."""
    newest = max((result.message for result in results if result.new), default=-1)
    return sum(isinstance(message, ModelResponse) for message in messages[newest + 1 :])


def _arguments(call: ToolCallPart) -> object:
    try:
        return {name: value for name, value in call.args_as_dict().items() if value is not None}
    except ValueError:
        return call.args
