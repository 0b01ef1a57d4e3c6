"""Base classes of all results, and the registry of their kinds."""

from collections.abc import Iterator
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from analytics.results.marks import Internal, marked
from analytics.results.short_form import MOST_ENTRIES, cut, halve_until, length, rounded
from analytics.results.table import ResultTable, entries_field, entry_model, table_of


class Result(BaseModel, frozen=True):
    """Base of results and of the parts that they consist of."""

    # By default an infinite or undefined number is written as null, and the file could not be read back.
    model_config = ConfigDict(extra="forbid", ser_json_inf_nan="strings")


class AnalysisResult(Result, frozen=True):
    """Base of what data tools return.

    A subclass has a field `kind` with its own literal as the default. Defining it registers the kind: wherever a field
    or a stored file is annotated with `AnalysisResult`, the kind says which class reads it. The marks on its fields
    (`analytics.results.marks`) describe it to everything that shows, checks or compares results; the methods below
    are overridden only where the marks cannot say it.
    """

    kinds: ClassVar[dict[str, type["AnalysisResult"]]] = {}
    """Classes by kind."""

    shows_drivers: ClassVar[bool] = False
    """True for a kind that holds how much each part contributed to a change. A finding that cites it may say `because`;
    without such a result a cause is marked as interpretation."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Register the kind.

        Raises:
            TypeError: Another class has the same kind, or there is none.
        """
        super().__pydantic_init_subclass__(**kwargs)
        field = cls.model_fields.get("kind")
        if field is None or not isinstance(field.default, str):
            raise TypeError(f'{cls.__name__} needs a kind of its own: `kind: Literal["..."] = "..."`.')
        other = AnalysisResult.kinds.setdefault(field.default, cls)
        if (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"{cls.__name__} and {other.__name__} are both of kind {field.default!r}; rename one.")
        AnalysisResult.kinds[field.default] = cls

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let a field annotated with the base class hold any registered kind, and write it in its own form."""
        if "kind" in cls.model_fields:
            return handler(source)
        return core_schema.no_info_plain_validator_function(cls._read)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Any result is an object; which fields it has depends on its kind."""
        return handler(schema) if "kind" in cls.model_fields else {"type": "object", "title": "AnalysisResult"}

    @classmethod
    def _read(cls, value: Any) -> "AnalysisResult":
        if isinstance(value, AnalysisResult):
            return value
        kind = value.get("kind") if isinstance(value, dict) else None
        known = cls.kinds.get(kind) if isinstance(kind, str) else None
        if known is None:
            raise ValueError(f"{kind!r} is no kind of result. Known kinds: {', '.join(sorted(cls.kinds))}.")
        return known.model_validate(value)

    def table(self) -> ResultTable:
        """The entries as rows, or the result as a single row."""
        return table_of(self)

    def compact(self, room: int) -> dict[str, Any]:
        """The short form that a model sees: plain JSON with numbers of six digits and at most 20 entries.

        Args:
            room: Most characters of the short form as JSON; more entries are left out until it fits.
        """
        body = rounded(self.model_dump(mode="json", exclude={"kind", *_internal(type(self))}, exclude_none=True))
        if field := entries_field(type(self)):
            for entry in body[field]:
                for internal in _internal(entry_model(type(self), field)):
                    entry.pop(internal, None)
            cut(body, field, MOST_ENTRIES)
            halve_until(body, field, lambda body: length(body) <= room)
        return body

    def derived(self) -> Iterator[float]:
        """Numbers that follow from this result alone and may be stated without further words."""
        yield from ()


def _internal(model: type[BaseModel]) -> set[str]:
    return {field for field, mark in marked(model) if isinstance(mark, Internal)}
