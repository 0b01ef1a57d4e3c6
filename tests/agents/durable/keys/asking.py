"""Agents of tests of shared calls, and tools that read their context."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_ai import Agent, RunContext
from pydantic_ai.capabilities import AbstractCapability
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from agents import PrefectAgent


def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    """Call `who` once, then tell what it returned."""
    seen = [part.content for message in messages for part in message.parts if isinstance(part, ToolReturnPart)]
    return ModelResponse(parts=[TextPart(str(seen[0])) if seen else ToolCallPart("who", {})])


def everything(ctx: RunContext[Any]) -> str:
    """Say all that tells tenants apart, by a helper that is given the whole context."""
    return said(ctx)


def said(ctx: RunContext[Any]) -> str:
    settings: Any = ctx.model_settings or {}
    name = getattr(ctx.deps, "name", "")
    return f"{name}{(ctx.metadata or {}).get('tenant', '')}{settings.get('seed', '')}{ctx.prompt}{given_id(ctx)}"


def given_id(ctx: RunContext[Any]) -> str:
    return str(ctx.conversation_id) if str(ctx.conversation_id).startswith("c-") else ""


def limits(ctx: RunContext[Any]) -> str:
    return f"{ctx.usage_limits and ctx.usage_limits.request_limit}"


@dataclass
class Tagged(AbstractCapability[Any]):
    """A capability that tools can read."""

    tag: str


def agent_of(
    tool: Callable[[RunContext[Any]], Any], policy: Any, text: str = "", metadata: dict[str, Any] | None = None
) -> PrefectAgent[Any, str]:
    """An agent that calls a tool once. `text` is in whatever of the agent has no key."""
    agent: Agent[Any, str] = Agent(
        FunctionModel(answer, model_name="tenants"),
        name="tenants",
        deps_type=object,
        description=text or None,
        capabilities=[Tagged(text)],
        metadata=metadata,
    )
    agent.tool(tool, name="who")
    return PrefectAgent(agent, cache_policy=policy)


def answer_all(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    """Call each tool once, then tell what each returned."""
    parts = [part for message in messages for part in message.parts if isinstance(part, ToolReturnPart)]
    seen = {part.tool_name: part.content for part in parts}
    if seen:
        return ModelResponse(parts=[TextPart(json.dumps(seen))])
    return ModelResponse(parts=[ToolCallPart(tool.name, {}) for tool in info.function_tools])


async def told(
    tools: Sequence[Callable[[RunContext[Any]], Any]], policy: Any, text: str = "", **options: Any
) -> dict[str, str]:
    """Return what each tool says in a run of an agent as `agent_of` makes it."""
    agent: Agent[Any, str] = Agent(
        FunctionModel(answer_all, model_name="tenants"),
        name="tenants",
        deps_type=object,
        description=text or None,
        capabilities=[Tagged(text)],
        tools=tools,
    )
    return json.loads((await PrefectAgent(agent, cache_policy=policy).run(**{"user_prompt": "who?", **options})).output)
