"""Analysts of a user's own, named by an entrypoint such as `shop.analysts:orders`."""

import importlib
from collections.abc import Callable

from pydantic_ai import Agent

from agents.analyst import build_analyst
from agents.outputs import DataAnalysis
from agents.toolsets.deps import AnalystDeps
from runtime.memory.access import MemoryUse

Analyst = Agent[AnalystDeps, DataAnalysis]
_marked: set[Callable[[], Analyst]] = set()


def own_analyst(builder: Callable[[], Analyst]) -> Callable[[], Analyst]:
    """Mark a function that builds an analyst, so that flows may call it by its entrypoint.

    Only marked functions are called: the entrypoint may come with an event from outside.
    """
    _marked.add(builder)
    return builder


def analyst_builder(entrypoint: str | None) -> Callable[[MemoryUse], Analyst]:
    """The function that builds the analyst that an entrypoint names, from what it may do with the memory.

    For None it is that of the usual analyst; one of your own uses the memory as it was built to.

    Args:
        entrypoint: Module and function with a colon between.

    Raises:
        ValueError: There is no such function, or it is not marked with `own_analyst`.
    """
    if entrypoint is None:
        return build_analyst
    module, _, name = entrypoint.partition(":")
    try:
        builder = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError):
        raise ValueError(
            f"there is no analyst {entrypoint!r}: write a module that can be imported (PYTHONPATH=. finds one in this "
            "folder) and a function, such as shop.analysts:orders"
        ) from None
    if builder not in _marked:
        raise ValueError(f"{entrypoint!r} is not marked as an analyst: write @own_analyst above it")
    return lambda _: builder()
