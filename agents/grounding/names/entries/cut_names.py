"""Names that a statement cuts with dots at their end: `\u201cAverage weekly hours worked (women, 15+) \u2026\u201d`."""

import re
from collections.abc import Collection

_CUT = re.compile(r"\u201c([^\u201c\u201d]{12,}?)(?:\u2026|\.\.\.)\u201d")
"""A text in quotation marks that ends with dots; shorter ones could begin many names."""


def with_whole_names(text: str, names: Collection[str]) -> str:
    """Write each name that was cut as it is in the data, so that its digits and brackets are read as a part of it.

    Args:
        text: A statement.
        names: Names of columns and entries. A text that begins none or several of them stays as it is.
    """

    def whole(cut: re.Match[str]) -> str:
        begin = cut[1].casefold()
        found = {name for name in names if " ".join(name.split()).casefold().startswith(begin)}
        return f"\u201c{found.pop()}\u201d" if len(found) == 1 else cut[0]

    return _CUT.sub(whole, text) if "\u201c" in text else text
