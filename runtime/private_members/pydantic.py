"""Private members of Pydantic."""

from typing import Any

from pydantic_core import CoreConfig, SchemaSerializer, SchemaValidator


def whole_schema(schema: Any, config: CoreConfig) -> tuple[SchemaValidator, SchemaSerializer]:
    """Return the validator and the serializer of a core schema, which also hold for models inside it.

    Uses the argument `_use_prebuilt` of pydantic-core. Missing: a public way to change the schema of a field of a model
    that is part of another type. By default each model inside uses the schema that it was defined with.

    Args:
        schema: A core schema, as of `TypeAdapter.core_schema`, with changes.
        config: Options for types that are no models.
    """
    return (
        SchemaValidator(schema, config, _use_prebuilt=False),
        SchemaSerializer(schema, config, _use_prebuilt=False),
    )
