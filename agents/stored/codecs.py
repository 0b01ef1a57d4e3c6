"""What tools return, on its way to storage and back: any type, by value, with the classes the tool's author named."""

import collections.abc as abc
import dataclasses
import inspect
import types
import typing
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Protocol

from pydantic import BaseModel, TypeAdapter
from pydantic_ai.agent import AbstractAgent
from pydantic_ai.exceptions import UserError
from pydantic_ai.tools import Tool
from pydantic_ai.toolsets import AbstractToolset, FunctionToolset
from typing_extensions import TypeAliasType

from agents.stored.values import STORABLE, NotStorableError, Stored, restore, store

_INSTEAD = (
    "Return data instead: numbers, text, dates, lists, dicts, Pydantic models, dataclasses, arrays or data frames"
)


class ResultCodec(Protocol):
    """What Pydantic AI brings to turn the result of an operation into JSON."""

    def dump(self, value: Any) -> object:
        """Turn a result into what JSON can hold."""
        ...

    def load(self, payload: object) -> Any:
        """Return what `dump` was given."""
        ...


@dataclasses.dataclass(frozen=True)
class OperationCodec:
    """Stores results of Pydantic AI's own types, such as model responses, as Pydantic AI does."""

    codec: ResultCodec

    def store(self, value: Any) -> Stored:
        """Turn a result into JSON."""
        return Stored(self.codec.dump(value), {})

    def restore(self, stored: Stored) -> Any:
        """Return the result."""
        return self.codec.load(stored.json)


@dataclasses.dataclass(frozen=True)
class ToolCodec:
    """Stores what a tool returned as the types it was; how else a call may end is stored as Pydantic AI does.

    Attributes:
        codec: Pydantic AI's own.
        tool: Name of the tool.
        function: The function behind it, if it is one.
    """

    codec: ResultCodec
    tool: str
    function: Callable[..., Any] | None

    def store(self, value: Any) -> Stored:
        """Turn the outcome of a call into JSON and side files.

        Raises:
            NotStorableError: The tool returned what cannot be stored.
        """
        if not hasattr(value, "result"):
            return Stored(self.codec.dump(value), {})
        try:
            stored = store(value.result)
        except NotStorableError as error:
            raise NotStorableError(
                f"The tool {self.tool} returned {error}, which cannot be stored as its result. {_INSTEAD}, or keep the "
                "result from being stored: metadata={'prefect': TaskConfig(persist_result=False)}."
            ) from error
        return Stored({"kind": value.kind, "typed": stored.json}, stored.files)

    def restore(self, stored: Stored) -> Any:
        """Return the outcome of a call."""
        json: Any = stored.json
        if "typed" not in json:
            return self.codec.load(json)
        outcome = self.codec.load({"kind": json["kind"], "result": None})
        outcome.result = restore(Stored(json["typed"], stored.files), self._classes())
        return outcome

    def _classes(self) -> tuple[type[Any], ...]:
        return () if self.function is None else _classes_of(self.function)


def check_tools(agent: AbstractAgent[Any, Any], stored: Callable[[str, Tool[Any]], bool]) -> None:
    """Refuse tools that say they return what cannot be stored.

    Args:
        agent: Whose tools to look at.
        stored: Whether the results of a tool are stored at all.

    Raises:
        UserError: Naming the tool, the type, and what to return instead.
    """

    def check(toolset: AbstractToolset[Any]) -> None:
        if not isinstance(toolset, FunctionToolset):
            return
        registered: dict[str, Tool[Any]] = toolset.tools
        for name, tool in registered.items():
            refused = _refused_part(tool.function) if stored(name, tool) else None
            if refused is not None:
                raise UserError(
                    f"The tool {name} returns {refused}, which cannot be stored as its result. {_INSTEAD}, or keep the "
                    "result from being stored: metadata={'prefect': TaskConfig(persist_result=False)}."
                )

    for toolset in agent.toolsets:
        toolset.apply(check)


@lru_cache(maxsize=1024)
def _classes_of(function: Callable[..., Any]) -> tuple[type[Any], ...]:
    """All classes that the return annotation mentions, also inside models and dataclasses."""
    return tuple(dict.fromkeys(part for part in _parts(_annotation(function), set()) if isinstance(part, type)))


@lru_cache(maxsize=1024)
def _refused_part(function: Callable[..., Any]) -> str | None:
    for part in _parts(_annotation(function), set()):
        if not _may_be_stored(part):
            return getattr(part, "__qualname__", str(part))
    return None


def _annotation(function: Callable[..., Any]) -> Any:
    """The return annotation; `Any` where there is none or it cannot be understood."""
    try:
        return typing.get_type_hints(inspect.unwrap(function), include_extras=True).get("return", Any)
    except Exception:  # noqa: BLE001 - a name that only a type checker can see, and whatever else an annotation may be
        return getattr(function, "__annotations__", {}).get("return", Any)


def _parts(annotation: Any, seen: set[int]) -> Iterator[Any]:
    """The annotation and what it is made of: arguments of generics, fields of models, dataclasses and typed dicts."""
    if id(annotation) in seen or annotation is inspect.Parameter.empty:
        return
    seen.add(id(annotation))
    if isinstance(annotation, TypeAliasType):
        yield from _parts(annotation.__value__, seen)
        return
    origin = typing.get_origin(annotation)
    if origin is typing.Literal:
        return
    if origin is typing.Annotated:
        yield from _parts(typing.get_args(annotation)[0], seen)
        return
    if origin is None:
        yield annotation
    elif origin not in (typing.Union, types.UnionType):
        yield origin
    for argument in typing.get_args(annotation):
        if not isinstance(argument, list):
            yield from _parts(argument, seen)
    if isinstance(annotation, type):
        for field in _field_types(annotation):
            yield from _parts(field, seen)


def _field_types(cls: type[Any]) -> list[Any]:
    if issubclass(cls, BaseModel):
        return [field.annotation for field in cls.model_fields.values()]
    if not (dataclasses.is_dataclass(cls) or typing.is_typeddict(cls) or hasattr(cls, "_fields")):
        return []
    try:
        return list(typing.get_type_hints(cls).values())
    except Exception:  # noqa: BLE001 - as in `_annotation`
        return []


def _may_be_stored(part: Any) -> bool:
    """Whether values of a type may be storable; only a class that certainly is not is refused."""
    if part in (abc.Callable, types.FunctionType, types.ModuleType, type):
        return False
    if not isinstance(part, type) or part is object:
        return True
    if issubclass(part, abc.Iterator | abc.AsyncIterator | abc.AsyncIterable | abc.Awaitable):
        return False
    if issubclass(part, STORABLE) or dataclasses.is_dataclass(part) or typing.is_typeddict(part):
        return True
    if inspect.isabstract(part) or getattr(part, "_is_protocol", False) or part.__module__ in ("typing", abc.__name__):
        return True  # what is returned decides
    if part.__module__.partition(".")[0] in ("numpy", "pandas"):
        return True
    try:
        TypeAdapter(part)
    except Exception:  # noqa: BLE001 - Pydantic raises several types for a class without a schema
        return False
    return True


__all__ = ["OperationCodec", "ResultCodec", "ToolCodec", "check_tools"]
