"""Parts of an agent, each with its digest, so that a resumed run can say what has changed since it began."""

from collections.abc import Sequence
from typing import Any

from pydantic_ai.agent import AbstractAgent, WrapperAgent
from pydantic_ai.models import Model

from agents.durable.keys.content import content_of
from agents.durable.keys.requests import model_definition
from agents.toolsets.function_tools import function_tools
from cache_policies.digests.digest import source_of
from runtime.private_members.pydantic_ai import instructions_of

TOOL = "tool "
"""Beginning of the name of a part that is one tool's source. Any other part is something that the model sees."""


def definition_of(agent: AbstractAgent[Any, Any], model: Model | Sequence[Model] | str | None) -> dict[str, str]:
    """Return a digest of each part of an agent.

    Args:
        agent: The agent.
        model: The model of the run, or those that stand in for each other.

    Returns:
        Digests by part: `model`, `instructions`, `output`, `tool descriptions`, and `tool NAME` for the source of each
        function tool.
    """
    while isinstance(agent, WrapperAgent):
        agent = agent.wrapped
    tools = function_tools(agent)
    descriptions = {
        name: content_of(tool.description, tool.function_schema.json_schema) for name, tool in tools.items()
    }
    return {
        "model": model_definition(model, getattr(agent, "model_settings", None), None),
        "instructions": content_of(*instructions_of(agent)),
        "output": content_of(agent.output_json_schema()),
        "tool descriptions": content_of(descriptions),
        **{TOOL + name: source_of(tool.function) for name, tool in tools.items()},
    }
