"""Words that are spelled like the name of an entry, and name none where they stand."""

import re
from collections.abc import Sequence

from agents.grounding.names.mentions import Mention
from agents.grounding.tables.cells import NAMELESS

_ALL_ELSE_EQUAL = re.compile(r"\b(?:all\s+)?(?:other\s+things|(?:all\s+)?else)\s+(?:being\s+)?equal\b", re.IGNORECASE)


def without_phrases(text: str, names: Sequence[Mention]) -> list[Mention]:
    """Leave out names in phrases, such as a race `other`, and those that are the column of the entry after them."""
    phrases = [match.span() for match in _ALL_ELSE_EQUAL.finditer(text)]
    kept = [m for m in names if not any(start <= m.start and m.end <= end for start, end in phrases)]
    columns = {m.text for m in kept if any(is_column_of(text, m.start, m.end, other) for other in kept)}
    return [
        m
        for m in kept
        if m.text not in columns
        and not (NAMELESS in m.names and _are_missing(text, m))
        and not (m.text == "rows" and _COUNTED.search(text, 0, m.start))
    ]


_COUNTED = re.compile(r"\d\s+$")
"""Before the `rows` of `23 rows`, which are no rowers."""
_ARE = re.compile(r"\b(?:is|are|was|were)\s+$")
_IN = re.compile(r"\s+in\s+(?:\d|all\b)")


def _are_missing(text: str, name: Mention) -> bool:
    """Return whether `missing` is said of a column, and is no group of rows without a name: `is missing in 5 rows`."""
    return bool(_ARE.search(text, 0, name.start) and _IN.match(text, name.end))


def is_column_of(text: str, start: int, end: int, entry: Mention) -> bool:
    """Return whether the words of a place are the column of the entry right after it: `treatment placebo`."""
    return text[start:end] in entry.columns and text[end : entry.start] in {" ", " \u201c", ' "'}
