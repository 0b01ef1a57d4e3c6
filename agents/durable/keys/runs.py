"""Descriptions of agent runs: prompt, arguments, dependencies, and what `override` has set."""

import asyncio
import threading
from collections.abc import Mapping
from typing import Any

from pydantic_ai.agent import AbstractAgent, WrapperAgent
from pydantic_ai.models import Model

from agents.durable.dependency_snapshots import Dependencies
from agents.durable.keys.content import content_and_live, content_of
from agents.toolsets.function_tools import function_tools, tools_in
from cache_policies.digests.digest import chain, digest, digest_with_gaps, live_values_of, source_of
from cache_policies.policies import Call
from runtime.private_members.pydantic_ai import metadata_of, overrides_of

RUN_ARGUMENTS: Mapping[str, str] = {
    "user_prompt": "what is asked",
    "message_history": "what was said before",
    "conversation": "as `message_history`",
    "deferred_tool_results": "what was approved or done meanwhile",
    "instructions": "how to answer",
    "model": "who answers; by name, since each request's key holds the rest",
    "model_settings": "how to answer",
    "output_type": "what to answer with",
    "metadata": "tools can read it",
    "conversation_id": "tools can read it",
    "run_id": "tools can read it",
    "deps": "tools can read them",
    "toolsets": "tools of this run",
    "capabilities": "hooks and tools of this run",
    "workspace": "where tools work",
    "spec": "any of the others, from a file",
}
"""Arguments of `Agent.run` and `Agent.iter` that tell one run from another, with the reason."""

WAIVED_RUN_ARGUMENTS: Mapping[str, str] = {
    "usage_limits": "a run that went over its limit is resumed with a higher one; a tool that reads it is keyed by it",
    "retries": "as `usage_limits`",
    "timeout": "as `usage_limits`",
    "usage": "a running total, which runs at the same time add to in another order in each attempt",
    "cancellation_token": "ends a run and changes no answer",
    "event_stream_handler": "observes only",
    "infer_name": "the name is part of every key",
}
"""Arguments that do not tell one run from another, with the reason."""

_LOCKS = (type(threading.Lock()), type(threading.RLock()), asyncio.Lock, asyncio.Semaphore, asyncio.Event)
"""Objects without content that no answer can depend on."""


def dependencies_of(agent: AbstractAgent[Any, Any], arguments: Mapping[str, Any]) -> object:
    """Return the dependencies of a run: those set by `override`, else those given to it."""
    return overrides_of(_innermost(agent)).get("deps", arguments.get("deps"))


def describe_run(
    name: str, agent: AbstractAgent[Any, Any], prompt: object, arguments: Mapping[str, Any], dependencies: Dependencies
) -> Call:
    """Return what tells a run from others, as it is now: what tools do to the dependencies later is not replayed.

    Args:
        name: Name under which the agent runs.
        agent: The agent.
        prompt: What it is asked.
        arguments: The other arguments of `run`.
        dependencies: Its dependencies.
    """
    model = arguments.get("model") or agent.model
    asked: dict[str, object] = {key: arguments.get(key) for key in RUN_ARGUMENTS if key not in ("user_prompt", "deps")}
    asked["model"] = model.model_id if isinstance(model, Model) else model
    asked["toolsets"] = _sources(arguments.get("toolsets") or ())
    set_around = {key: value for key, value in overrides_of(_innermost(agent)).items() if key != "deps"}
    for key in ("toolsets", "tools"):
        if key in set_around:
            set_around[key] = _sources(set_around[key])
    functions = [tool.function for tool in function_tools(agent).values()]
    closed_over = [value for function in functions for value in live_values_of(function)]
    ids = (arguments.get("run_id"), _conversation_id(arguments))
    own = metadata_of(_innermost(agent))
    content, live = content_and_live(name, prompt, asked, dependencies.first, set_around, *([own] if own else []))
    return Call(
        definition="",
        content=content,
        agent=chain(name, _sources(agent.toolsets), *([content_of(set_around)] if set_around else [])),
        dependencies=dependencies.first,
        dependencies_now=dependencies.now,
        live=tuple((value, _content(value)) for value in (*closed_over, *dependencies.live, *live)),
        across_runs=lambda: content_of(ids),
    )


def _sources(tools: Any) -> str:
    """Digest of the sources of toolsets, tools and functions."""
    toolsets = [one for one in tools if hasattr(one, "apply")]
    sources = {name: source_of(tool.function) for name, tool in tools_in(toolsets).items()}
    others = [getattr(one, "function", one) for one in tools if not hasattr(one, "apply")]
    return digest([sources, [source_of(function) for function in others if callable(function)]])


def _conversation_id(arguments: Mapping[str, Any]) -> object:
    """Return the id of a conversation that a run was given or continues; `None` if the run begins it."""
    given, conversation = arguments.get("conversation_id"), arguments.get("conversation")
    if given is not None:
        return None if given == "new" else given
    messages = arguments.get("message_history") or getattr(conversation, "messages", None) or ()
    inherited = (message.conversation_id for message in reversed(messages) if message.conversation_id is not None)
    return getattr(conversation, "conversation_id", None) or next(inherited, None)


def _content(value: object) -> str | None:
    """Digest of a live object as it is now; `None` if it has no content to compare."""
    if isinstance(value, _LOCKS):
        return "lock"
    found, gaps = digest_with_gaps(value)
    return None if gaps else found


def _innermost(agent: AbstractAgent[Any, Any]) -> AbstractAgent[Any, Any]:
    while isinstance(agent, WrapperAgent):
        agent = agent.wrapped
    return agent
