"""Tool calls that a model has written as text: JSON in tags, in a code fence or bare.

Small models and servers without a parser for their model's format do this often. The text is read only where it cannot
be anything else: in the tags of a tool call, or where the agent takes no text at all.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, cast

from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.tools import ToolDefinition

_TAGS = re.compile(
    r"<\|?(?P<tag>tool_call|function_call)\|?>(?P<inside>.*?)(?:<\|?/(?P=tag)\|?>|</(?P=tag)>|\Z)"
    r"|<function=(?P<name>[\w.-]+)>(?P<arguments>.*?)(?:</function>|\Z)"
    r"|\[TOOL_CALLS\](?P<listed>.*)",
    re.DOTALL,
)
"""Around tool calls in the formats of Hermes and Qwen, of Llama, and of Mistral."""

_NAMES = ("name", "tool", "tool_name", "function", "function_name")
_ARGUMENTS = ("arguments", "parameters", "args", "input", "kwargs")
_MOST_CALLS = 20
"""Most calls that are read from one answer."""

Call = tuple[str, dict[str, Any]]
"""Name of a tool, and the arguments."""


def calls_in(text: str, offered: ModelRequestParameters) -> list[Call]:
    """Read the tool calls that a text consists of.

    Args:
        text: Text of an answer.
        offered: Tools of the request. Only calls of these are read.
    """
    tools = {tool.name: tool for tool in (*offered.function_tools, *offered.output_tools)}
    tagged = [match for match in _TAGS.finditer(text) if match[0]]
    found: list[Call] = []
    for match in tagged:
        if match["name"]:
            values: Iterator[Any] = (
                {"name": match["name"], "arguments": value} for value in _values(match["arguments"])
            )
        else:
            values = _values(match["inside"] or match["listed"] or "")
        for value in values:
            found += _calls(value, tools)
    if not tagged and not offered.allow_text_output:
        values_in_text = list(_values(text))
        for value in values_in_text:
            found += _calls(value, tools)
        if not found and len(offered.output_tools) == 1:
            found = [call for value in values_in_text for call in _output(value, offered.output_tools[0])][:1]
    return found[:_MOST_CALLS]


def meant_name(name: str, tools: Sequence[str]) -> str | None:
    """Return the tool that is meant by `functions.query`, `Query` or `query()`; `None` if that is not clear."""
    if name in tools:
        return name
    plain = re.sub(r"\W+$", "", name.strip().rpartition(".")[2] or name).casefold()
    meant = [tool for tool in tools if tool.casefold() == plain]
    return meant[0] if len(meant) == 1 else None


def _values(text: str) -> Iterator[Any]:
    """The JSON objects and lists in a text, one after the other; what is in one is not read again."""
    decoder, place = json.JSONDecoder(strict=False), 0
    while (start := re.compile(r"[{\[]").search(text, place)) is not None:
        try:
            value, place = decoder.raw_decode(text, start.start())
        except (ValueError, RecursionError):
            place = start.start() + 1
            continue
        yield value


def _calls(value: Any, tools: dict[str, ToolDefinition]) -> Iterator[Call]:
    if isinstance(value, list):
        for part in cast("list[Any]", value)[:_MOST_CALLS]:
            yield from _calls(part, tools)
    if not isinstance(value, dict):
        return
    fields = cast("dict[str, Any]", value)
    if isinstance(inner := fields.get("function"), dict):  # as OpenAI's API has it
        fields = cast("dict[str, Any]", inner)
    for key in _NAMES:
        name = fields.get(key)
        if isinstance(name, str) and (meant := meant_name(name, list(tools))) is not None:
            rest = next((fields[one] for one in _ARGUMENTS if one in fields), {})
            arguments = _decoded(rest)
            if isinstance(arguments, dict):
                yield meant, cast("dict[str, Any]", arguments)
            return
    if len(fields) == 1:
        (name, arguments), *_ = fields.items()
        if name in tools and isinstance(arguments, dict):
            yield name, cast("dict[str, Any]", arguments)


def _output(value: Any, tool: ToolDefinition) -> Iterator[Call]:
    """The answer itself without a word of its tool: an object that has all required fields."""
    required: list[str] = tool.parameters_json_schema.get("required", [])
    if isinstance(value, dict) and required and all(name in value for name in required):
        yield tool.name, cast("dict[str, Any]", value)


def _decoded(value: Any) -> Any:
    """Arguments, also those that are JSON in a string."""
    if value is None:
        return {}
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value, strict=False)
    except ValueError:
        return value
