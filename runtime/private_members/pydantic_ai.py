"""Private members of Pydantic AI."""

from contextvars import ContextVar
from typing import Any, cast

from pydantic_ai.agent import AbstractAgent

_PREFIX = "_override_"


def overrides_of(agent: AbstractAgent[Any, Any]) -> dict[str, object]:
    """Return what `Agent.override` has set around this point, by the name of its argument.

    Uses the context variables of an `Agent` whose names begin with `_override_`. Missing: a public way to ask an agent
    what it is overridden with, which decides what its tools and its model are given.
    """
    found: dict[str, object] = {}
    for name, variable in vars(agent).items():
        if name.startswith(_PREFIX) and isinstance(variable, ContextVar):
            option: Any = cast("ContextVar[Any]", variable).get()
            if option is not None:
                found[name.removeprefix(_PREFIX)] = option.value
    return found
