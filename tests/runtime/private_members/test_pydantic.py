"""Each use of a private member of Pydantic, so that a new version that moves it fails here."""

import inspect
import sys
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, TypeAdapter
from pydantic_core import CoreConfig, core_schema

from runtime.private_members.pydantic import find_docstrings_quickly, whole_schema


class Inner(BaseModel):
    number: int


def test_whole_schema() -> None:
    """A change in the schema of a model inside another type holds for reading and writing."""
    schema: Any = TypeAdapter(list[Inner]).core_schema
    schema["items_schema"]["schema"]["fields"]["number"]["schema"] = core_schema.no_info_plain_validator_function(
        lambda text: int(text, 16),
        serialization=core_schema.plain_serializer_function_ser_schema(lambda number: f"{number:x}"),
    )
    validator, serializer = whole_schema(schema, CoreConfig())
    assert validator.validate_json('[{"number":"ff"}]') == [Inner(number=255)]
    assert serializer.to_json([Inner(number=255)]) == b'[{"number":"ff"}]'


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="Python knows where classes are")
def test_find_docstrings_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Docstrings of fields are found, also of a class inside a function, and `inspect` looks up no module."""
    find_docstrings_quickly()
    asked: list[object] = []
    monkeypatch.setattr(inspect, "getmodule", asked.append)

    class Described(BaseModel):
        model_config = ConfigDict(use_attribute_docstrings=True)

        number: int
        """The number."""
        other: int

    assert [field.description for field in Described.model_fields.values()] == ["The number.", None]
    assert asked == []
