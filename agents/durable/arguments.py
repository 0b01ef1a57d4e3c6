"""Arguments that people who come from Pydantic AI's own wrapper write, and what to write instead."""

from collections.abc import Iterable

_RENAMED = {
    "wrapped": "Write PrefectAgent(agent) instead of PrefectAgent(wrapped=agent).",
    "prefectify_toolset_func": "Toolsets of every kind are made durable as they are; leave it out.",
}
"""Arguments of Pydantic AI's own `PrefectAgent` that ours does not have."""


def refuse_arguments(names: Iterable[str]) -> None:
    """Refuse arguments that `PrefectAgent` does not have.

    Raises:
        TypeError: There is one; the message names the first.
    """
    for name in names:
        raise TypeError(f"PrefectAgent has no argument {name!r}. {_RENAMED.get(name, '')}".strip())
