"""The tools of an agent that are Python functions."""

from collections.abc import Iterable
from typing import Any

from pydantic_ai.agent import AbstractAgent
from pydantic_ai.tools import Tool
from pydantic_ai.toolsets import AbstractToolset, FunctionToolset


def function_tools(agent: AbstractAgent[Any, Any]) -> dict[str, Tool[Any]]:
    """Return the function tools of all toolsets of an agent by name, also inside toolsets that rename or filter."""
    return tools_in(agent.toolsets)


def tools_in(toolsets: Iterable[AbstractToolset[Any]]) -> dict[str, Tool[Any]]:
    """Return the function tools of toolsets by name, also inside toolsets that rename or filter."""
    found: dict[str, Tool[Any]] = {}

    def note(toolset: AbstractToolset[Any]) -> None:
        if isinstance(toolset, FunctionToolset):
            found.update(toolset.tools)

    for toolset in toolsets:
        toolset.apply(note)
    return found
