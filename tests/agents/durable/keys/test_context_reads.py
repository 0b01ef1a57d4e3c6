"""Fields that a tool reads of its context: what its source shows, and everything where it shows too little."""

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

import pytest
from pydantic_ai import _run_context

from agents.durable.keys.context_reads import asks_for_a_context, attributes_read


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


def by_variable(ctx: Any) -> Any:
    return [getattr(ctx, name) for name in ("prompt", "run_id")]


def by_vars(ctx: Any) -> Any:
    return dict(**vars(ctx))


def by_copy(ctx: Any) -> Any:
    return dataclasses.replace(ctx, retry=1)


def of_the_moment(ctx: Any) -> Any:
    from pydantic_ai._run_context import get_current_run_context as current

    return current(), ctx.deps


def by_module(ctx: Any) -> Any:
    return _run_context.get_current_run_context(), ctx.deps


def plainly() -> Any:
    return [_run_context.get_current_run_context() for _ in range(1)]


def test_a_tool_without_a_context_may_ask_for_it() -> None:
    """A function that asks Pydantic AI for the context of the moment is known, also if it is given none."""
    assert asks_for_a_context(plainly)
    assert not asks_for_a_context(handed_on)
    assert not asks_for_a_context(len)


def given_nothing() -> int:
    return 1


@functools.wraps(nothing)
def wrapped(*args: Any) -> Any:
    return handed_on(*args)


@pytest.mark.parametrize(
    "function",
    [
        *(handed_on, kept, by_locals, by_name, by_variable, by_vars, by_copy, of_the_moment, by_module),
        *(wrapped, functools.partial(two, city="a"), lambda ctx: ctx.deps, len, Tools, given_nothing),
    ],
    ids=lambda function: getattr(function, "__name__", "partial"),
)
def test_what_the_source_does_not_show(function: Callable[..., Any]) -> None:
    """A tool that hands its context on, or is no plain function, may read anything."""
    assert attributes_read(function) is None
