"""Content of Pydantic AI's types: the fields that mean something.

A retry builds its messages anew, with new times and ids. Those are left out here, and only here, on the framework's own
types: a `timestamp` field of a user's type is data like any other.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache, partial
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
    kind = type(value)
    names = _fields_that_count(kind) if kind.__module__.startswith("pydantic_ai.") else None
    if names is None:
        if isinstance(value, FunctionType | MethodType | partial):
            return {"source": source_of(value)}  # a log that it closes over may have grown since
        return {"model": what_answers(value)} if isinstance(value, AbstractModel) else None
    if isinstance(value, RunContext):
        context: Any = value
        return {name: getattr(context, name) for name in CALL_FIELDS}
    projected: dict[str, object] = {"": kind.__qualname__}
    for name in names:
        content = getattr(value, name, None)
        if name == "tool_call_id" and isinstance(content, str) and content.startswith(FRAMEWORK_CALL_ID):
            continue
        projected[name] = content
    return projected


@lru_cache(256)
def _fields_that_count(kind: type) -> tuple[str, ...] | None:
    """Return the names of the fields of a framework dataclass that count; `None` for a model, and what is no dataclass.

    A tool's metadata configures how it is run (retries, cache policy), not what it does.
    """
    if not is_dataclass(kind) or issubclass(kind, AbstractModel):
        return None
    skipped = VOLATILE_FIELDS | {"metadata"} if issubclass(kind, ToolDefinition) else VOLATILE_FIELDS
    return tuple(field.name for field in fields(kind) if field.name not in skipped)


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
