"""Fields of the run context: each is decided, and counts where it was decided to."""

import dataclasses
from typing import Any

import pytest
from pydantic_ai import RunContext
from pydantic_ai.models.test import TestModel
from pydantic_ai.usage import RunUsage

from agents.durable.keys.contexts import (
    ACROSS_FIELDS,
    CALL_FIELDS,
    READ_FIELDS,
    RUN_FIELDS,
    WAIVED_CONTEXT_FIELDS,
    fields_across_runs,
    fields_of_run,
)


def context(**changes: Any) -> RunContext[None]:
    return dataclasses.replace(RunContext[None](deps=None, model=TestModel(), usage=RunUsage()), **changes)


def test_every_context_field_is_decided() -> None:
    """Each field of `RunContext` is keyed somewhere, or waived with a reason; a new one must be decided."""
    keyed = CALL_FIELDS.keys() | RUN_FIELDS.keys() | READ_FIELDS.keys() | ACROSS_FIELDS.keys()
    assert {field.name for field in dataclasses.fields(RunContext)} == keyed | WAIVED_CONTEXT_FIELDS.keys()
    assert not keyed & WAIVED_CONTEXT_FIELDS.keys()
    tables = (CALL_FIELDS, RUN_FIELDS, READ_FIELDS, ACROSS_FIELDS, WAIVED_CONTEXT_FIELDS)
    assert all(reason for table in tables for reason in table.values())


def test_every_keyed_field_is_taken() -> None:
    """A tool that may read anything is given all fields of a table, one that reads a field that field alone."""
    assert fields_of_run(context(), None).keys() == RUN_FIELDS.keys()
    assert fields_across_runs(context(), None).keys() == ACROSS_FIELDS.keys()
    for name in RUN_FIELDS.keys() | READ_FIELDS.keys():
        assert fields_of_run(context(), frozenset({name, "deps"})).keys() == {name}
    for name in ACROSS_FIELDS:
        assert fields_across_runs(context(), frozenset({name, "tool_name"})).keys() == {name}


@pytest.mark.parametrize(
    ("read", "fields"),
    [
        ("model_id", {"model"}),
        ("last_attempt", {"retry", "max_retries"}),
        ("context_window_used", {"model", "messages"}),
    ],
)
def test_properties_stand_for_fields(read: str, fields: set[str]) -> None:
    """A property of the context counts as the fields behind it."""
    assert fields_across_runs(context(), frozenset({read})).keys() == fields


@pytest.mark.parametrize("read", ["tools", "a_property_of_tomorrow", "enqueue"])
def test_an_unknown_property_may_read_anything(read: str) -> None:
    """A property that nothing was decided about counts as the whole context."""
    assert fields_of_run(context(), frozenset({read})).keys() == RUN_FIELDS.keys()
    assert fields_across_runs(context(), frozenset({read})).keys() == ACROSS_FIELDS.keys()


def test_properties_exist() -> None:
    """Every property that was decided about is one of `RunContext`."""
    from agents.durable.keys.contexts import PROPERTIES

    assert all(hasattr(RunContext, name) for name in PROPERTIES)
