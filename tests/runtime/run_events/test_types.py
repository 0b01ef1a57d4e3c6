"""Types of events: the documentation has all of them, and what they hold comes from their rows."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import get_args

import pytest

from runtime.run_events.rows import error_type, events_of_span
from runtime.run_events.types import EVENTS

PAGE = Path(__file__).parents[3] / "docs" / "events.md"


def names(cell: str) -> list[str]:
    return re.findall(r"`([\w.]+)`", cell)


def test_the_table_of_events_is_complete():
    """docs/events.md has a row for each type, with its labels and its fields in order."""
    rows = re.findall(r"^\| `(analyst\.[\w.]+)` \| (.+?) \| (.*?) ?\| (.*?) ?\|$", PAGE.read_text(), re.MULTILINE)
    assert {name: (names(labels), names(fields)) for name, _, labels, fields in rows} == {
        name: ([*event.labels], [field for field in event.model_fields if field != "attempt"])
        for name, event in EVENTS.items()
    }


def test_a_type_says_what_its_fields_mean():
    """Each field of each event has a description, and each label is a field."""
    for event in EVENTS.values():
        assert [name for name, field in event.model_fields.items() if not field.description] == []
        assert set(event.labels) <= set(event.model_fields)


def test_what_may_be_null_may_be_missing():
    """Rows hold no nulls, so that an event is read from its row without them."""
    for event in EVENTS.values():
        for name, field in event.model_fields.items():
            assert not (field.is_required() and type(None) in get_args(field.annotation)), f"{event.name}: {name}"


def test_a_shortened_conversation_is_two_events():
    """A recovery that shortens the conversation is both a decision and a change of the context; others are one."""
    details = {"agent": "clerk", "asked": "openai:big", "reason": "context too long", "change": "3 results shortened"}

    def events(name):
        row = SimpleNamespace(kind="recovery", name=name, state="finished", seconds=0.0, attempt=2, details=details)
        return {event.name: event.model_dump(exclude_none=True) for event in events_of_span(row)}

    about = {"attempt": 2, "agent": "clerk", "model": "openai:big"}
    why = {"reason": "context too long", "change": "3 results shortened"}
    decided = {"analyst.recovery.decided": {**about, "recovery": "compaction", **why}}
    assert events("compaction") == {**decided, "analyst.context.changed": {**about, **why}}
    assert list(events("wait")) == ["analyst.recovery.decided"]


@pytest.mark.parametrize(
    ("line", "type_"),
    [
        ("DatasetError: salary of Ann is 3", "DatasetError"),
        ("httpx.ConnectError: no", "httpx.ConnectError"),
        ("KeyError('Ann')", "KeyError"),
        ("RuntimeError", "RuntimeError"),
        ("'Ann' is no number", None),
        (None, None),
    ],
)
def test_of_an_error_the_type_is_told(line, type_):
    """Of an error's line an event has the type alone."""
    assert error_type(line) == type_
