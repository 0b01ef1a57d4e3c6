"""Percentages that stand alone in brackets with the word that makes them a bound."""

import re

from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import bracket_at
from agents.grounding.sentences.sentence import Sentence

_WORDS = re.compile(
    r"(?:[a-z]+\s+(?:than|to|of)|under|below|over|above|nearly|almost|unter|\u00fcber|weniger\s+als|mehr\s+als"
    r"|at\s+(?:most|least)|[<>\u2264\u2265])?\s*",
    re.IGNORECASE,
)


def is_bracketed_bound(sentence: Sentence, number: WrittenNumber) -> bool:
    """Return whether a percentage is all that a bracket holds, but for the word that makes it a bound."""
    span = bracket_at(sentence.text, number.start) if number.percent and number.hedge not in {None, "about"} else None
    if span is None or sentence.text[number.end : span[1]].strip():
        return False
    return bool(_WORDS.fullmatch(sentence.text, span[0], number.start))
