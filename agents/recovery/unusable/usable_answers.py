"""Answers that cannot be used as they are: read as they are meant where that is clear, else asked for again.

What is done follows from the stored answer and the conversation, so that a resumed run does the same.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from pydantic_ai import ModelRetry, RunContext
from pydantic_ai.capabilities import AbstractCapability
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    RetryFeedbackPart,
    TextPart,
    ThinkingPart,
    ToolCallPart,
)
from pydantic_ai.models import ModelRequestContext
from pydantic_ai.tools import AgentDepsT, ToolDefinition

from agents.recovery.decisions import record_decision
from agents.recovery.read_once import ReadOnce
from agents.recovery.unusable.calls_in_text import calls_in, meant_name
from agents.recovery.unusable.malformed_answers import MOST_MALFORMED, malformed_in, required_alone, times_malformed
from agents.recovery.unusable.unusable_answers import told_reason, why_unusable
from cache_policies.digests.digest import digest

MOST_ASKS = 2
"""Number of times that a model is asked again after an answer that was cut off or held back."""

_CUT_OFF = "Your answer was cut off at the limit of its length, so it cannot be used. Answer again, much more briefly"
_HELD_BACK = "The provider's content filter held your answer back. Answer again in other words"


@dataclass
class UsableAnswers(AbstractCapability[AgentDepsT]):
    """Mends answers that do not keep to the format of tool calls, and asks again for those that were cut off.

    When the form of the answer stays wrong, it asks for less. Use a new one for each run.
    """

    _refused: ReadOnce[str | None] = field(default_factory=lambda: ReadOnce(malformed_in))

    async def prepare_output_tools(
        self, ctx: RunContext[AgentDepsT], tool_defs: list[ToolDefinition]
    ) -> list[ToolDefinition]:
        """Ask for the required fields of the answer alone after `MOST_MALFORMED` answers of another form."""
        names = [tool.name for tool in tool_defs]
        times = times_malformed(self._refused.found(ctx.messages), names)
        if times < MOST_MALFORMED:
            return tool_defs
        smaller = [
            replace(tool, parameters_json_schema=required_alone(tool.parameters_json_schema)) for tool in tool_defs
        ]
        if smaller != tool_defs and times - _times_last(ctx.messages, names) < MOST_MALFORMED:
            record_decision("smaller schema", reason="malformed answer", change="only required fields are asked for")
        return smaller

    async def before_model_request(
        self, ctx: RunContext[AgentDepsT], request_context: ModelRequestContext
    ) -> ModelRequestContext:
        """Tell the trace of a request that follows a malformed answer."""
        names = [tool.name for tool in request_context.model_request_parameters.output_tools]
        if _times_last(ctx.messages, names):
            record_decision("ask again", reason="malformed answer", change="the model is told what was wrong")
        return request_context

    async def after_model_request(
        self, ctx: RunContext[AgentDepsT], *, request_context: ModelRequestContext, response: ModelResponse
    ) -> ModelResponse:
        """Return the answer as it is meant.

        Raises:
            ModelRetry: It could not be read or was cut off, or a filter held it back, and the model may be asked again.
        """
        offered = request_context.model_request_parameters
        tool = "" if offered.allow_text_output else ", and call a tool"
        if (unusable := why_unusable(response)) is not None:
            raise ModelRetry(f"{told_reason(unusable)} Answer again, briefly{tool}.")
        if response.state != "complete":
            return response
        tools = [*offered.function_tools, *offered.output_tools]
        mended = _with_calls_of_text(response, request_context, len(ctx.messages)) if tools else response
        if mended is response and (again := _asked_again(response)) is not None and _may_ask(ctx, again):
            raise ModelRetry(f"{again}{tool}.")
        return _with_meant_calls(mended, tools)


def _times_last(messages: Sequence[ModelMessage], output_tools: Sequence[str]) -> int:
    return times_malformed(malformed_in(messages[-1]), output_tools) if messages else 0


def _may_ask(ctx: RunContext[Any], words: str) -> bool:
    asked = sum(
        isinstance(part, RetryFeedbackPart) and isinstance(part.content, str) and part.content.startswith(words)
        for message in ctx.messages
        if isinstance(message, ModelRequest)
        for part in message.parts
    )
    return asked < MOST_ASKS and ctx.retry < ctx.max_retries


def _asked_again(response: ModelResponse) -> str | None:
    """Words by which the model is asked again for an answer that was cut off before it said anything, or held back."""
    said = [part for part in response.parts if not isinstance(part, ThinkingPart)]
    if any(not isinstance(part, TextPart) or part.content for part in said):
        last = response.parts[-1]
        cut = response.finish_reason == "length" and isinstance(last, ToolCallPart) and _arguments(last) is None
        return _CUT_OFF if cut else None
    return {"length": _CUT_OFF, "content_filter": _HELD_BACK}.get(response.finish_reason or "")


def _with_calls_of_text(response: ModelResponse, request: ModelRequestContext, place: int) -> ModelResponse:
    if any(not isinstance(part, TextPart | ThinkingPart) for part in response.parts):
        return response
    text = "\n".join(part.content for part in response.parts if isinstance(part, TextPart))
    found = calls_in(text, request.model_request_parameters)
    if not found:
        return response
    # The same in each attempt at the run, and unlike any other id in it.
    made = [
        ToolCallPart(name, arguments, tool_call_id=f"text_{digest([place, number, text])[:16]}")
        for number, (name, arguments) in enumerate(found)
    ]
    return replace(response, parts=[*(part for part in response.parts if isinstance(part, ThinkingPart)), *made])


def _with_meant_calls(response: ModelResponse, tools: Sequence[ToolDefinition]) -> ModelResponse:
    """Correct names and arguments that can only mean one thing."""
    known = {tool.name: tool for tool in tools}
    parts = [_meant(part, known) if isinstance(part, ToolCallPart) else part for part in response.parts]
    changed = any(new is not old for new, old in zip(parts, response.parts, strict=True))
    return replace(response, parts=parts) if changed else response


def _meant(call: ToolCallPart, tools: dict[str, ToolDefinition]) -> ToolCallPart:
    name = meant_name(call.tool_name, list(tools))
    if name is None:
        return call
    arguments, properties = _arguments(call), tools[name].parameters_json_schema.get("properties", {})
    meant: Any = arguments
    if isinstance(meant, str):  # JSON in a string
        meant = _json(meant)
    if isinstance(meant, dict) and len(fields := cast("dict[str, Any]", meant)) == 1:
        key, inner = next(iter(fields.items()))
        if key in ("arguments", "parameters", "args") and key not in properties and isinstance(inner, dict):
            meant = cast("dict[str, Any]", inner)
    if name == call.tool_name and (meant is arguments or not isinstance(meant, dict)):
        return call
    return replace(call, tool_name=name, args=cast("dict[str, Any]", meant) if isinstance(meant, dict) else call.args)


def _arguments(call: ToolCallPart) -> Any:
    """Arguments as they were sent; `None` if they are no JSON."""
    return call.args or {} if not isinstance(call.args, str) else _json(call.args or "{}")


def _json(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except ValueError:
        return None
