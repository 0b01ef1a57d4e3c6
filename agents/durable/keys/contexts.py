"""Fields of `RunContext` that count when two tool calls are told apart, and in which keys.

Every field is in one of the tables below, and none is left out of both kinds of key: a call that reads a field either
counts by its content, or is not shared by other runs. A tool that was shown not to read a field is not told apart by
it.
"""

from collections.abc import Mapping
from typing import Any

from pydantic_ai import RunContext

from cache_policies.digests.unkeyable import UnkeyableError

CALL_FIELDS: Mapping[str, str] = {
    "tool_name": "which tool is called",
    "tool_call_approved": "an approved call may do what an unapproved one refuses",
    "tool_call_metadata": "given with the approval",
}
"""Fields of `RunContext` that are part of every tool call, with the reason."""

RUN_FIELDS: Mapping[str, str] = {
    "metadata": "given to the run, to its agent, or by `override`",
    "prompt": "given to the run",
    "agent": "counts by its name and description, which are given to the agent",
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
    "usage": "what was used up to the call",
    "deadline": "a moment, so that calls before different ones are different",
    "retries": "how often tools have failed",
    "retry": "how often this one has failed",
    "run_step": "how far the run has come",
    "partial_output": "whether the output is complete",
    "loaded_capability_ids": "what the model has loaded",
    "discovered_tool_names": "which tools the model has found",
    "capability_active": "whether the capability whose hook runs is active",
    "trace_include_content": "how the agent is traced",
    "instrumentation_version": "as `trace_include_content`",
    "_model_id": "names `model`",
    "_dispatched_tool_name": "the name under which the tool was called",
    "_tool_name_path": "how the tool was renamed",
}
"""Fields that are part of a tool call for other runs that look for its result, if it reads them.

For the run's own retry they are not: they follow from calls that are keyed, so that keying them would repeat the
effects of a tool after an edit of something else, and occurrence tells calls apart that differ in nothing else."""

UNSHARED_FIELDS: Mapping[str, str] = {
    "agent": "an agent is more than its key holds",
    "messages": "messages carry their times and the ids of their run",
    "workspace": "a live resource of the process",
    "tracer": "a live resource of the process",
    "tool_manager": "live machinery of the run",
    "capabilities": "live objects of the run",
    "root_capability": "live objects of the run",
    "_capability": "live objects of the run",
    "realtime_session": "a live connection",
    "pending_messages": "live machinery of the run",
    "_cancellation": "live machinery of the run",
    "_event_stream_buffer": "live machinery of the run",
    "_pending_immediate_dispatches": "live machinery of the run",
    "_event_stream_replacements": "live machinery of the run",
    "_durable_operations": "live machinery of the run",
    "_run_capabilities_by_id": "live machinery of the run",
    "_run_held_toolsets": "live machinery of the run",
    "_mcp_tool_defs_cache": "live machinery of the run",
    "_anchored_evidence": "live machinery of the run",
}
"""Fields that no key can hold whole, with the reason. A call that reads one is not shared by other runs.

The run's own retry finds it all the same: they follow from the run, whose path is in its key."""

DEPENDENCIES = "deps"
"""The field that is digested for each run, and for other runs once more at the call."""

PROPERTIES: Mapping[str, tuple[str, ...]] = {
    "model_id": ("model", "_model_id"),
    "last_attempt": ("retry", "max_retries"),
    "context_window_used": ("model", "messages"),
    "remaining_time": ("deadline",),
    "emit": ("_event_stream_buffer",),
    "in_durable_context": (),
    "realtime": (),
}
"""Properties and methods of `RunContext`, with the fields that they read. A tool that uses another may read any."""

_SHAREABLE = CALL_FIELDS.keys() | RUN_FIELDS.keys() | READ_FIELDS.keys() | ACROSS_FIELDS.keys() | {DEPENDENCIES}
_ALL = _SHAREABLE | UNSHARED_FIELDS.keys()


def fields_of_run(context: RunContext[Any], read: frozenset[str] | None) -> dict[str, object]:
    """Return the fields of a context that are part of a tool call in every key.

    Args:
        context: What the tool is given.
        read: Names of the attributes that it reads; `None` if they are not known.
    """
    names = None if read is None else _fields(read)
    counted = RUN_FIELDS if names is None or names - _ALL else names & (RUN_FIELDS.keys() | READ_FIELDS.keys())
    return {name: _content(context, name) for name in sorted(counted)}


def fields_across_runs(context: RunContext[Any], read: frozenset[str] | None) -> dict[str, object]:
    """Return the fields of a context that a tool call counts by for runs that share its result.

    Args:
        context: What the tool is given.
        read: Names of the attributes that it reads; `None` if they are not known.

    Raises:
        UnkeyableError: It reads what no key can hold, or may do so.
    """
    if read is None:
        raise UnkeyableError("its source does not show what it reads of its context, which has ids of the run")
    names = _fields(read)
    for name in sorted(names):
        if name in UNSHARED_FIELDS or name not in _SHAREABLE:
            reason = UNSHARED_FIELDS.get(name, "nothing is known about it")
            raise UnkeyableError(f"it reads {name!r} of its context ({reason})")
    return {name: getattr(context, name) for name in sorted(names)}


def _fields(read: frozenset[str]) -> frozenset[str]:
    """Return the fields behind attributes, and the attributes that nothing was decided about."""
    return frozenset(field for name in read for field in PROPERTIES.get(name, (name,)))


def _content(context: RunContext[Any], name: str) -> object:
    value: Any = getattr(context, name)
    if name == "agent" and value is not None:
        return value.name, str(value.description)
    return value
