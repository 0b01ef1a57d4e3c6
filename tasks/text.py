"""Numbers and times as a report's reader sees them, and foreign text in Markdown."""

import re
from datetime import date, datetime, timedelta

from runtime.texts.number_text import format_number, format_p_value
from runtime.texts.safe_text import DOMAIN, SCHEME, clean

__all__ = ["code_block", "escape_markdown", "format_cell", "format_number", "format_p_value", "format_time"]

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Fixed, since strftime's names change with the machine's locale."""


def format_time(value: date | datetime, *, year: bool = True) -> str:
    """A date, with the time of day unless it is midnight and the offset where there is one: `8 Feb 2013, 14:30`."""
    text = f"{value.day} {MONTHS[value.month - 1]}" + (f" {value.year}" if year else "")
    if not isinstance(value, datetime):
        return text
    if (value.hour, value.minute, value.second, value.microsecond) != (0, 0, 0, 0):
        text += f", {value:%H:%M:%S}" if value.second else f", {value:%H:%M}"
    offset = value.utcoffset()
    if offset is not None:
        text += " UTC" if offset == timedelta() else f" {value:%z}"
    return text


def format_cell(value: object) -> str:
    """One cell of a table: numbers and times formatted, a missing value as a dash."""
    if value is None:
        return "\u2013"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return format_number(value)
    if isinstance(value, date):
        return format_time(value)
    return clean(value)


_MARKDOWN = re.compile(r"[\\`*_\[\]|#~$]")
_BLOCK_START = re.compile(r"^(\s*)(\d+(?=[.)])|)([-+=>.):])")
_MENTION = re.compile(r"(?<!\w)@(?=\w)")


def escape_markdown(value: object) -> str:
    """`value` as Markdown that shows exactly its text, in one line, with no markup, HTML, link or mention in it."""
    line = " ".join(clean(value).split())
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    line = _MARKDOWN.sub(r"\\\g<0>", line)
    # Many programs turn addresses, names of hosts and @names into links.
    line = SCHEME.sub(lambda found: f"{found[0][:-1]}\\:", line)
    line = DOMAIN.sub(lambda found: "\\." if found[0] == "." else f"&#{ord(found[0])};", line)
    line = line.replace("://", ":&#47;&#47;")
    # GitHub looks for mentions in the finished page, where nothing but a sign in between prevents one.
    line = _MENTION.sub("&#64;&#8203;", line).replace("@", "&#64;")
    return _BLOCK_START.sub(r"\1\2\\\3", line)


def code_block(code: str, language: str = "") -> str:
    """A fenced Markdown block that `code` cannot close: its fence is longer than any run of backticks inside."""
    code = clean(code)
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{code}\n{fence}"
