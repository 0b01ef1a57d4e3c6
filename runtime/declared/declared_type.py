"""Values of declared types, such as a tool's return annotation, as JSON and back.

The declared type alone decides what is read. Nothing that is stored names a class, and reading imports nothing.
"""

from collections.abc import Iterator
from typing import Any, cast

from pydantic import ConfigDict, PydanticSchemaGenerationError, TypeAdapter, ValidationError
from pydantic_core import CoreConfig, PydanticSerializationError, to_json

from runtime.declared.leaves import SideFiles, with_forms
from runtime.declared.values import NotStorableError, Stored
from runtime.private_members.pydantic import whole_schema

_JSON_DATA = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64", ser_json_inf_nan="constants")
_FOR_SCHEMA = CoreConfig(ser_json_bytes="base64", val_json_bytes="base64", ser_json_inf_nan="constants")
_WITH_OTHER_CLASSES: ConfigDict = {**_JSON_DATA, "arbitrary_types_allowed": True}

_NO_DATA = {"generator", "callable", "is-subclass"}
"""Core schemas of values that exist in one process only: iterators, functions, classes."""


class DeclaredType:
    """Writer and reader of values of one type.

    Args:
        annotation: The type, as in an annotation.

    Raises:
        TypeError: Values of this type cannot be stored. The message is the type.
    """

    def __init__(self, annotation: Any) -> None:
        # In a tuple, since Pydantic takes no options for a model or a dataclass itself.
        held: Any = tuple[annotation]
        try:
            adapter, known = _adapter(held)
        except Exception as error:  # a class may describe itself to Pydantic, and raise anything in that
            raise TypeError(f"{_name(annotation)} ({' '.join(str(error).split())[:200]})") from error
        schema, changed = with_forms(adapter.core_schema)
        if any(node["type"] in _NO_DATA or (node["type"] == "is-instance" and not known) for node in _nodes(schema)):
            raise TypeError(_name(annotation))
        self._validator: Any = adapter.validator
        self._serializer: Any = adapter.serializer
        if changed:
            self._validator, self._serializer = whole_schema(schema, _FOR_SCHEMA)

    def store(self, value: object) -> Stored:
        """Turn a value into a JSON array that holds it.

        Raises:
            NotStorableError: A frame in it cannot be stored.
            Exception: It is not of the declared type, or something in it has no JSON form.
        """
        files = SideFiles()
        try:
            json = self._serializer.to_python(
                (value,),
                mode="json",
                by_alias=False,
                round_trip=True,
                warnings="error",
                # Pydantic would silently leave out the fields of a subclass. So they are written, and reading fails.
                polymorphic_serialization=True,
                context=files,
            )
        except PydanticSerializationError as error:
            if isinstance(error.__cause__, NotStorableError):
                raise error.__cause__ from error
            raise
        return Stored(to_json(json, inf_nan_mode="constants"), files.added, exact=True)

    def restore(self, stored: Stored) -> Any:
        """Return the value that `store` was given.

        Raises:
            ValueError: It is of another type.
        """
        files = SideFiles(stored.files)
        try:
            (value,) = self._validator.validate_json(stored.text, context=files, by_alias=False, by_name=True)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"][1:])
            raise ValueError(f"it does not fit the declared type: {place} {first['msg']}") from error
        return value


def _adapter(held: Any) -> tuple[TypeAdapter[Any], bool]:
    """Return Pydantic's adapter for a type, and whether Pydantic knows every class in it."""
    try:
        return TypeAdapter(held, config=_JSON_DATA), True
    except PydanticSchemaGenerationError:
        return TypeAdapter(held, config=_WITH_OTHER_CLASSES), False


def _name(annotation: Any) -> str:
    return getattr(annotation, "__qualname__", "") if isinstance(annotation, type) else str(annotation)


def _nodes(schema: Any) -> Iterator[Any]:
    """Yield the schemas within a core schema. Of a pair for Python objects and for JSON, the one for JSON counts."""
    if isinstance(schema, list | tuple):
        for part in cast(list[Any], schema):
            yield from _nodes(part)
    elif isinstance(schema, dict):
        node = cast(dict[str, Any], schema)
        if isinstance(node.get("type"), str):
            yield node
        for key, part in node.items():
            if key not in ("metadata", "default", "python_schema", "strict_schema"):
                yield from _nodes(part)
