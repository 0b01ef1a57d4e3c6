"""Conversation with older tool results shortened to a line each.

Only what is sent changes. The history of the run keeps every result whole, so that evidence stays citable and is
checked as before. Calls and their results stay in pairs, since providers refuse the one without the other.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, ToolCallPart, ToolReturnPart

from agents.grounding.tool_calls.repeated_calls import REPEATS
from agents.outputs import Evidence
from agents.recovery.conversation.request_tokens import bytes_of
from agents.toolsets.calls_in_words import describe_call
from analytics.results import DatasetProfile

_LEAST_SAVED = 100
"""Bytes that have to be saved for a result to be shortened."""

_PROFILE = DatasetProfile.model_fields["kind"].default

_LONGEST_LINE = 240
"""Characters of a summary, without the sentences around it."""


def shortenable(messages: Sequence[ModelMessage], shortened: Collection[str]) -> dict[str, int]:
    """Find the results that may be shortened, oldest first.

    Args:
        messages: The conversation. Its last message, which the model has not answered, stays whole, as do the data
            set's profile and whatever is no result.
        shortened: Ids of the calls whose results are shortened already.

    Returns:
        Bytes that each would save, by the id of its call.
    """
    calls, found = _calls(messages), dict[str, int]()
    for part in _results(with_shortened(messages, shortened)[:-1]):
        if part.tool_call_id in shortened or _is_profile(part):
            continue
        saved = bytes_of(part.content) - bytes_of(_short_form(part, calls))
        if saved >= _LEAST_SAVED:
            found[part.tool_call_id] = found.get(part.tool_call_id, 0) + saved
    return found


def with_shortened(messages: Sequence[ModelMessage], shortened: Collection[str]) -> list[ModelMessage]:
    """Return the conversation with the results of some calls shortened.

    A model that makes the call of a shortened result again was only told where its result is. It cannot see that any
    more, so that the newest of these answers holds the result itself.

    Args:
        messages: The conversation, which is not changed.
        shortened: Ids of calls.
    """
    if not shortened:
        return list(messages)
    calls = _calls(messages)
    hidden = {
        item["id"]: part for part in _results(messages) if part.tool_call_id in shortened for item in _evidence(part)
    }
    seen_again = {part.metadata[REPEATS]: part.tool_call_id for part in _results(messages) if _repeated(part) in hidden}

    def as_sent(part: Any) -> Any:
        if not _is_result(part) or _is_profile(part):
            return part
        repeated = _repeated(part)
        if part.tool_call_id in shortened:
            return part if repeated else replace(part, content=_short_form(part, calls))
        if repeated in hidden and seen_again[repeated] == part.tool_call_id:
            return replace(part, content=hidden[repeated].content)
        return part

    sent: list[ModelMessage] = []
    for message in messages:
        if isinstance(message, ModelRequest):
            parts = [as_sent(part) for part in message.parts]
            changed = any(new is not old for new, old in zip(parts, message.parts, strict=True))
            message = replace(message, parts=parts) if changed else message
        sent.append(message)
    return sent


def _short_form(part: ToolReturnPart, calls: Mapping[str, ToolCallPart]) -> str:
    """Say in a line which call had which result, and how to get at it."""
    call = calls.get(part.tool_call_id)
    made = describe_call(part.tool_name, None if call is None else _arguments(call))
    for item in _evidence(part):
        evidence = Evidence.model_validate(item)
        table = evidence.result.table()
        columns = ", ".join(column.heading or column.measure for column in table.columns)
        rows = "; ".join(", ".join(map(str, row)) for row in table.rows[:1])
        line = f"{made}: {table.in_all} {'row' if table.in_all == 1 else 'rows'} of {columns}, first {rows}"
        return (
            f"{_cut(line)}. This is a summary: the rest was left out to save room. {evidence.id} can be cited as "
            "before; make the same call again to see it."
        )
    text = part.model_response_str()
    return f"{_cut(f'{made}: {text}')} (Cut to save room: the result had {len(text):,} characters.)"


def _results(messages: Sequence[ModelMessage]) -> Iterator[ToolReturnPart]:
    for message in messages:
        for part in message.parts if isinstance(message, ModelRequest) else ():
            if _is_result(part):
                yield cast(ToolReturnPart, part)


def _is_result(part: object) -> bool:
    """Tell whether a part is a tool's plain result; those of Pydantic AI's own tools have a form that it reads."""
    return type(part) is ToolReturnPart and part.outcome == "success" and part.tool_kind is None


def _evidence(part: ToolReturnPart) -> Sequence[dict[str, Any]]:
    metadata: dict[str, Any] = part.metadata if isinstance(part.metadata, dict) else {}
    return metadata.get("evidence", ())


def _repeated(part: ToolReturnPart) -> str | None:
    metadata: dict[str, Any] = part.metadata if isinstance(part.metadata, dict) else {}
    return metadata.get(REPEATS)


def _is_profile(part: ToolReturnPart) -> bool:
    return any(item.get("result", {}).get("kind") == _PROFILE for item in _evidence(part))


def _calls(messages: Sequence[ModelMessage]) -> dict[str, ToolCallPart]:
    return {
        part.tool_call_id: part
        for message in messages
        if isinstance(message, ModelResponse)
        for part in message.tool_calls
    }


def _arguments(call: ToolCallPart) -> dict[str, Any] | None:
    try:
        return call.args_as_dict()
    except ValueError:
        return None


def _cut(line: str) -> str:
    plain = " ".join(line.split())
    return plain if len(plain) <= _LONGEST_LINE else plain[: _LONGEST_LINE - 1] + "…"
