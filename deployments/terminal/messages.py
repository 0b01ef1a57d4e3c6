"""Messages of commands: exit codes, errors, and text without control characters."""

import sys
from typing import TYPE_CHECKING

from runtime.texts.redaction import masked
from runtime.texts.safe_text import clean

if TYPE_CHECKING:
    from rich.console import Console

    from runtime.settings import Settings

DONE, BROKEN, USAGE, FAILED, SPENT, WAITING, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130
"""Exit codes of commands."""


class Stop(Exception):  # noqa: N818 - it ends a command as intended, like SystemExit
    """End the command with a message of one or two lines instead of a traceback.

    Args:
        reason: What went wrong, and where.
        hint: What to do about it.
        code: Exit code.
    """

    def __init__(self, reason: str, hint: str = "", code: int = USAGE) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.code = code


def plain(text: object) -> str:
    """Remove secrets, escape sequences and what nobody sees from a text, which may come from data or an error."""
    return masked(clean(text))


def console(*, stderr: bool = False) -> "Console":
    """Make a console without markup, since texts from data may hold square brackets."""
    from rich.console import Console

    class Progress(Console):
        """A console on stderr that stops writing when its reader is gone, where rich would end the run."""

        def on_broken_pipe(self) -> None:
            self.quiet = True

    # Lines are folded on a terminal, but not for a program that searches them.
    terminal = (sys.stderr if stderr else sys.stdout).isatty()
    kind = Progress if stderr else Console
    return kind(stderr=stderr, markup=False, highlight=False, emoji=False, soft_wrap=not terminal)


def say_error(reason: str, hint: str = "") -> None:
    """Write an error to stderr: a line about the problem, and one with advice."""
    lines = [plain(line) for line in (f"Error: {reason}" if reason != "Interrupted." else reason, hint) if line]
    # Names from outside may have any length.
    shown = [line if len(line) <= 600 else f"{line[:400]} … {line[-200:]}" for line in lines]
    print(*shown, sep="\n", file=sys.stderr)  # noqa: T201 - this is the terminal


def one_line(error: BaseException) -> str:
    """Return the message of an exception in one line of at most 300 characters."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    # A first line that ends in a colon only introduces the second.
    text = " ".join(lines[:2]) if lines and lines[0].endswith(":") else next(iter(lines), "")
    return text[:300] or type(error).__name__


def refusal(error: ValueError) -> str:
    """Return the reason why a value was refused in one line; for an error of Pydantic, that of the first field."""
    from pydantic import ValidationError

    if not isinstance(error, ValidationError):
        return one_line(error)
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    return f"{error.title}: {field} is {first['input']!r}: {first['msg'].removeprefix('Value error, ')}."


def load_settings() -> "Settings":
    """Load the settings, with an error for people when a variable cannot be used."""
    from pydantic import ValidationError

    from runtime.settings import HOLD_SECRETS, get_settings

    try:
        return get_settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"ANALYST_{first['loc'][0]}".upper()  # the rest of `loc` is a place inside its value
        problem = first["msg"].removeprefix("Value error, ")
        given = "" if first["loc"][0] in HOLD_SECRETS else f" is {first['input']!r}"
        raise Stop(f"{name}{given}: {problem}.", hint="Correct or unset the variable.") from None
