"""Digests of a growing history: edits are seen wherever they are made, and no message is read twice without need."""

import copy
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic_ai.messages import (
    ImageUrl,
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)

from agents.durable.keys import requests
from agents.durable.keys.requests import MessageHistory

WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def history(steps: int = 6) -> list[Any]:
    """A prompt, and steps of a call with arguments, and what it returned."""
    messages: list[ModelMessage] = [ModelRequest(parts=[UserPromptPart("go", timestamp=WHEN)])]
    for number in range(steps):
        call, content = f"call {number}", {"rows": [number, 1]}
        messages.append(ModelResponse(parts=[ToolCallPart("step", {"i": [number]}, tool_call_id=call)], timestamp=WHEN))
        messages.append(ModelRequest(parts=[ToolReturnPart("step", content, tool_call_id=call, timestamp=WHEN)]))
    return messages


EDITS: dict[str, Callable[[list[Any]], object]] = {
    "argument": lambda messages: messages[1].parts[0].args["i"].append(9),
    "argument's type": lambda messages: messages[3].parts[0].args["i"].__setitem__(0, True),
    "all arguments": lambda messages: setattr(messages[1].parts[0], "args", {"i": [9]}),
    "result": lambda messages: messages[2].parts[0].content["rows"].pop(),
    "text of the prompt": lambda messages: setattr(messages[0].parts[0], "content", "stop"),
    "another part": lambda messages: messages[1].parts.append(TextPart("and")),
    "part taken out": lambda messages: messages[1].parts.clear(),
    "usage": lambda messages: setattr(messages[1].usage, "input_tokens", 7),
    "model's name": lambda messages: setattr(messages[1], "model_name", "other"),
    "message taken out": lambda messages: messages.pop(1),
    "order": lambda messages: messages.__setitem__(slice(1, 3), messages[2:0:-1]),
    "cut": lambda messages: messages.__delitem__(slice(5, None)),
    "another message": lambda messages: messages.__setitem__(1, ModelResponse(parts=[])),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_is_seen(edit: str) -> None:
    """After an edit in place, however far back, the digest is that of a history which was so from the beginning."""
    messages, kept = history(), MessageHistory()
    before = kept.digest(messages)
    EDITS[edit](messages)
    assert kept.digest(messages) == MessageHistory().digest(copy.deepcopy(messages))
    assert kept.digest(messages) != before


def test_an_equal_part_put_in_is_watched_too() -> None:
    """A part that was exchanged for an equal one, and then edited, is seen."""
    messages, kept = history(), MessageHistory()
    before = kept.digest(messages)
    messages[1].parts[0] = copy.deepcopy(messages[1].parts[0])
    assert kept.digest(messages) == before
    messages[1].parts[0].args["i"].append(9)
    assert kept.digest(messages) != before


def test_what_cannot_be_watched_is_read_again() -> None:
    """An edit is seen also inside content that is neither text nor plain data."""
    messages, kept = history(), MessageHistory()
    picture = ImageUrl("https://example.org/a.png")
    messages[0].parts[0].content = ["look", picture]
    before = kept.digest(messages)
    picture.url = "https://example.org/b.png"
    assert kept.digest(messages) != before


def test_messages_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step of a long run reads the messages that are new, not all of them."""
    read: list[object] = []
    digest_of = requests.content_of
    monkeypatch.setattr(requests, "content_of", lambda message: read.append(message) or digest_of(message))
    messages, kept = history(50), MessageHistory()
    for end in range(1, len(messages) + 1):
        kept.digest(messages[:end])
    assert len(read) == len(messages)


def test_a_shorter_history_is_known() -> None:
    """A history that was cut is digested as if it had never been longer."""
    messages, kept = history(), MessageHistory()
    kept.digest(messages)
    assert kept.digest(messages[:3]) == MessageHistory().digest(messages[:3])
    assert kept.digest([]) == MessageHistory().digest([])


def test_what_cannot_be_watched_makes_nothing_else_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside a picture in the prompt, the messages of a long run are read once all the same."""
    read: list[object] = []
    digest_of = requests.content_of
    monkeypatch.setattr(requests, "content_of", lambda message: read.append(message) or digest_of(message))
    messages, kept = history(20), MessageHistory()
    messages[0].parts[0].content = ["look", ImageUrl("https://example.org/a.png")]
    for end in range(1, len(messages) + 1):
        kept.digest(messages[:end])
    assert len([message for message in read if message is not messages[0]]) == len(messages) - 1
