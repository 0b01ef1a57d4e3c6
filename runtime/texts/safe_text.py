"""Text from outside (data, models, addresses) made harmless before it is shown.

`clean` is for every output: terminal, logs, files. What an output obeys besides is taken away for it alone: `harmless`
for services that read markup and links into plain text (chat, mail, push), `spreadsheet_cell` for CSV files,
`tasks.text.escape_markdown` for Markdown. HTML templates escape by themselves.
"""

import logging
import re
from types import TracebackType
from typing import Any

from runtime.texts.redaction import masked
from runtime.texts.unseen import without_unseen

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")

_GAP = "\u200b"
"""Zero-width space: invisible, and services do not read the characters on both sides of it as one sign."""

SCHEME = re.compile(r"(?<!\w)(?:[A-Za-z][A-Za-z0-9+.-]{1,30}:|\w:(?=//))(?=\S)")
"""Pattern of a scheme of an address, such as `https:`, `tel:`, `sms:`. There are too many to list."""
DOMAIN = re.compile(r"(?<=\w)[.\u3002\uff0e\uff61](?=[^\W\d_]{2})|(?<=\d)\.(?=(?:\d{1,3}\.){1,2}\d{1,3}(?!\d))")
"""Pattern of a dot in a name of a host, or in an IP address: services make links of them without any scheme."""

_CALLS = re.compile(
    r"[@\uff20](?=\w)"  # somebody by name
    r"|(?<!\w)#(?=\w)"  # a channel or tag
    r"|(?<![\w/.])/(?=[^\W\d])"  # a command of a bot
    r"|\\{2}(?=\w)"  # a folder of a Windows server
    r"|:(?=[a-z+-][\w+-]{0,30}:)"  # a picture by its name
)
_ENTITY = re.compile(r"&(?=#|\w+;|[lg]t)")
_OPENING = re.compile(r"<(?=[^\s\d=.-])")
_CLOSING = re.compile(r"(?<=\S)>|>(?=[^\s\d])")
_LINKED = re.compile(r"(?<=\])(?=[(\[:])|!(?=\[)|\|(?=\|)")
_BLOCK = re.compile(r"[#>|]|(?:[-+*]#?|\d{1,9}[.)])(?=\s|$)|[-=_*:|\s]+$")
"""Pattern of the start of a line that Markdown takes for a heading, list, quote, table or rule."""

_EMPHASIS = {
    "*": (re.compile(r"(?<=\S)\*|\*(?=\S)"), "\u2217"),
    "_": (re.compile(r"(?<![^\W_])_|_(?![^\W_])"), "\u02cd"),
    "~": (re.compile(r"~(?=[^\s\d])|(?<=\S)~"), "\u223c"),
    "`": (re.compile("`"), "\u02cb"),
}
"""Patterns of marks that services read as bold, italic, struck out or code, each with a sign that looks like it.
Nothing between them keeps services from pairing them. Those in `2 * 3`, `snake_case` and `~5` stay."""


def clean(value: object, limit: int | None = None) -> str:
    """Return a value as text that every format can hold, and of which a reader sees everything in its own order.

    Control characters make an SVG or a mail invalid and control a terminal; they become the replacement
    character. What nobody sees (`runtime.texts.unseen`) is left out. Line breaks and tabs stay.

    Args:
        value: Anything; None becomes an empty text.
        limit: Most characters; what is longer is cut and ends in an ellipsis.
    """
    text = without_unseen("" if value is None else str(value))
    if limit is not None and len(text) > limit:
        text = text[: limit - 1].rstrip() + "…"
    return printable(text)


def printable(text: str) -> str:
    """Return a text without control characters. Unlike with `clean`, the gaps that `harmless` has made stay."""
    return _UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def shorten(text: str, limit: int) -> str:
    """Return a text as one line of at most `limit` characters, cut between words where there are any."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    space = head.rfind(" ")
    return (head[:space] if space > limit // 2 else head).rstrip(" ,;:") + "…"


def harmless(value: object, limit: int) -> str:
    """Return one line of text that a chat, mail or push service shows as it is written.

    Services make links of addresses, domains and numbers to call, fetch pictures that Markdown names, obey HTML and
    Markdown, take `/words` for commands, and call people by `@name`. A zero-width space in each such sign prevents
    that; brackets of tags and marks of emphasis become signs that look like them. A reader sees the same words.

    Args:
        value: The text.
        limit: Most characters, before zero-width spaces are put in.
    """
    line = shorten(clean(masked(clean(value)), 4 * limit), limit)  # secrets before a cut could leave a part of one
    for pattern in (SCHEME, DOMAIN, _CALLS, _ENTITY):
        line = pattern.sub(rf"\g<0>{_GAP}", line)
    # Apprise makes Slack's <!channel> even of a text with a gap in it. Comparisons such as "p < 0.05" stay.
    line = _OPENING.sub("\u2039", line)
    line = line.replace(">", "\u203a") if "|" in line else _CLOSING.sub("\u203a", line)
    line = _LINKED.sub(rf"\g<0>{_GAP}", line)
    for mark, (pattern, looks_like_it) in _EMPHASIS.items():
        if mark in line:
            line = pattern.sub(looks_like_it, line)
    return f"{_GAP}{line}" if _BLOCK.match(line) else line


_FORMULA = re.compile(
    "(^|[;\t\n])(?=[ \t\u00a0\u3000]*[=+\\-@|%\uff1d\uff0b\uff0d\uff20\uff5c\uff05])|^(?=[\t\n\ufffd])"
)
"""Pattern of a place where a spreadsheet would begin a formula. It reads full-width signs like plain ones."""


def spreadsheet_cell(value: object) -> str:
    """Return text from outside as a cell of a CSV file that no spreadsheet takes for a formula.

    Where the list separator is a semicolon or a tab, a spreadsheet begins new cells inside of ours, also at line ends.
    """
    return _FORMULA.sub(r"\1'", clean(value))


_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None] | None


class CleanLogRecord(logging.LogRecord):
    """A log record whose message and traceback hold no secrets, no control characters and nothing unseen.

    Messages repeat names of columns and files, and tracebacks repeat what an error says, also that of a server which
    repeats a key. So secrets are masked as well.
    """

    def __init__(
        self, name: str, level: int, pathname: str, lineno: int, msg: object, args: Any, exc_info: _ExcInfo, *rest: Any,
        **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(name, level, pathname, lineno, msg, args, exc_info, *rest, **more)
        if exc_info and exc_info[0] is not None:
            # A formatter writes a traceback only where a record has none yet.
            self.exc_text = self._shown(logging.Formatter().formatException(exc_info))

    def getMessage(self) -> str:  # noqa: N802 - logging's name
        """Return the message with its arguments, cleaned."""
        return self._shown(super().getMessage())

    def _shown(self, text: str) -> str:
        return clean(masked(text))


def clean_logs() -> None:
    """Clean every log record of this process, unless the program has its own class of log records."""
    if logging.getLogRecordFactory() is logging.LogRecord:
        logging.setLogRecordFactory(CleanLogRecord)
