"""Return annotations of functions: the types that their results are stored and read as."""

import inspect
import sys
import types
import typing
from collections import abc
from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any, NotRequired, Required, TypeVar

from typing_extensions import TypeAliasType, TypedDict

_PLAIN: tuple[Any, ...] = (str, int, float, bool, None, type(None))
_CONTAINERS: tuple[Any, ...] = (list, dict, tuple, abc.Sequence, abc.Mapping, abc.Collection)


def returned_type(function: Callable[..., Any] | None) -> Any:
    """Return the return annotation of a function; `Any` if it has none or if a name in it cannot be found."""
    if function is None:
        return Any
    plain = inspect.unwrap(function)
    plain = getattr(plain, "func", plain)  # a partial
    described = plain if inspect.isroutine(plain) else type(plain).__call__
    try:
        return _known(typing.get_type_hints(described, include_extras=True).get("return", Any))
    except Exception:  # noqa: BLE001 - a name that only a type checker can see, and whatever else an annotation may be
        return Any


def says_too_little(annotation: Any) -> bool:
    """Tell whether an annotation leaves a place open and names JSON's own types alone, such as `dict[str, Any]`."""
    leaves = list(_leaves(annotation))
    return any(leaf not in _PLAIN for leaf in leaves) and all(
        leaf in _PLAIN or leaf in _CONTAINERS or leaf in (Any, object) or isinstance(leaf, TypeVar) for leaf in leaves
    )


def _known(annotation: Any) -> Any:
    """Replace each `typing.TypedDict` by one of `typing_extensions`, which Pydantic needs before Python 3.12."""
    if sys.version_info >= (3, 12):
        return annotation
    if typing.is_typeddict(annotation) and type(annotation).__module__ == "typing":
        hints = typing.get_type_hints(annotation, include_extras=True)
        required = annotation.__required_keys__
        fields = {
            key: Required[_known(hint)] if key in required else NotRequired[_known(hint)] for key, hint in hints.items()
        }
        return TypedDict(annotation.__name__, fields)  # pyright: ignore[reportArgumentType] - made as it runs
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        return union_of([_known(part) for part in arguments])
    if origin in _CONTAINERS:
        return origin[tuple(part if part is ... else _known(part) for part in arguments)]
    return annotation


def arms_of(annotation: Any) -> list[Any]:
    """Return the members of a union, including those of nested unions; a list of one for any other type."""
    if isinstance(annotation, TypeAliasType):
        return arms_of(annotation.__value__)
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return [arm for part in typing.get_args(annotation) for arm in arms_of(part)]
    return [annotation]


def union_of(arms: list[Any]) -> Any:
    """Return the union of some types; `Any` for none."""
    return reduce(or_, arms) if arms else Any


def _leaves(annotation: Any) -> list[Any]:
    arms = arms_of(annotation)
    if len(arms) > 1:
        return [leaf for arm in arms for leaf in _leaves(arm)]
    (arm,) = arms
    origin = typing.get_origin(arm)
    if origin is typing.Annotated:
        return _leaves(typing.get_args(arm)[0])
    if origin not in _CONTAINERS:
        return [arm]
    return [leaf for part in typing.get_args(arm) if part is not ... for leaf in _leaves(part)]
