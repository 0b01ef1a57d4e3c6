"""Descriptions of model requests and tool calls, by which each is told from others."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from pydantic_ai import RunContext
from pydantic_ai.durable_exec import ToolsetCallToolId
from pydantic_ai.messages import ModelMessage

from agents.durable.keys.content import content_of, strict_content_of
from agents.durable.keys.context_reads import asks_for_a_context, fields_read
from agents.durable.keys.contexts import fields_across_runs, fields_of_run
from agents.durable.keys.models import account_of, code_in, live_in, state_of
from agents.durable.keys.requests import MessageHistory, ModelDefinitions
from agents.durable.keys.tools import function_of, tool_definition
from cache_policies.digests.digest import chain
from cache_policies.digests.unkeyable import UnkeyableError
from cache_policies.policies import Call

_TURN_SETTINGS = ("openai_conversation_id", "openai_previous_response_id")
"""Settings by which the provider keeps a conversation itself: a request is a turn in it, and its answer names it."""


@dataclass
class RunDigests:
    """Digests that the calls of one agent run share."""

    requests: MessageHistory = field(default_factory=MessageHistory)
    """Digest of the messages that the model is sent."""
    definitions: ModelDefinitions = field(default_factory=ModelDefinitions)
    """Digest of the model, its settings and tools."""


def model_request(run: Call, is_streamed: bool, model: object, inputs: tuple[object, ...], digests: RunDigests) -> Call:
    """Return what tells a model request from others.

    Args:
        run: What tells the agent run from others.
        is_streamed: Whether the answer is streamed.
        model: The model that answers, or its name.
        inputs: Messages, settings, and parameters of the request.
        digests: Digests of the run.
    """
    messages, settings, parameters = inputs

    def across() -> str:
        chosen = {**(getattr(model, "settings", None) or {}), **(cast("Mapping[str, object] | None", settings) or {})}
        if any(chosen.get(name) for name in _TURN_SETTINGS):
            raise UnkeyableError("it is a turn in a conversation that the provider keeps")
        for function in code_in(model):
            given = is_streamed and getattr(function, "__name__", "") == "request_stream"
            if given or asks_for_a_context(function):
                raise UnkeyableError("its model is of a class of your own, and may read the context of the run")
        ids = run.across_runs() if run.across_runs is not None else ""
        return chain(ids, strict_content_of(settings, account_of(model), state_of(model)))

    return replace(
        run,
        definition=content_of(
            "streamed" if is_streamed else "model request", digests.definitions.digest(model, settings, parameters)
        ),
        content=digests.requests.digest(cast("list[ModelMessage]", messages)),
        live=(*run.live, *((value, None) for value in live_in(model))),
        across_runs=across,
    )


def tool_call(
    run: Call,
    operation: object,
    name: str,
    arguments: Mapping[str, object],
    context: RunContext[Any],
    tool: object,
) -> Call:
    """Return what tells a tool call from others.

    Args:
        run: What tells the agent run from others.
        operation: What is done: the call itself, or the check of its arguments.
        name: Name that the model called the tool by.
        arguments: The arguments.
        context: What the tool is given.
        tool: The `ToolsetTool` of the call, or `None` where a toolset finds its tools as it runs.
    """
    # A check of arguments runs a function of its own, which is given the context.
    read = fields_read(tool, function_of(tool, name)) if isinstance(operation, ToolsetCallToolId) else None

    def across() -> str:
        fields = fields_across_runs(context, read)
        if live := live_in(fields.get("model")):
            raise UnkeyableError(f"its model holds a {type(live[0]).__qualname__}")
        account = (account_of(context.model), state_of(context.model)) if "model" in fields else ()
        return strict_content_of(arguments, fields, account, context.tool_call_metadata)

    return replace(
        run,
        definition=content_of(operation, tool_definition(tool, name)),
        content=content_of(name, arguments, context, fields_of_run(context, read)),
        across_runs=across,
    )
