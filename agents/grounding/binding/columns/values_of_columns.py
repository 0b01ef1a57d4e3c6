"""Counts of the values of a column that a sentence lists: `values of town are Low (33) and High (20)`."""

import re

from agents.grounding.binding.owners import Owner
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Measure


def with_counts_of_values(
    wanted: frozenset[Measure] | None,
    sentence: Sentence,
    number: WrittenNumber,
    owner: Owner,
    vocabulary: Vocabulary,
) -> frozenset[Measure] | None:
    """The counts of entries too, where these are the values of their column: `values of town are Low (33)`."""
    columns = frozenset(column for m in owner.mentions for column in m.columns)
    if not wanted or not any(re.search(rf"\bvalues?\s+of\s+{re.escape(c)}(?!\w)", sentence.text) for c in columns):
        return wanted
    tables = [table for table in vocabulary.tables if columns & table.columns]
    counts = frozenset(m for table in tables for m in table.measures.values() if m.of_rows)
    directly = any(sentence.text[m.end : number.start] == " (" for m in owner.mentions) and not number.percent
    return counts if counts and directly else wanted | counts
