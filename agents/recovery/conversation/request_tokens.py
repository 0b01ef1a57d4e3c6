"""Size of a request in tokens, estimated: the provider's own count as far as it goes, and bytes from there on."""

from collections.abc import Sequence
from typing import Any, cast

from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, ToolCallPart
from pydantic_ai.models import ModelRequestParameters
from pydantic_core import to_json

BYTES_PER_TOKEN = 3
"""Bytes of UTF-8 that count as a token where nothing was counted. English text has about four for each token, JSON and
numbers about three, and so have scripts of three bytes a character: rather too many tokens than too few."""

_BYTES_FREED_PER_TOKEN = 4
"""The same for what is left out: rather too few tokens."""

_MOST_BYTES_PER_TOKEN = 8
"""A count of fewer tokens is no count of this conversation: some servers report constants."""

_PART_BYTES = 40
"""Bytes of each part besides its content: roles, ids and brackets."""

_FILE_BYTES = 4_000
"""Bytes that an image or another file counts as: some thousand tokens, whatever its own size."""


class RequestTokens:
    """Estimates the input tokens of the requests of one agent run; each message is read once."""

    def __init__(self) -> None:
        self._known: list[tuple[ModelMessage, int]] = []

    def estimate(self, messages: Sequence[ModelMessage], parameters: ModelRequestParameters, freed: int = 0) -> int:
        """Estimate the input tokens of a request.

        The provider has counted the model's last answer and what came before it. Only what came since is estimated;
        without such a count all of it, with its tools.

        Args:
            messages: The conversation as it is sent.
            parameters: Tools and output schema.
            freed: Tokens of what was left out since the model's last answer.
        """
        sizes = [self._size(place, message) for place, message in enumerate(messages)]
        for place in range(len(messages) - 1, -1, -1):
            message = messages[place]
            if isinstance(message, ModelResponse) and message.usage.input_tokens:
                counted = message.usage.input_tokens + message.usage.output_tokens
                if counted * _MOST_BYTES_PER_TOKEN >= sum(sizes[: place + 1]):
                    return counted - freed + sum(sizes[place + 1 :]) // BYTES_PER_TOKEN
                break
        return (_besides(messages, parameters) + sum(sizes)) // BYTES_PER_TOKEN

    def _size(self, place: int, message: ModelMessage) -> int:
        if place < len(self._known) and self._known[place][0] is message:
            return self._known[place][1]
        size = sum(
            _PART_BYTES
            + bytes_of(
                [part.tool_name, part.args] if isinstance(part, ToolCallPart) else getattr(part, "content", None)
            )
            for part in message.parts
        )
        self._known[place:] = [(message, size)]
        return size


def tokens_freed(saved: int) -> int:
    """Estimate the tokens that are saved with so many bytes."""
    return saved // _BYTES_FREED_PER_TOKEN


def bytes_of(content: Any) -> int:
    """Bytes of a part as text, however it is held; a file counts as a fixed number."""
    if content is None:
        return 0
    if isinstance(content, str):
        return len(content.encode(errors="replace"))
    if isinstance(content, list | tuple):
        return sum(map(bytes_of, cast("Sequence[Any]", content)))
    if hasattr(content, "media_type") or hasattr(content, "url"):
        return _FILE_BYTES
    return len(to_json(content, fallback=str, inf_nan_mode="constants"))


def _besides(messages: Sequence[ModelMessage], parameters: ModelRequestParameters) -> int:
    """Bytes of instructions, tools and the output's schema."""
    schemas: list[Any] = [
        [tool.name, tool.description, tool.parameters_json_schema]
        for tool in (*parameters.function_tools, *parameters.output_tools)
    ]
    if parameters.output_object is not None:
        schemas.append(parameters.output_object.json_schema)
    instructions = next((m.instructions for m in reversed(messages) if isinstance(m, ModelRequest)), None)
    return bytes_of(instructions) + bytes_of(schemas)
