"""Declarations of how an effect is undone.

The log in the store holds the name of the function and the result of the effect, never code: a process that undoes
finds the function among those that its own code has declared. So declare them at the top level of a module that the
flow imports.
"""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from typing import Any, Generic, TypeVar, get_type_hints

from pydantic import TypeAdapter
from pydantic_core import to_json

from runtime.effects.outcomes import OnUnknown

T = TypeVar("T")


@dataclass(frozen=True)
class Undo(Generic[T]):
    """Declaration of how an effect is undone.

    Attributes:
        reverse: Undoes the effect. It is given the effect's result, read as the type of its first parameter, and an
            idempotency key. It raises `NotDeliveredError` when it certainly has undone nothing.
        ask: Asks the recipient whether it has undone what the undoing of this key undoes, as for `perform`.
        on_unknown: What to do when undoing may have happened and the recipient cannot be asked: by default it is left
            and listed. `repeat` is for a recipient that drops what comes again under its key.

    Raises:
        ValueError: The function has no name, or another file has declared one of its name.
    """

    reverse: Callable[[T, str], object]
    ask: Callable[[str], bool | None] | None = None
    on_unknown: OnUnknown = "leave"

    def __post_init__(self) -> None:
        """Make it known by its name."""
        known = _declared.get(self.name)
        if known is not None and _file(known.reverse) != _file(self.reverse):
            raise ValueError(f"Two functions that undo effects are called {self.name}: rename one of them or its file.")
        _declared[self.name] = self

    @property
    def name(self) -> str:
        """Name in the log: the file's name and the function's, which are the same however the file is imported."""
        return f"{Path(_file(self.reverse)).stem}.{self.reverse.__qualname__}"

    def read(self, stored: object) -> Any:
        """Return a stored result as the type that the function declares.

        Raises:
            ValueError: It is of another type.
        """
        first = next(iter(signature(self.reverse).parameters))
        declared = get_type_hints(self.reverse).get(first, Any)
        return TypeAdapter(declared).validate_json(to_json(stored))


_declared: dict[str, Undo[Any]] = {}


def declared_undo(name: str) -> Undo[Any] | None:
    """Return the declaration of a name in the log; `None` if no code of this process has made it."""
    return _declared.get(name)


def _file(function: Callable[..., object]) -> str:
    code = getattr(function, "__code__", None)
    if code is None or function.__qualname__.endswith("<lambda>"):
        raise ValueError("Give `Undo` a function that was made by `def`: another process finds it by its name.")
    return str(code.co_filename)
