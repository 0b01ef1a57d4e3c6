"""Private members of Pydantic."""

from typing import Any

from pydantic_core import CoreConfig, SchemaSerializer, SchemaValidator


def whole_schema(schema: Any, config: CoreConfig) -> tuple[SchemaValidator, SchemaSerializer]:
    """Return what validates and serialises by a core schema, also where models inside have schemas of their own.

    Uses the argument `_use_prebuilt` of pydantic-core. Missing: a public way to change the schema of a field of a model
    that is part of another type. By default each model inside goes by the schema that it was defined with.

    Args:
        schema: A core schema, as of `TypeAdapter.core_schema`, with changes.
        config: Options for what is no model.
    """
    return (
        SchemaValidator(schema, config, _use_prebuilt=False),
        SchemaSerializer(schema, config, _use_prebuilt=False),
    )
