"""Content of Pydantic AI's types: the fields that mean something.

A retry builds its messages anew, with new times and ids. Those are left out here, and only here, on the framework's own
types: a `timestamp` field of a user's type is data like any other.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import partial
from types import FunctionType, MethodType
from typing import Any

from pydantic_ai import RunContext, ToolDefinition
from pydantic_ai.models import AbstractModel

from agents.durable.keys.contexts import CALL_FIELDS
from agents.durable.keys.models import what_answers
from cache_policies.digests.digest import digest, digest_with_gaps, name_type, source_of

VOLATILE_FIELDS = frozenset({"timestamp", "run_id", "conversation_id", "failed_attempts"})
"""Fields of framework types that differ between two attempts at the same call. `failed_attempts` of a response says how
long other models took to fail before it; no model is sent it."""

FRAMEWORK_CALL_ID = "pyd_ai_"
"""Beginning of the tool-call ids that Pydantic AI makes up where the model gave none; each attempt makes up new ones.

Source: `pydantic_ai._utils.generate_tool_call_id`."""


def project_framework_types(value: object) -> Mapping[str, object] | None:
    """Pick the fields of a Pydantic AI dataclass that count; anything else counts as it is."""
    if isinstance(value, FunctionType | MethodType | partial):
        return {"source": source_of(value)}  # a log that it closes over may have grown since
    kind = type(value)
    if isinstance(value, AbstractModel):
        return {"model": what_answers(value)}
    if not (kind.__module__.startswith("pydantic_ai.") and is_dataclass(value)):
        return None
    if isinstance(value, RunContext):
        context: Any = value
        return {name: getattr(context, name) for name in CALL_FIELDS}
    # A tool's metadata configures how it is run (retries, cache policy), not what it does.
    skipped = VOLATILE_FIELDS | {"metadata"} if isinstance(value, ToolDefinition) else VOLATILE_FIELDS
    projected: dict[str, object] = {"": kind.__qualname__}
    for field in fields(value):
        if field.name in skipped:
            continue
        content = getattr(value, field.name, None)
        if field.name == "failed_attempts":
            content = None  # what else was tried, with times: it is not sent to the model
        if field.name == "tool_call_id" and isinstance(content, str) and content.startswith(FRAMEWORK_CALL_ID):
            continue
        projected[field.name] = content
    return projected


def strict_content_of(*values: object) -> str:
    """Return a digest of what a call can read, for results that other runs find. Functions count by all they hold.

    Raises:
        UnkeyableError: There is a live object among the inputs.
    """
    return digest(values, project=_project_data)


def _project_data(value: object) -> Mapping[str, object] | None:
    return None if isinstance(value, FunctionType | MethodType | partial) else project_framework_types(value)


def content_of(*values: object) -> str:
    """Return a digest of a call's inputs. Live objects among them count by their type: the run tells them apart."""
    return digest(values, fallback=name_type, project=project_framework_types)


def content_and_live(*values: object) -> tuple[str, tuple[object, ...]]:
    """Return the digest that `content_of` returns, and the live objects that count in it by their type alone."""
    return digest_with_gaps(values, project=project_framework_types)
