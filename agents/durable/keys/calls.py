"""Descriptions of model requests and tool calls, by which each is told from others."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from pydantic_ai import RunContext
from pydantic_ai.messages import ModelMessage

from agents.durable.keys.content import content_of
from agents.durable.keys.context_reads import fields_read
from agents.durable.keys.contexts import fields_across_runs, fields_of_run
from agents.durable.keys.models import account_of, is_own_kind, live_in, models_in
from agents.durable.keys.requests import MessageHistory, ModelDefinitions
from agents.durable.keys.tools import function_of, tool_definition
from cache_policies.digest import chain
from cache_policies.policies import Call


@dataclass
class RunDigests:
    """Digests that the calls of one agent run share."""

    requests: MessageHistory = field(default_factory=MessageHistory)
    """Digest of the messages that the model is sent."""
    contexts: MessageHistory = field(default_factory=MessageHistory)
    """Digest of the messages that tools can read."""
    definitions: ModelDefinitions = field(default_factory=ModelDefinitions)
    """Digest of the model, its settings and tools."""


def model_request(
    run: Call, kind: object, model: object, inputs: tuple[object, ...], context: RunContext[Any], digests: RunDigests
) -> Call:
    """Return what tells a model request from others.

    Args:
        run: What tells the agent run from others.
        kind: What else tells kinds of requests apart, such as whether the answer is streamed.
        model: The model that answers, or its name.
        inputs: Messages, settings, and parameters of the request.
        context: The run's context.
        digests: Digests of the run.
    """
    messages, settings, parameters = inputs

    def across() -> str:
        # A model of a user's own class may be given the context, and answer by it.
        read = None if any(map(is_own_kind, (model, *models_in(model)))) else frozenset[str]()
        return chain(run.across_runs(), content_of(account_of(model), fields_of_run(context, read)))

    return replace(
        run,
        definition=content_of(kind, digests.definitions.digest(model, settings, parameters)),
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
    digests: RunDigests,
) -> Call:
    """Return what tells a tool call from others.

    Args:
        run: What tells the agent run from others.
        operation: What is done: the call itself, or the check of its arguments.
        name: Name that the model called the tool by.
        arguments: The arguments.
        context: What the tool is given.
        tool: The `ToolsetTool` of the call, or `None` where a toolset finds its tools as it runs.
        digests: Digests of the run.
    """
    read = fields_read(tool, function_of(tool, name))

    def across() -> str:
        fields = fields_across_runs(context, read)
        if "messages" in fields:
            fields["messages"] = digests.contexts.digest(context.messages)
        return chain(run.across_runs() if read is None else "", content_of(fields))

    return replace(
        run,
        definition=content_of(operation, tool_definition(tool, name)),
        content=content_of(name, arguments, context, fields_of_run(context, read)),
        across_runs=across,
    )
