"""Reader of a growing conversation that reads each message once, instead of at each request."""

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from pydantic_ai.messages import ModelMessage

FoundT = TypeVar("FoundT")


class ReadOnce(Generic[FoundT]):
    """Results of a function over the messages of one agent run.

    Args:
        read: Reads one message.
    """

    def __init__(self, read: Callable[[ModelMessage], Iterable[FoundT]]) -> None:
        self._read = read
        self._found: list[FoundT] = []
        self._seen = 0
        self._last: ModelMessage | None = None

    def found(self, messages: Sequence[ModelMessage]) -> list[FoundT]:
        """Return what is in these messages. Where they do not go on from those before, all of them are read."""
        if self._seen > len(messages) or (self._seen and messages[self._seen - 1] is not self._last):
            self._found, self._seen = [], 0
        for message in messages[self._seen :]:
            self._found.extend(self._read(message))
        self._seen = len(messages)
        self._last = messages[-1] if messages else None
        return self._found
