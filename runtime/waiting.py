"""Outcome of a run that stops until a person has decided."""

from collections.abc import Sequence


class WaitingForApproval(RuntimeError):  # noqa: N818 - the outcome's name, which users see as the type of a stopped run
    """Outcome of a run that cannot go on before a person has decided about calls. It can be resumed then.

    Args:
        what: Names of what waits, such as tools, one for each call.
    """

    def __init__(self, what: Sequence[str]) -> None:
        calls = "A call needs" if len(what) == 1 else f"{len(what)} calls need"
        super().__init__(f"{calls} a person's approval: {', '.join(dict.fromkeys(what))}.")
        self.what = list(what)

    def __reduce__(self) -> tuple[type["WaitingForApproval"], tuple[list[str]]]:
        """Make it again from what waits, not from its text, in another process."""
        return type(self), (self.what,)
