"""Toolsets that a single run brings along, and toolsets of a user's own kind."""

from typing import Any

from pydantic_ai.agent import AbstractAgent
from pydantic_ai.exceptions import UserError
from pydantic_ai.toolsets import AbstractToolset, CombinedToolset, ExternalToolset, FunctionToolset, WrapperToolset


def is_own_kind(toolset: AbstractToolset[Any]) -> bool:
    """Tell whether a toolset that Pydantic AI does not know calls tools itself; external tools are called elsewhere."""
    return not isinstance(toolset, ExternalToolset | WrapperToolset | CombinedToolset)


def refuse_added(agent: AbstractAgent[Any, Any], toolset: AbstractToolset[Any]) -> None:
    """Refuse tools that were added for one run inside a flow.

    A retry of the flow would have to bring the same ones again, and nothing says that it does.

    Args:
        agent: The agent, with what is overridden around the run.
        toolset: All toolsets of the run.

    Raises:
        UserError: Naming the toolsets, and what to write instead.
    """
    known: set[int] = set()
    for own in agent.toolsets:
        own.apply(lambda leaf: known.add(id(leaf)))
    added: dict[str, None] = {}

    def look(leaf: AbstractToolset[Any]) -> None:
        if id(leaf) not in known and is_own_kind(leaf) and not _is_inline(leaf):
            added[leaf.label] = None

    toolset.apply(look)
    if "the agent" in added:
        raise UserError(
            "override(tools=…) cannot be used inside a flow: a retry of the flow has to find the same tools. Give the "
            "tools to the agent, Agent(…, tools=[…]), or override its toolsets, "
            "override(toolsets=[FunctionToolset([…], id='…')]). Outside of a flow it works."
        )
    if added:
        raise UserError(
            f"{', '.join(added)} cannot be added for a single run inside a flow: a retry of the flow has to find the "
            "same tools. Give it to the agent instead of the run: Agent(…, toolsets=[…]) or, if a capability brings "
            "it, Agent(…, capabilities=[…]). External toolsets can be added, as can tools with "
            "metadata={'prefect': False}, which run inline and again in each retry."
        )


def _is_inline(toolset: AbstractToolset[Any]) -> bool:
    """Return whether the author of all tools of a toolset has said that their calls are no steps."""
    if not isinstance(toolset, FunctionToolset):
        return False
    tools = list(toolset.tools.values())
    return all((tool.metadata or {}).get("prefect") is False for tool in tools)
