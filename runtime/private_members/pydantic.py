"""Private members of Pydantic."""

import inspect
import linecache
import sys
from types import FrameType, ModuleType
from typing import Any

from pydantic._internal import _docs_extraction
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


def find_docstrings_quickly() -> None:
    """Let the models of this process read the docstrings of their fields without a search through all loaded modules.

    Pydantic asks `inspect` for the module of each frame on the way to a class. Before Python 3.13 `inspect` then
    resolves the paths of all modules: a seventh of a second for the models of one run.

    Uses the name `inspect` in `pydantic._internal._docs_extraction`. Missing: a public way to say where the source of a
    class is.
    """
    if sys.version_info >= (3, 13):
        return
    quick: Any = ModuleType("inspect")
    vars(quick).update(vars(inspect))
    quick.getmodule, quick.findsource = _module_of, _source_of
    extraction: Any = _docs_extraction
    extraction.inspect = quick


def _module_of(found: FrameType | type) -> ModuleType | None:
    name = found.f_globals.get("__name__") if isinstance(found, FrameType) else found.__module__
    return sys.modules.get(str(name))


def _source_of(frame: FrameType) -> tuple[list[str], int]:
    lines = linecache.getlines(frame.f_code.co_filename, frame.f_globals)
    if not lines:
        raise OSError("the source is not there")
    return lines, frame.f_lineno
