"""Columns that are listed with their values in brackets."""

import re

from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Measure

_LISTED = re.compile(r"[(,]\s*[\u201c\"]?(?P<column>[^,()\u201c\u201d\"]+)[\u201d\"]?\s$")
"""A column in brackets before its value: `Row 359 (O3 38, NO 12)`."""


def in_list_of_columns(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> frozenset[Measure]:
    """The measures cited that are called exactly as the words in brackets between a comma and a number."""
    match = _LISTED.search(sentence.text[: number.start])
    if match is None or sentence.text.count("(", 0, number.start) <= sentence.text.count(")", 0, number.start):
        return frozenset()
    return frozenset(m for m in vocabulary.own if m.name == match["column"])
