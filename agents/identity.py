"""What counts when an agent's calls are told apart: the fields of Pydantic AI's types that mean something.

A retry builds its messages anew, with new times and ids. Those are left out here, and only here, on the framework's own
types: a `timestamp` field of a user's type is data like any other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from pydantic_ai import RunContext, ToolDefinition
from pydantic_ai.messages import ModelMessage
from pydantic_ai.models import Model
from pydantic_ai.tools import Tool
from pydantic_ai.toolsets import FunctionToolset

from cache_policies.digest import chain, digest, name_type
from cache_policies.sources import source_of

VOLATILE_FIELDS = frozenset({"timestamp", "run_id", "conversation_id"})
"""Fields of framework types that differ between two attempts at the same call."""

FRAMEWORK_CALL_ID = "pyd_ai_"
"""How tool-call ids begin that Pydantic AI made up because the model gave none; each attempt makes up new ones."""

KEYED_CONTEXT_FIELDS: Mapping[str, str] = {
    "tool_name": "which tool is called",
    "tool_call_approved": "an approved call may do what an unapproved one refuses",
    "tool_call_metadata": "given with the approval, readable by the tool",
}
"""Fields of `RunContext` that are part of a tool call's content, with the reason."""

WAIVED_CONTEXT_FIELDS: Mapping[str, str] = {
    "deps": "digested once as the run begins and part of the run's path: a tool that changes them is not run on replay",
    "prompt": "part of the run's path",
    "agent": "its name is part of the run's path, the called tool's source of the definition",
    "model": "part of a model request's definition; a tool that calls a model does so through an agent of its own",
    "_model_id": "as `model`",
    "model_settings": "part of a model request's definition",
    "messages": "they follow from calls that are keyed; keying them would repeat a tool's effect after an edit",
    "usage": "a total of keyed calls",
    "usage_limits": "a limit does not change an answer, it ends the run",
    "deadline": "as `usage_limits`",
    "validation_context": "arguments are validated before the call, and the validated ones are keyed",
    "tracer": "observes only",
    "trace_include_content": "observes only",
    "instrumentation_version": "observes only",
    "retries": "a repeated call is told apart by its occurrence",
    "retry": "as `retries`",
    "max_retries": "as `retries`",
    "run_step": "calls of one content are numbered by occurrence, wherever in the run they come",
    "tool_call_id": "differs between attempts when the framework makes it; equal parallel calls differ by occurrence",
    "partial_output": "tools are not called with partial output",
    "run_id": "names the attempt",
    "conversation_id": "names the conversation, not the call",
    "metadata": "labels for traces",
    "workspace": "a live resource of the process; what a tool reads from it is its result",
    "pending_messages": "live machinery of the run",
    "_cancellation": "live machinery of the run",
    "_event_stream_buffer": "live machinery of the run",
    "_pending_immediate_dispatches": "live machinery of the run",
    "_event_stream_replacements": "live machinery of the run",
    "_durable_operations": "live machinery of the run",
    "_run_capabilities_by_id": "live machinery of the run",
    "_run_held_toolsets": "live machinery of the run",
    "_mcp_tool_defs_cache": "live machinery of the run",
    "tool_manager": "live machinery of the run",
    "realtime_session": "realtime runs are not durable",
    "root_capability": "part of the agent, not of a call",
    "capabilities": "part of the agent, not of a call",
    "loaded_capability_ids": "decides which tools are offered, which the model request's parameters hold",
    "capability_active": "as `loaded_capability_ids`",
    "discovered_tool_names": "as `loaded_capability_ids`",
    "_anchored_evidence": "as `loaded_capability_ids`",
    "_capability": "part of the agent, not of a call",
    "_tool_name_path": "a prefix of `tool_name`, which is keyed",
}
"""Fields of `RunContext` that are not part of a tool call's content, with the reason."""


def project_framework_types(value: object) -> Mapping[str, object] | None:
    """Pick the fields of a Pydantic AI dataclass that count; anything else counts as it is."""
    kind = type(value)
    if not (kind.__module__.startswith("pydantic_ai.") and is_dataclass(value)):
        return None
    if isinstance(value, RunContext):
        context: Any = value
        return {name: getattr(context, name) for name in KEYED_CONTEXT_FIELDS}
    # A tool's metadata configures how it is run (retries, cache policy), not what it does.
    skipped = VOLATILE_FIELDS | {"metadata"} if isinstance(value, ToolDefinition) else VOLATILE_FIELDS
    projected: dict[str, object] = {"": kind.__qualname__}
    for field in fields(value):
        if field.name in skipped:
            continue
        content = getattr(value, field.name, None)
        if field.name == "tool_call_id" and isinstance(content, str) and content.startswith(FRAMEWORK_CALL_ID):
            continue
        projected[field.name] = content
    return projected


def content_of(*values: object) -> str:
    """Return a digest of a call's inputs. Live objects among them count by their type: the run tells them apart."""
    return digest(values, fallback=name_type, project=project_framework_types)


class MessageHistory:
    """Digests a growing message history without reading each message again at every step.

    One is kept for each agent run. Messages are recognised by identity; the last two are always read again, because
    Pydantic AI may still add to a message after it was first sent.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[ModelMessage, str]] = {}

    def digest(self, messages: Sequence[ModelMessage]) -> str:
        """Return the digest of `messages` in order."""
        parts: list[str] = []
        for position, message in enumerate(messages):
            known = self._known.get(id(message))
            if known is None or position >= len(messages) - 2:
                known = (message, content_of(message))  # holding the message keeps its id from being given again
                self._known[id(message)] = known
            parts.append(known[1])
        return chain(*parts)


def model_definition(model: object, settings: object, parameters: object) -> str:
    """Return a digest of what answers a model request: provider, address, name, settings, tools and output schema."""
    where = (model.system, model.model_name, model.base_url) if isinstance(model, Model) else model
    return content_of(where, settings, parameters)


def tool_definition(tool: object, name: str) -> str:
    """Return a digest of a tool: its name and, where it is a Python function, its source.

    Args:
        tool: The `ToolsetTool` of the call, or `None` where a toolset finds its tools as it runs.
        name: Name the model called it by.
    """
    definition: ToolDefinition | None = getattr(tool, "tool_def", None)
    toolset: Any = getattr(tool, "toolset", None)
    source = ""
    if isinstance(toolset, FunctionToolset):
        registered: dict[str, Tool[Any]] = toolset.tools
        function_tool = registered.get(name) or registered.get(definition.name if definition else name)
        if function_tool is not None:
            source = source_of(function_tool.function)
    return content_of(name, getattr(toolset, "id", None), source)
