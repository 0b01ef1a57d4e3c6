"""The messages of a growing conversation are read once each, however often they are asked about."""

from pydantic_ai.messages import ModelMessage, ModelRequest, UserPromptPart

from agents.recovery.read_once import ReadOnce


def said(text: str) -> ModelMessage:
    return ModelRequest(parts=[UserPromptPart(text)])


def texts(message: ModelMessage) -> list[object]:
    return [part.content for part in message.parts if isinstance(part, UserPromptPart)]


def test_each_message_of_a_growing_conversation_is_read_once():
    """A request asks about all messages, and only those that are new are read."""
    read = list[ModelMessage]()

    def note(message: ModelMessage) -> list[object]:
        read.append(message)
        return texts(message)

    found, messages = ReadOnce(note), [said("a"), said("b")]
    assert found.found(messages) == ["a", "b"]
    messages.append(said("c"))
    assert [found.found(messages), found.found(messages)] == [["a", "b", "c"]] * 2
    assert read == messages


def test_a_conversation_that_does_not_go_on_from_before_is_read_anew():
    """Shorter ones, and ones whose message in the last seen place is another, count from their beginning."""
    found = ReadOnce(texts)
    found.found([said("a"), said("b")])
    assert found.found([said("c"), said("d"), said("e")]) == ["c", "d", "e"]
    assert found.found([said("f")]) == ["f"]
    assert found.found([]) == []
