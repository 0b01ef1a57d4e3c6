"""Fields of the run context: each is decided, and counts where it was decided to."""

import dataclasses
from typing import Any

import pytest
from pydantic_ai import Agent, RunContext
from pydantic_ai.models.test import TestModel
from pydantic_ai.usage import RunUsage

from agents.durable.keys.content import strict_content_of
from agents.durable.keys.contexts import (
    ACROSS_FIELDS,
    CALL_FIELDS,
    DEPENDENCIES,
    PROPERTIES,
    READ_FIELDS,
    RUN_FIELDS,
    UNSHARED_FIELDS,
    fields_across_runs,
    fields_of_run,
)
from cache_policies.digests.unkeyable import UnkeyableError

FIELDS = sorted(field.name for field in dataclasses.fields(RunContext))


def context(**changes: Any) -> RunContext[None]:
    return dataclasses.replace(RunContext[None](deps=None, model=TestModel(), usage=RunUsage()), **changes)


def test_every_context_field_is_decided() -> None:
    """Each field of `RunContext` is in a table with its reason; a new one must be decided."""
    tables = (CALL_FIELDS, RUN_FIELDS, READ_FIELDS, ACROSS_FIELDS, UNSHARED_FIELDS)
    assert {name for table in tables for name in table} | {DEPENDENCIES} == set(FIELDS)
    assert all(reason for table in tables for reason in table.values())


def across(changed: object, name: str) -> str | None:
    """Digest of a call that reads one field; `None` if other runs do not share it."""
    try:
        return strict_content_of(fields_across_runs(context(**{name: changed}), frozenset({name})))
    except UnkeyableError:
        return None


@pytest.mark.parametrize("name", FIELDS)
def test_no_field_is_waived_across_runs(name: str) -> None:
    """A call that reads a field counts by its content, whatever field it is, or other runs do not share the call."""
    assert across("one", name) is None or across("one", name) != across("other", name)
    assert across(object(), name) is None


def test_every_keyed_field_is_taken() -> None:
    """A tool that may read anything counts by what was given to the run, one that reads a field by that field alone."""
    assert fields_of_run(context(), None).keys() == RUN_FIELDS.keys()
    for name in RUN_FIELDS.keys() | READ_FIELDS.keys():
        assert fields_of_run(context(), frozenset({name, "deps"})).keys() == {name}
    for name in ACROSS_FIELDS:
        assert fields_across_runs(context(), frozenset({name})).keys() == {name}


def test_an_agent_counts_by_its_description() -> None:
    """Two agents of one name are told apart in a run by their descriptions."""
    one, other = (context(agent=Agent(name="same", description=text)) for text in ("one", "other"))
    assert fields_of_run(one, frozenset({"agent"})) != fields_of_run(other, frozenset({"agent"}))


@pytest.mark.parametrize(
    ("read", "fields"),
    [
        ("model_id", {"model", "_model_id"}),
        ("last_attempt", {"retry", "max_retries"}),
        ("remaining_time", {"deadline"}),
        ("realtime", set()),
    ],
)
def test_properties_stand_for_fields(read: str, fields: set[str]) -> None:
    """A property of the context counts as the fields behind it."""
    assert fields_across_runs(context(), frozenset({read})).keys() == fields


@pytest.mark.parametrize("read", ["tools", "a_property_of_tomorrow", "enqueue", "emit", "__dict__", None])
def test_what_may_read_anything_is_not_shared(read: str | None) -> None:
    """A property that nothing was decided about counts as the whole context, ids included, as do unknown reads."""
    names = None if read is None else frozenset({read, "run_id"})
    if read != "emit":
        assert fields_of_run(context(), names).keys() == RUN_FIELDS.keys()
    with pytest.raises(UnkeyableError, match=r"source|of its context"):
        fields_across_runs(context(), names)


@pytest.mark.parametrize("name", UNSHARED_FIELDS)
def test_the_reason_is_said(name: str) -> None:
    """The error for a call that is not shared names the field that it reads, and why no key can hold it."""
    with pytest.raises(UnkeyableError) as refused:
        fields_across_runs(context(), frozenset({name}))
    assert str(refused.value) == f"it reads {name!r} of its context ({UNSHARED_FIELDS[name]})"


def test_properties_exist() -> None:
    """Every property that was decided about is one of `RunContext`."""
    assert all(hasattr(RunContext, name) for name in PROPERTIES)
