"""Fields of `RunContext` that count when two tool calls are told apart, and in which keys.

Every field is in one of the tables below, and a test fails when Pydantic AI adds one. `fields_of_run` and
`fields_across_runs` pick those of one call: a tool that was shown not to read a field is not told apart by it.
"""

from collections.abc import Mapping
from typing import Any

from pydantic_ai import RunContext

CALL_FIELDS: Mapping[str, str] = {
    "tool_name": "which tool is called",
    "tool_call_approved": "an approved call may do what an unapproved one refuses",
    "tool_call_metadata": "given with the approval",
}
"""Fields of `RunContext` that are part of every tool call, with the reason."""

RUN_FIELDS: Mapping[str, str] = {
    "metadata": "given to the run, to its agent, or by `override`",
    "prompt": "given to the run",
}
"""Fields that are part of a tool call unless its source shows that it does not read them, with where they come from.

They are part of the run's path as well, where they are given to the run. They tell calls apart where they are given
to the agent."""

READ_FIELDS: Mapping[str, str] = {
    "conversation_id": "given to the run, inherited with its messages, or made up for the run",
    "run_id": "given to the run, or made up for it",
    "tool_call_id": "made up for the call by the model or the framework",
    "model": "a stronger model after an edit would otherwise repeat the effects of tools that never look at it",
    "model_settings": "as `model`",
    "validation_context": "as `model`",
    "usage_limits": "as `model`: a run that went over its limit is resumed with a higher one",
    "max_retries": "as `usage_limits`",
}
"""Fields that are part of a tool call if its source shows that it reads them, with why not otherwise."""

ACROSS_FIELDS: Mapping[str, str] = {
    "model": "what the run asks",
    "model_settings": "how the run asks",
    "validation_context": "what arguments are checked against",
    "usage_limits": "what the run may use",
    "max_retries": "how often the call may be tried",
    "messages": "the conversation up to the call",
    "usage": "what was used up to the call",
    "deadline": "a moment, so that calls before different ones are different",
    "retries": "how often tools have failed",
    "retry": "how often this one has failed",
    "run_step": "how far the run has come",
    "partial_output": "whether the output is complete",
    "loaded_capability_ids": "what the model has loaded",
    "discovered_tool_names": "which tools the model has found",
    "capability_active": "whether the capability whose hook runs is active",
}
"""Fields that are part of a tool call for other runs that look for its result, unless it does not read them.

For the run's own retry they are not: they follow from calls that are keyed, so that keying them would repeat the
effects of a tool after an edit of something else, and occurrence tells calls apart that differ in nothing else."""

WAIVED_CONTEXT_FIELDS: Mapping[str, str] = {
    "deps": "digested once for each run, as they are when it begins: `Call.dependencies`",
    "agent": "its name and its tools' sources are part of the key: `Call.agent`",
    "_model_id": "names `model`",
    "tracer": "observes only",
    "trace_include_content": "observes only",
    "instrumentation_version": "observes only",
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
    "_anchored_evidence": "follows from `messages`",
    "_dispatched_tool_name": "the name under which the tool was called, which is part of the call",
    "_capability": "part of the agent, not of a call",
    "_tool_name_path": "a prefix of `tool_name`, which is part of the call",
}
"""Fields of `RunContext` that are not part of a tool call, with the reason."""

ALL_FIELDS = (
    CALL_FIELDS.keys() | RUN_FIELDS.keys() | READ_FIELDS.keys() | ACROSS_FIELDS.keys() | WAIVED_CONTEXT_FIELDS.keys()
)
"""Fields of `RunContext` that something was decided about."""

PROPERTIES: Mapping[str, tuple[str, ...]] = {
    "model_id": ("model",),
    "last_attempt": ("retry", "max_retries"),
    "context_window_used": ("model", "messages"),
    "remaining_time": ("deadline",),
    "emit": (),
    "in_durable_context": (),
    "realtime": (),
}
"""Properties and methods of `RunContext`, with the fields that they read. A tool that uses another may read any."""


def fields_of_run(context: RunContext[Any], read: frozenset[str] | None) -> dict[str, object]:
    """Return the fields of a context that are part of a tool call in every key.

    Args:
        context: What the tool is given.
        read: Names of the attributes that it reads; `None` if they are not known.
    """
    names = _fields(read)
    counted = RUN_FIELDS if names is None else names & (RUN_FIELDS.keys() | READ_FIELDS.keys())
    return {name: getattr(context, name) for name in sorted(counted)}


def fields_across_runs(context: RunContext[Any], read: frozenset[str] | None) -> dict[str, object]:
    """Return the fields of a context that are part of a tool call for runs that share its result.

    Args:
        context: What the tool is given.
        read: Names of the attributes that it reads; `None` if they are not known.
    """
    names = _fields(read)
    counted = ACROSS_FIELDS if names is None else names & ACROSS_FIELDS.keys()
    return {name: getattr(context, name) for name in sorted(counted)}


def _fields(read: frozenset[str] | None) -> frozenset[str] | None:
    """Return the fields behind attributes; `None` if one of the attributes may read any field."""
    if read is None:
        return None
    names: set[str] = set()
    for name in read:
        if name in PROPERTIES:
            names.update(PROPERTIES[name])
        elif name in ALL_FIELDS:
            names.add(name)
        else:
            return None
    return frozenset(names)
