"""Columns of what is not so, beside those of what is: `working` and `not_working`."""

import re
from collections.abc import Collection

from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.words import stem
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Measure

_NOT = frozenset({"not", "non", "without", "nicht"})
_NEGATED = re.compile(
    r"\b(?:not|never|no|without|neither|nor|none|unable|out\s+of|nicht|kein\w*|ohne|non)\b|n't\b|\b(?:un|in|non-)\w{3,}",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s+(?:[\w-]+\s+){0,2}?(?:(?:are|is|were|was|do|did|does|have|had)\s+not|not|(?:do|did|are|were|have)n['\u2019]t)"
    r"\s+(?P<word>[a-z]+)"
)
"""Words after a number of those that do not do something."""


def columns_denied(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> list[Measure]:
    """The columns of what is not so, where a number counts those: `72 are not working` and `not_working`."""
    match = _AFTER.match(sentence.text, number.end)
    if match is None:
        return []
    return [m for m in vocabulary.own if m.words & _NOT and stem(match["word"]) in m.words]


def otherwise_denied(sentence: Sentence, measure: Measure, denied: Collection[Measure]) -> bool:
    """Return whether a column is one of what is not so where the sentence says what is, or the other way round."""
    if measure.words & _NOT:
        said = (measure.words - _NOT) & {word.stem for word in sentence.words}
        text = sentence.text.replace("_", " ")  # `Non_college_jobs`
        return bool(said) and not _NEGATED.search(text)  # "17 women work" are not those of `not_working`
    return any(one.words - _NOT == measure.words for one in denied)
