"""Superlatives among the rows of one entry: `the lowest attendance in Leeds was 17,132`, `Ann's best round was 5`."""

import re
from collections.abc import Sequence

from agents.grounding.checks.series import Series
from agents.grounding.names.mentions import Mention
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row
from agents.grounding.tables.matching import says

_COPULA = re.compile(
    r"\s+(?:is|was|are|were|stands?\s+at|stood\s+at|reache[sd])\s+(?:only\s+|just\s+|about\s+|around\s+)?(?:the\s+)?$",
    re.IGNORECASE,
)
"""Words that put a number and a superlative equal."""
_OF_SUBJECT = re.compile(
    r"(?:(?!\b(?:is|was|are|were|has|had|have)\b)[^.;,:])*\b(?:of|for|by|in|at|with|from|among|when|where)\s+"
    r"(?:(?:the|a|an)\s+)?(?:\w+\s+(?:is|was|being)\s+)?",
    re.IGNORECASE,
)
"""Between a superlative and the entry to which its rows belong, without a verb."""
_OWN = re.compile(r"['\u2019]s?\s+(?:\w+\s+)?$")
_HAD_A = re.compile(r"\s+(?:has|had|have|shows?|showed)\s+(?:an?|its|their)\s+(?:\w+\s+)?$", re.IGNORECASE)


def is_within(sentence: Sentence, series: Series, own: Sequence[Row], highest: bool) -> bool:
    """Return whether the number of a superlative is the extreme of several rows that its subject has."""
    values = series.values(own)
    extreme = (max if highest else min)(values, default=None)
    return len(values) > 1 and extreme is not None and any(says(number, extreme) for number in sentence.numbers)


def value_told(
    sentence: Sentence, start: int, end: int, subject: Mention, series: Series, own: Sequence[Row]
) -> float | None:
    """The value of its subject's own rows that a superlative only tells; None if it compares the subject with others.

    Args:
        sentence: The sentence.
        start: Where the superlative begins.
        end: Where it ends.
        subject: The entry.
        series: The measure.
        own: The rows of the entry.
    """
    for number in sentence.numbers:
        if _is_of(sentence.text, start, end, subject, number):
            return next((value for value in series.values(own) if says(number, value)), None)
    return None


def _is_of(text: str, start: int, end: int, subject: Mention, number: WrittenNumber) -> bool:
    """Return whether a superlative belongs to the subject, and the number is put equal to it."""
    after = _COPULA.search(text, end, max(end, number.start)) is not None
    if subject.start >= end:
        before = _COPULA.fullmatch(text, number.end, max(number.end, start)) is not None
        equal = before or (after and number.start > subject.end)
        return equal and _OF_SUBJECT.fullmatch(text, end, subject.start) is not None
    between = text[subject.end : start]
    return number.start > end and bool((_OWN.fullmatch(between) and after) or _HAD_A.fullmatch(between))
