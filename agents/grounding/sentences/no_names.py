"""Words that are spelled like the name of an entry, and name none where they stand."""

import re
from collections.abc import Sequence
from dataclasses import replace

from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.tables.cells import NAMELESS, plain_words

_ALL_ELSE_EQUAL = re.compile(r"\b(?:all\s+)?(?:other\s+things|(?:all\s+)?else)\s+(?:being\s+)?equal\b", re.IGNORECASE)

RANK_CORRELATION = re.compile(r"\brank(?=\s+correlation)", re.IGNORECASE)
"""A word that names no column called so."""


def without_phrases(text: str, names: Sequence[Mention]) -> list[Mention]:
    """Leave out names in phrases, such as a race `other`, and those that are the column of the entry after them."""
    phrases = [match.span() for match in _ALL_ELSE_EQUAL.finditer(text)]
    kept = [m for m in names if not any(start <= m.start and m.end <= end for start, end in phrases)]
    kept = [m for m in kept if m.text.casefold() in m.names or not _goes_on(text, m)]
    columns = {m.text for m in kept if any(is_column_of(text, m.start, m.end, other) for other in kept)}
    return [
        _of_column_before(text, m)
        for m in kept
        if m.text not in columns
        and not (NAMELESS in m.names and _are_missing(text, m))
        and not (m.text == "rows" and _COUNTED.search(text[: m.start]))
    ]


_COUNTED = re.compile(r"\d\s+$")
"""Before the `rows` of `23 rows`, which are no rowers."""
_VALUES_ARE = re.compile(r"\bvalues?\s+(?:is|are|was|were)\s+$", re.IGNORECASE)
_ARE = re.compile(r"\b(?:is|are|was|were)\s+$")
_IN = re.compile(r"\s+in\s+(?:\d|all\b)")


def _are_missing(text: str, name: Mention) -> bool:
    """Return whether `missing` is said of a column, and is no group of rows without a name: `is missing in 5 rows`."""
    if _VALUES_ARE.search(text[: name.start]):
        return True
    return bool(_ARE.search(text[: name.start]) and _IN.match(text, name.end))


def _of_column_before(text: str, entry: Mention) -> Mention:
    """An entry of the one column that stands before it: the `yes` of `rows with died yes`, which others have too."""
    before = text[: entry.start].rstrip('\u201c\u201d" ')
    named = [column for column in entry.columns if re.search(rf"(?<!\w){re.escape(column)}$", before)]
    return replace(entry, columns=frozenset([max(named, key=len)])) if named and len(entry.columns) > 1 else entry


def is_column_of(text: str, start: int, end: int, entry: Mention) -> bool:
    """Return whether the words of a place are the column of the entry right after it: `treatment placebo`."""
    before = text[: entry.start].rstrip('\u201c\u201d" ')
    return start < entry.start and any(
        before.endswith(column) and len(before) - len(column) <= start and end <= len(before)
        for column in entry.columns
    )


def _goes_on(text: str, name: Mention) -> bool:
    """Return whether a shortened name is a part of a longer word: the `earn` of `earn96`, which is no `earn98`."""
    return bool(re.match(r"[A-Za-z0-9_]", text[name.end :]) or re.search(r"[A-Za-z0-9_]$", text[: name.start]))


def _is_measure(name: Mention, vocabulary: Vocabulary) -> bool:
    """Return whether a part of a name is all that a measure cited is called."""
    text = name.text.casefold()
    if text in name.names or not any(text in whole for whole in name.names):
        return False
    words = plain_words(name.text)
    return any(m.words == words and m.sure and not m.of_result for m in vocabulary.own)


_BRACKET = re.compile(r"\s\([^()]*\)")


def without_values(text: str, names: Sequence[Mention], vocabulary: Vocabulary) -> list[Mention]:
    """Leave out entries of other results that are values of a row cited, and parts of names that name a measure.

    The first are those in `Row 76 (junior 0, senior 1)`, the second the `price` of a slope beside `price_before`.
    """
    names = [m for m in names if not _is_measure(m, vocabulary)]
    rows = [m for m in names if m.columns == frozenset(["row"]) and vocabulary.is_cited(m)]
    spans = [match.span() for m in rows if (match := _BRACKET.match(text, m.end))]
    return [m for m in names if vocabulary.is_cited(m) or not any(start < m.start < end for start, end in spans)]
