"""Results of every kind, filled with numbers that are all different, so that each can be followed into the tables."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel

Model = TypeVar("Model", bound=BaseModel)


def filled(model: type[Model], *, bare: bool = False, **given: object) -> Model:
    """Return a result with a value in each field.

    Args:
        model: Its class.
        bare: Leave out what may be missing, and put one entry into lists; otherwise three into some of them.
        given: Fields that are given.
    """
    return _model(model, count(1), bare, 0, given)


def _model(model: type[Model], numbers: Iterator[int], bare: bool, place: int, given: dict[str, object]) -> Model:
    values = {
        name: given[name] if name in given else _value(field.annotation, name, numbers, bare, place)
        for name, field in model.model_fields.items()
        if name != "kind" or name in given or field.is_required()
    }
    return model(**values)


def _value(kind: Any, name: str, numbers: Iterator[int], bare: bool, place: int) -> object:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        if NoneType in inner and bare:
            return None
        return _value(next(each for each in inner if each is not NoneType), name, numbers, bare, place)
    if origin is Literal:
        return inner[place % len(inner)]
    if origin is list:
        return [_value(inner[0], name, numbers, bare, each) for each in range(1 if bare or place else 3)]
    if origin is tuple:
        return tuple(_value(each, name, numbers, bare, place) for each in inner if each is not Ellipsis)
    if origin is dict:
        return {f"{name}_{next(numbers)}": _value(inner[1], name, numbers, bare, place)}
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _model(kind, numbers, bare, place, {})
    number = next(numbers)
    simple: dict[Any, object] = {
        int: number,
        float: number + 0.5,
        bool: True,
        str: f"{name}_{number}",
        Any: number,
        date: date(2020, 1, 1) + timedelta(days=number),
        datetime: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=31 * number),
        timedelta: timedelta(days=number),
    }
    return simple[getattr(kind, "__value__", kind)]
