"""A tool of an agent: the function behind it, and the digest of its source."""

from collections.abc import Callable
from typing import Any

from pydantic_ai import ToolDefinition
from pydantic_ai.tools import Tool
from pydantic_ai.toolsets import FunctionToolset

from agents.durable.keys.content import content_of
from cache_policies.digests.digest import source_of


def tool_definition(tool: object, name: str) -> str:
    """Return a digest of a tool: its name and, where it is a Python function, its source.

    Args:
        tool: The `ToolsetTool` of the call, or `None` where a toolset finds its tools as it runs.
        name: Name the model called it by.
    """
    function = function_of(tool, name)
    source = "" if function is None else source_of(function)
    return content_of(name, getattr(getattr(tool, "toolset", None), "id", None), source)


def place_of_call(run: str, step: int, call_id: str | None) -> str:
    """Return the place of a tool call in its run, the same in each attempt and whatever its content.

    Args:
        run: Identity of the agent run.
        step: Number of its step.
        call_id: Id of the call.
    """
    return content_of(run, step, call_id)


def function_of(tool: object, name: str) -> Callable[..., Any] | None:
    """Return the function behind a tool, or `None` for one that is no Python function, such as an MCP server's.

    Args:
        tool: The `ToolsetTool` of the call, or `None`.
        name: Name the model called it by.
    """
    # A function tool calls through its schema, which still holds the function when the toolset was renamed or prefixed.
    schema: Any = getattr(getattr(tool, "call_func", None), "__self__", None)
    function: Any = getattr(schema, "function", None)
    if callable(function):
        return function
    definition: ToolDefinition | None = getattr(tool, "tool_def", None)
    toolset: Any = getattr(tool, "toolset", None)
    if isinstance(toolset, FunctionToolset):
        registered: dict[str, Tool[Any]] = toolset.tools
        function_tool = registered.get(name) or registered.get(definition.name if definition else name)
        return None if function_tool is None else function_tool.function
    return None
