"""Each use of a private member of Pydantic, so that a new version that moves it fails here."""

from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic_core import CoreConfig, core_schema

from runtime.private_members.pydantic import whole_schema


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
