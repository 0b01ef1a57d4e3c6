"""Text from outside (data, models, addresses) made harmless before it is shown.

`clean` is for every output: terminal, logs, files. `harmless` is for services that read markup into plain text: chat,
mail, push. `spreadsheet_cell` is for CSV files. HTML and Markdown files escape besides: see `tasks.text`.
"""

import logging
import re
import unicodedata
from types import TracebackType
from typing import Any

from runtime.redaction import masked

_DIRECTION = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Marks and overrides of text direction (Unicode's Bidi_Control). They show the parts of a text in another order."""

_TAGS = "".join(map(chr, range(0xE0000, 0xE0080)))
"""Unicode's tag characters: invisible letters, which can hide a message in a text."""

_REMOVED = dict.fromkeys(map(ord, _DIRECTION + _TAGS + "\ufeff"))
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")

_GAP = "\u200b"
"""Zero-width space: invisible, and services do not read the characters on both sides of it as one sign."""

_LINK = re.compile(r"(?<=[a-z]):(?=//)|(?<=mailto):|(?<=javascript):|(?<=tel):|(?<=data):(?=\w+/)", re.IGNORECASE)
_DOMAIN = re.compile(r"(?<=\w)[.\u3002\uff0e\uff61](?=[^\W\d_]{2})")
_MENTION = re.compile(r"@(?=\w)")
_ENTITY = re.compile(r"&(?=#|\w+;)")
_OPENING = re.compile(r"<(?=[^\s\d=.-])")
_CLOSING = re.compile(r"(?<=\S)>|>(?=[^\s\d])")
_MARKDOWN = re.compile(r"(?<=\])(?=[(\[:])|!(?=\[)|`(?=`)|~(?=~)|\|(?=\|)|(?<=^)[#>](?=\s)", re.MULTILINE)


def clean(value: object, limit: int | None = None) -> str:
    """Return a value as text that every format can hold and that is shown in its own order.

    Control characters make an SVG or a mail invalid and control a terminal; they become the replacement
    character. Direction marks, invisible tag characters and byte-order marks are left out. Line breaks and tabs stay.

    Args:
        value: Anything; None becomes an empty text.
        limit: Most characters; what is longer is cut and ends in an ellipsis.
    """
    text = "" if value is None else str(value)
    if limit is not None and len(text) > limit:
        text = text[: limit - 1].rstrip() + "…"
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub("\ufffd", text.translate(_REMOVED))


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

    Services make links of addresses and domains, fetch pictures that Markdown names, obey HTML, and call people by
    `@name`. A zero-width space in each such sign prevents that, and brackets of tags become angular quotation marks.
    A reader sees the same words.

    Args:
        value: The text.
        limit: Most characters, before zero-width spaces are put in.
    """
    line = shorten(clean(value, 4 * limit), limit)
    line = _LINK.sub(rf"\g<0>{_GAP}", line)
    line = _DOMAIN.sub(rf"\g<0>{_GAP}", line)
    line = _MENTION.sub(rf"\g<0>{_GAP}", line)
    line = _ENTITY.sub(rf"\g<0>{_GAP}", line)
    # Apprise makes Slack's <!channel> even of a text with a gap in it. Comparisons such as "p < 0.05" stay.
    line = _OPENING.sub("\u2039", line)
    line = line.replace(">", "\u203a") if "|" in line else _CLOSING.sub("\u203a", line)
    return _MARKDOWN.sub(rf"\g<0>{_GAP}", line)


def spreadsheet_cell(value: object) -> str:
    """Return text from outside as a cell of a CSV file that no spreadsheet takes for a formula."""
    text = clean(value)
    # Spreadsheets skip spaces and read full-width signs like plain ones.
    start = unicodedata.normalize("NFKC", text.lstrip(" \t\n\u00a0\u200b\u3000")[:1])
    return f"'{text}" if start in {"=", "+", "-", "@", "|", "%"} or text[:1] in {"\t", "\n", "\ufffd"} else text


_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None] | None


class CleanLogRecord(logging.LogRecord):
    """A log record whose message and traceback hold no control characters and no direction marks.

    Messages repeat names of columns and files, and tracebacks repeat what an error says. Warnings and errors that
    Prefect logs go to its server, so secrets in them are masked as well.
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
        of_prefect = self.levelno >= logging.WARNING and self.name.partition(".")[0] == "prefect"
        return clean(masked(text) if of_prefect else text)


def clean_logs() -> None:
    """Clean every log record of this process, unless the program has its own class of log records."""
    if logging.getLogRecordFactory() is logging.LogRecord:
        logging.setLogRecordFactory(CleanLogRecord)
