"""Text of an HTML page as a reader sees it. Nothing is loaded or run.

`html.parser` is not used: some broken pages take it quadratic time (minutes for one megabyte of `<a `), and it fails on
others with an AssertionError. Parsers that build a tree need as long for others (docs/architecture.md). This one reads
each character a fixed number of times, whatever the page holds.
"""

import re
from html import unescape

_TAG = re.compile(r"""<(/?)([a-zA-Z][\w:-]*)(?:(?>(?:[^<>"']|"[^"<]*"|'[^'<]*')*)|[^<>]*)>""")
_OTHER = re.compile(r"<[!?/][^>]*>")
"""Declarations, processing instructions and broken tags."""
_SILENT = frozenset({"script", "style", "noscript", "template", "svg", "title", "textarea"})
_RAW = frozenset({"script", "style"})
_LINES = frozenset({"br", "li", "tr"})
_CELLS = frozenset({"td", "th"})
_INLINE_TAGS = """
    a abbr b bdi bdo cite code data del dfn em font i img ins kbd label mark q s samp small span strong sub sup time u
    var wbr
"""
_INLINE = frozenset(_INLINE_TAGS.split())


def html_text(page: str) -> tuple[str, str]:
    """Return title and text of a page. Headings are as in Markdown, and a blank line stands between blocks.

    Args:
        page: HTML, well formed or not.
    """
    parts: list[str] = []
    title, position = "", 0
    endless: set[str] = set()  # elements without an end in the rest of the page
    while (start := page.find("<", position)) >= 0:
        parts.append(_squeezed(page[position:start]))
        if page.startswith("<!--", start):
            end = page.find("-->", start)
            position = end + 3 if end >= 0 else len(page)
            continue
        tag = _TAG.match(page, start)
        if tag is None:
            other = _OTHER.match(page, start) if "other" not in endless else None
            if other is None:
                if page[start + 1 : start + 2] in ("!", "?", "/"):
                    endless.add("other")
                parts.append("<")
            position = other.end() if other else start + 1
            continue
        position, closing, name = tag.end(), bool(tag[1]), tag[2].lower()
        if name in _SILENT and not closing and name not in endless:
            end_tag = re.compile(rf"</{name}\b[^<>]*>", re.IGNORECASE).search(page, position)
            if end_tag is not None:
                title = title or (_squeezed(page[position : end_tag.start()]) if name == "title" else "")
                position = end_tag.end()
            elif name in _RAW:
                position = len(page)
            else:
                endless.add(name)
        else:
            parts.append(_mark(name, closing))
    parts.append(_squeezed(page[position:]))
    return title.strip(), re.sub(r" ?\n ?", "\n", re.sub(r" +", " ", "".join(parts)))


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(text))


def _mark(name: str, closing: bool) -> str:
    """Return the text that stands for a tag."""
    if name in _INLINE:
        return ""
    if name in _CELLS:
        return " "
    if name in _LINES:
        return "" if closing else "\n"
    if re.fullmatch(r"h[1-6]", name) and not closing:
        return "\n\n" + "#" * int(name[1]) + " "
    return "\n\n"
