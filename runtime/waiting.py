"""Outcome of a run that stops until a person has decided."""

from collections.abc import Sequence


class WaitingForApproval(RuntimeError):  # noqa: N818 - the outcome's name, which users see as the type of a stopped run
    """Outcome of a run that cannot go on before a person has decided about tool calls. It can be resumed then.

    Args:
        tools: Names of the tools whose calls wait, one for each call.
    """

    def __init__(self, tools: Sequence[str]) -> None:
        calls = "A tool call needs" if len(tools) == 1 else f"{len(tools)} tool calls need"
        super().__init__(f"{calls} a person's approval: {', '.join(dict.fromkeys(tools))}.")
