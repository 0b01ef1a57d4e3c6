"""Rows of a 0/1 column by what a text says of them: `sweets with chocolate`, `those without`."""

import re
from collections.abc import Iterator, Mapping, Sequence

from agents.grounding.names.mentions import Mention

Flags = Mapping[str, str]
"""Columns of zeros and ones by their names in words, in lower case."""

_NOT_SO = (
    r"without(?:\s+any)?|lack(?:s|ed|ing)?|(?:contain\w*|ha(?:s|ve|d)|with)\s+no"
    r"|(?:do|does|did)(?:\s+not|n['\u2019]t)\s+(?:contain|have|include)"
)
_SO = r"with|contain(?:s|ed|ing)?|ha(?:s|ve|d)|having|includ(?:es?|ed|ing)"
_CLOSED = r"(?=\s*(?:[.,;:)]|$|(?:and|or|but|while|is|are|was|were)\b))"
_END = re.compile(
    rf"\b(?:(?P<no>without|(?:who|that)\s+(?:do|does|did|ha(?:s|ve|d))(?:\s+not|n['\u2019]t))|with){_CLOSED}",
    re.IGNORECASE,
)
"""A `without` whose noun was said before."""
_OTHERS = re.compile(r"\bthe\s+(?:others?|rest)\b", re.IGNORECASE)


def with_flags(text: str, found: Sequence[Mention], flags: Flags) -> list[Mention]:
    """Add the rows of 0/1 columns that a text names by having or not having what the column is called by.

    Args:
        text: The text.
        found: Entries found in it.
        flags: The columns.
    """
    named = list(_named(text, flags))
    if named:
        columns = {column for m in named for column in m.columns}
        if len(columns) == 1:
            named += _at_end(text, named, columns.pop())
    free = [m for m in named if not any(o.start < m.end and m.start < o.end for o in found)]
    return [*found, *free]


def _named(text: str, flags: Flags) -> Iterator[Mention]:
    for words, column in flags.items():
        told = rf"\s+(?:the\s+|an?\s+)?{re.escape(words)}s?\b"
        for match in re.finditer(rf"\b(?:(?P<no>{_NOT_SO})|{_SO}){told}", text, re.IGNORECASE):
            yield _mention(match, column)


def _at_end(text: str, named: Sequence[Mention], column: str) -> Iterator[Mention]:
    for match in _END.finditer(text):
        if match.start() > named[0].end:
            yield _mention(match, column)
    for match in _OTHERS.finditer(text) if len(named) == 1 else ():
        other = frozenset({"1"} if "0" in named[0].names else {"0"})
        yield Mention(*match.span(), match[0], other, frozenset({column}))


def _mention(match: re.Match[str], column: str) -> Mention:
    return Mention(*match.span(), match[0], frozenset({"0" if match["no"] else "1"}), frozenset({column}))
