"""The kind of entries that a superlative compares, where it is said: `her best town`, `was highest in May`."""

import re
from collections.abc import Sequence

from agents.grounding.names.mentions import Mention
from agents.grounding.reading.words import stem, stems_of_name
from agents.grounding.sentences.sentence import Sentence

_WAS = re.compile(r"\b(?:was|were|is|are)\s+(?:at\s+(?:its|their)\s+)?$", re.IGNORECASE)
_PEAKED = re.compile(r"peak(?:s|ed)", re.IGNORECASE)
_IN = re.compile(r"\s+(?:in|on|at|during)\s+(?:the\s+)?", re.IGNORECASE)
_HAD = re.compile(
    r"\s+(?:has|have|had|saw|sees|got|w[io]ns?|ma[dk]es?|sold|sells|drew|draws|took|takes|held|holds|[a-z]{3,}(?<!e)ed)\s+"
    r"(?:by\s+far\s+)?the\s+",
    re.IGNORECASE,
)
"""Between a subject and its superlative: `JFK had the fewest flights on the weekend`, but `had its fewest`."""
_ITS = re.compile(r"\b(?:its|their|his|her)\s+$", re.IGNORECASE)
"""Before a superlative of the values of what is named before: `cancellations reached their minimum in March`."""
_OWN = re.compile(r"\bof\s+(?:its|their)\b", re.IGNORECASE)
OF_ALL = re.compile(r"[\s\w-]{0,25}\sof\s+all\s*(?:[.,;:(]|$|(?:was|were|is|are|had|has|came|went)\b)", re.IGNORECASE)
"""Words by which a superlative is one of all rows: `the lowest yield of all is rye in Nord`."""
_NOUN_ENDS = re.compile(r"\s*(?:[.,;:(]|$|(?:was|were|is|are|for|of|in|on|at|with|by)\b)", re.IGNORECASE)
_TIMES = frozenset(stem(word) for word in ["year", "quarter", "month", "week", "day", "hour"])


def kinds_meant(
    sentence: Sentence, start: int, end: int, kinds: Sequence[Sequence[Mention]]
) -> list[Sequence[Mention]]:
    """The kinds of names and times among which the subject of a superlative is.

    Args:
        sentence: The sentence.
        start: Where the superlative begins.
        end: Where it ends.
        kinds: The kinds that the sentence names.

    Returns:
        All of them, where the sentence leaves it open.
    """
    of_noun = _of_noun(sentence, end, kinds)
    had = [kind for kind in kinds if any(_HAD.fullmatch(sentence.text, m.end, max(m.end, start)) for m in kind)]
    if had and not of_noun and not _OWN.search(sentence.text, end):
        return had
    if _ITS.search(sentence.text[:start]) and not of_noun:
        return [kind for kind in kinds if any(m.start >= end for m in kind)] or list(kinds)
    behind = [kind for kind in kinds if any(_IN.fullmatch(sentence.text, end, max(m.start, end)) for m in kind)]
    return of_noun or (behind if _of_something(sentence, start, end) else []) or list(kinds)


def _of_noun(sentence: Sentence, end: int, kinds: Sequence[Sequence[Mention]]) -> list[Sequence[Mention]]:
    """The kinds that the noun behind a superlative names: the towns of `Abel's best town was Oak`."""
    noun = next(sentence.words_after(end, 1), None)
    if noun is None or not _NOUN_ENDS.match(sentence.text, noun.end):
        return []
    times = noun.stem in _TIMES
    return [
        kind
        for kind in kinds
        if any((times and m.date) or any(noun.stem in stems_of_name(column) for column in m.columns) for m in kind)
    ]


def _of_something(sentence: Sentence, start: int, end: int) -> bool:
    """Return whether what is highest is a value, not an entry itself: `JFK's delays were highest in May`."""
    if _PEAKED.fullmatch(sentence.text, start, end):
        return True
    was = _WAS.search(sentence.text[:start])
    return was is not None and not any(m.end == len(sentence.text[: was.start()].rstrip()) for m in sentence.mentions)
