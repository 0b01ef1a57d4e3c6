"""Words for percentiles and for missing or distinct values, which say that no other measure is meant."""

import re

from agents.grounding.reading.words import stem
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Measure

_QUARTILE = re.compile(r"\b(?:(?P<low>lower|first|bottom)|(?P<high>upper|third|top))\s+quartile\b", re.IGNORECASE)
_PERCENTILE = re.compile(r"\b(\d+th)(?:\s+percentile\b|(?=[\s:,(]))", re.IGNORECASE)
_BETWEEN_QUARTILES = re.compile(r"\b(?:interquartile\s+range|IQR)\b[^.;,()\d]{0,25}$", re.IGNORECASE)
"""Words before a difference of two percentiles, which is none of them."""
MISSING = frozenset(stem(word) for word in ["missing", "gaps", "empty", "blank"])
DISTINCT = frozenset(stem(word) for word in ["distinct", "different", "unique"])


_SECOND_QUARTILE = 25
"""Characters between the word and a number that is the quartile."""


def other_quartile(sentence: Sentence, number: WrittenNumber, measure: Measure) -> bool:
    """Return whether a percentile is not the quartile that the sentence names."""
    ranks = _PERCENTILE.finditer(sentence.text) if "percentile" in sentence.text else ()
    named = next((m for m in reversed([*ranks]) if m.end() <= number.start), None)
    if named and number.start - named.end() <= _SECOND_QUARTILE and not measure.of_result:
        return measure.name != f"{named[1]} percentile"
    if _BETWEEN_QUARTILES.search(sentence.text, 0, number.start):
        return True
    match = next(reversed([*_QUARTILE.finditer(sentence.text, 0, number.start)]), None)
    match = match or _QUARTILE.search(sentence.text)
    if match is None:
        return False
    if measure.name.endswith(" percentile"):
        return measure.name != ("25th percentile" if match["low"] else "75th percentile")
    return 0 <= number.start - match.end() <= _SECOND_QUARTILE


def other_need(measure: Measure, stems: set[str]) -> bool:
    """Return whether a measure is about values in general, where the sentence speaks of missing or different ones."""
    return any(stems & kind and measure.needs and not measure.needs & kind for kind in (MISSING, DISTINCT))
