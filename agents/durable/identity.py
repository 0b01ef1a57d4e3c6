"""What counts when an agent's calls are told apart: the fields of Pydantic AI's types that mean something.

A retry builds its messages anew, with new times and ids. Those are left out here, and only here, on the framework's own
types: a `timestamp` field of a user's type is data like any other.
"""

import copy
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from operator import is_
from typing import Any

from pydantic_ai import RunContext, ToolDefinition
from pydantic_ai.agent import AbstractAgent
from pydantic_ai.messages import ModelMessage
from pydantic_ai.tools import Tool
from pydantic_ai.toolsets import FunctionToolset

from agents.durable.operations.models import what_answers
from agents.function_tools import function_tools
from cache_policies.digest import digest, live_values_of, name_type, source_of

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
    "deps": "digested once for each run, as they are at first, and part of the run's path",
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
    "_dispatched_tool_name": "the name under which the tool was called, which is part of the call",
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


def sources_of(agent: AbstractAgent[Any, Any]) -> tuple[str, tuple[str, ...]]:
    """Return a digest of the sources of all the agent's function tools, and the unkeyable types they were given."""
    tools = function_tools(agent)
    sources = {name: source_of(tool.function) for name, tool in tools.items()}
    live = (value for tool in tools.values() for value in live_values_of(tool.function))
    return digest(sources), tuple(dict.fromkeys(type(value).__qualname__ for value in live))


class MessageHistory:
    """Digests a growing message history without reading each message again at every step.

    One is kept for each agent run. Messages are recognised by identity; the last two are always read again, because
    Pydantic AI may still add to a message after it was first sent.
    """

    def __init__(self) -> None:
        self._settled: list[ModelMessage] = []
        self._hasher = Chain()
        self._newest: list[tuple[ModelMessage, str]] = []

    def digest(self, messages: Sequence[ModelMessage]) -> str:
        """Return the digest of `messages` in order."""
        settled, newest = messages[:-2], messages[-2:]
        if len(settled) < len(self._settled) or not all(map(is_, self._settled, settled)):
            self._settled, self._hasher = [], Chain()  # cut or rewritten, as by a history processor
        for message in settled[len(self._settled) :]:
            known = next((known for newest_message, known in self._newest if newest_message is message), None)
            self._hasher.add(content_of(message) if known is None else known)
            self._settled.append(message)
        self._newest = [(message, content_of(message)) for message in newest]
        whole = self._hasher.copy()
        for _, part in self._newest:
            whole.add(part)
        return whole.hexdigest()


class Chain:
    """The digest that `chain` makes, one part at a time."""

    def __init__(self) -> None:
        self._hasher = hashlib.blake2b(digest_size=16)

    def add(self, part: str) -> None:
        """Append a part."""
        self._hasher.update(f"{len(part)}:{part}".encode())

    def copy(self) -> "Chain":
        """Return another with the same parts so far."""
        other = Chain()
        other._hasher = self._hasher.copy()
        return other

    def hexdigest(self) -> str:
        """Return the digest of the parts so far."""
        return self._hasher.hexdigest()


def model_definition(model: object, settings: object, parameters: object) -> str:
    """Return a digest of what answers a model request: provider, address, name, settings, tools and output schema."""
    return content_of(what_answers(model), settings, parameters)


class ModelDefinitions:
    """Digests what answers the model requests of one agent run, and only when it has changed since the last one.

    Tools and schemas are made anew for each request, and comparing them takes a tenth of the time of digesting them.
    They are compared with a copy, which a change in place does not reach.
    """

    def __init__(self) -> None:
        self._last: tuple[object, ...] | None = None
        self._digest = ""

    def digest(self, model: object, settings: object, parameters: object) -> str:
        """Return what `model_definition` returns."""
        now = (what_answers(model), settings, parameters)
        if self._last is None or now != self._last:
            self._digest = model_definition(model, settings, parameters)
            try:
                self._last = copy.deepcopy(now)
            except Exception:  # noqa: BLE001 - a live object among them, which may raise anything when copied
                self._last = None
        return self._digest


def tool_definition(tool: object, name: str) -> str:
    """Return a digest of a tool: its name and, where it is a Python function, its source.

    Args:
        tool: The `ToolsetTool` of the call, or `None` where a toolset finds its tools as it runs.
        name: Name the model called it by.
    """
    function = function_of(tool, name)
    source = "" if function is None else source_of(function)
    return content_of(name, getattr(getattr(tool, "toolset", None), "id", None), source)


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
