"""Names of entries that are told by their marks: in quotation marks, and ranges such as `1940-1979` or `over 35`."""

import re
from collections.abc import Iterator, Mapping, Sequence

from agents.grounding.names.mentions import Mention

_QUOTED = re.compile(r"\u201c[^\u201c\u201d]{1,300}\u201d|\"[^\"]{1,80}\"")
_RANGE = re.compile(r"(?<![\w.,-])\d{1,4}\s?[-\u2013]\s?\d{1,4}(?![\w%-]|[.,]\d)")
_DASHES = ("-", "\u2013", " - ", " \u2013 ")
_OPEN_RANGE = re.compile(
    r"\b(?:(?P<over>over|above|older\s+than|aged\s+over)|under|below|younger\s+than|aged\s+under)\s+(?P<number>\d{1,4})(?![\d%]|[.,]\d|\w|\s*%)",
    re.IGNORECASE,
)


def marked_names(text: str, columns_of: Mapping[str, set[str]]) -> Iterator[Mention]:
    """Yield entries in quotation marks, and ranges of numbers that are entries.

    Args:
        text: A sentence.
        columns_of: Columns by the names of their entries, in lower case.
    """
    marked: list[tuple[int, int, Sequence[str]]] = [
        (match.start() + 1, match.end() - 1, [match[0][1:-1].casefold()]) for match in _QUOTED.finditer(text)
    ]
    for match in _RANGE.finditer(text):
        low, high = re.findall(r"\d+", match[0])
        marked.append((*match.span(), [f"{low}{dash}{high}" for dash in _DASHES]))
    for match in _OPEN_RANGE.finditer(text):
        signs = (">{}", "> {}", "{}+", ">={}") if match["over"] else ("<{}", "< {}", "<={}")
        marked.append((*match.span(), [sign.format(match["number"]) for sign in signs]))
    for start, end, possible in marked:
        if names := [name for name in possible if name in columns_of]:
            yield Mention(start, end, text[start:end], frozenset(names), frozenset(columns_of[names[0]]))
