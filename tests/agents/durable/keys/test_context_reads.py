"""Fields that a tool reads of its context: what its source shows, and everything where it shows too little."""

import functools
from collections.abc import Callable
from typing import Any

import pytest

from agents.durable.keys.context_reads import attributes_read


def nothing(ctx: Any) -> int:
    return 1


def two(ctx: Any, city: str) -> str:
    """Read ctx.nothing, as this text alone says."""
    return ctx.deps.name + city + str([ctx.metadata for _ in range(2)])


async def inner(ctx: Any) -> Any:
    def later() -> Any:
        return ctx.prompt

    return later


class Tools:
    def look(self, ctx: Any) -> Any:
        return ctx.run_id, self


@pytest.mark.parametrize(
    ("function", "expected"),
    [(nothing, set()), (two, {"deps", "metadata"}), (inner, {"prompt"}), (Tools().look, {"run_id"})],
    ids=["nothing", "two", "inner", "method"],
)
def test_what_the_source_shows(function: Callable[..., Any], expected: set[str]) -> None:
    """A tool that uses its context only behind a dot reads what stands there, inner functions included."""
    assert attributes_read(function) == expected


def handed_on(ctx: Any) -> Any:
    return two(ctx, "a")


def kept(ctx: Any) -> Any:
    same = ctx
    return same.prompt


def by_locals(ctx: Any) -> Any:
    return locals()["ctx"], ctx.deps


def by_name(ctx: Any) -> Any:
    return getattr(ctx, "prompt")  # noqa: B009 - as a tool might


@functools.wraps(nothing)
def wrapped(*args: Any) -> Any:
    return handed_on(*args)


@pytest.mark.parametrize(
    "function",
    [handed_on, kept, by_locals, by_name, wrapped, functools.partial(two, city="a"), lambda ctx: ctx.deps, len, Tools],
    ids=lambda function: getattr(function, "__name__", "partial"),
)
def test_what_the_source_does_not_show(function: Callable[..., Any]) -> None:
    """A tool that hands its context on, or is no plain function, may read anything."""
    assert attributes_read(function) is None
