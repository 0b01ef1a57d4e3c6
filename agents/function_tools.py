"""The tools of an agent that are Python functions."""

from typing import Any

from pydantic_ai.agent import AbstractAgent
from pydantic_ai.tools import Tool
from pydantic_ai.toolsets import AbstractToolset, FunctionToolset


def function_tools(agent: AbstractAgent[Any, Any]) -> dict[str, Tool[Any]]:
    """Return the function tools of all toolsets of an agent by name, also inside toolsets that rename or filter."""
    found: dict[str, Tool[Any]] = {}

    def note(toolset: AbstractToolset[Any]) -> None:
        if isinstance(toolset, FunctionToolset):
            found.update(toolset.tools)

    for toolset in agent.toolsets:
        toolset.apply(note)
    return found
