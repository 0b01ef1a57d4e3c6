"""Results of model requests and tool calls on their way to storage and back."""

import dataclasses
import typing
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Protocol

from pydantic_ai import ToolReturn
from pydantic_ai.agent import AbstractAgent
from pydantic_ai.exceptions import UserError
from pydantic_ai.tools import Tool
from pydantic_core import from_json, to_json

from agents.toolsets.function_tools import function_tools
from runtime.declared.annotations import arms_of, returned_type, says_too_little, union_of
from runtime.declared.declared_type import DeclaredType
from runtime.declared.values import NotStorableError, Stored

_INSTEAD = (
    "Return data instead: numbers, text, dates, lists, dicts, Pydantic models, dataclasses or data frames, or keep the "
    "result from being stored: metadata={'prefect': TaskConfig(persist_result=False)}."
)


class ResultCodec(Protocol):
    """Pydantic AI's converter between the result of one kind of operation and JSON."""

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
        return Stored(to_json(self.codec.dump(value), inf_nan_mode="constants"))

    def restore(self, stored: Stored) -> Any:
        """Return the result."""
        return self.codec.load(from_json(stored.text))


@dataclasses.dataclass(frozen=True)
class ToolCodec:
    """Stores a tool's result as the type of the tool's return annotation.

    Results are stored as plain JSON, as Pydantic AI does, if the annotation says too little or if the call ended
    otherwise, such as with a request for approval. Plain JSON is always an object; a result of a declared type is an
    array.

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
            NotStorableError: The result cannot be stored.
        """
        plain, wrapped = _declared(self.function)
        result = getattr(value, "result", None)
        try:
            if isinstance(result, ToolReturn) and wrapped is not None:
                stored = wrapped.store(result.return_value)
                rest = dataclasses.replace(value, result=dataclasses.replace(result, return_value=None))
                text = b"%s,%s]" % (stored.text[:-1], OperationCodec(self.codec).store(rest).text)
                return dataclasses.replace(stored, text=text)
            if hasattr(value, "result") and not isinstance(result, ToolReturn) and plain is not None:
                return plain.store(result)
            return OperationCodec(self.codec).store(value)
        except Exception as error:
            raise NotStorableError(self._advice(result, error)) from error

    def restore(self, stored: Stored) -> Any:
        """Return the outcome of a call.

        Raises:
            Exception: It does not fit the return annotation of the tool.
        """
        if not stored.text.startswith(b"["):
            return OperationCodec(self.codec).restore(stored)
        plain, wrapped = _declared(self.function)
        items = from_json(stored.text)
        if len(items) == 1:
            outcome = self.codec.load({"kind": "tool_return", "result": None})
            outcome.result = _required(plain).restore(stored)
            return outcome
        outcome = self.codec.load(items.pop())
        text = to_json(items, inf_nan_mode="constants")
        outcome.result.return_value = _required(wrapped).restore(Stored(text, stored.files))
        return outcome

    def _advice(self, result: Any, error: Exception) -> str:
        returned = f"The tool {self.tool} returned a {type(result).__module__}.{type(result).__qualname__}"
        if isinstance(error, NotStorableError):
            return f"The tool {self.tool} returned {error}. {_INSTEAD}"
        reason = " ".join(str(error).split())[:200]
        said = returned_type(self.function)
        if said is Any:
            return f"{returned}, which cannot be stored ({reason}). Say in its annotation what it returns. {_INSTEAD}"
        return f"{returned}, which cannot be stored as {said}, as it says ({reason}). {_INSTEAD}"


def check_tools(agent: AbstractAgent[Any, Any], stored: Callable[[str, Tool[Any]], bool]) -> None:
    """Refuse tools whose return type cannot be stored.

    Args:
        agent: The agent.
        stored: Called with a tool's name and the tool; returns whether its results are stored.

    Raises:
        UserError: Naming the tool, the type, and what to return instead.
    """
    for name, tool in function_tools(agent).items():
        if not stored(name, tool):
            continue
        try:
            _declared(tool.function)
        except TypeError as error:
            raise UserError(f"The tool {name} returns {error}, which cannot be stored. {_INSTEAD}") from error


@lru_cache(maxsize=1024)
def _declared(function: Callable[..., Any] | None) -> tuple[DeclaredType | None, DeclaredType | None]:
    """Return the types of a function's plain results and of those in a `ToolReturn`; `None` if it says too little.

    Raises:
        TypeError: Results of this type cannot be stored. The message is the type.
    """
    plain, wrapped = (None if says_too_little(part) else DeclaredType(part) for part in _apart(returned_type(function)))
    return plain, wrapped


def _apart(annotation: Any) -> tuple[Any, Any]:
    """Return the type of a result that a tool returns as it is, and of one that it returns inside a `ToolReturn`."""
    plain: list[Any] = []
    wrapped: list[Any] = []
    for arm in arms_of(annotation):
        if arm is ToolReturn:
            wrapped.append(Any)
        elif typing.get_origin(arm) is ToolReturn:
            wrapped.extend(typing.get_args(arm))
        else:
            plain.append(arm)
    return union_of(plain), union_of(wrapped)


def _required(declared: DeclaredType | None) -> DeclaredType:
    if declared is None:
        raise ValueError("the tool no longer has a return annotation that can be read")
    return declared


__all__ = ["OperationCodec", "ResultCodec", "ToolCodec", "check_tools"]
