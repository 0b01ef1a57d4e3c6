"""Superlatives that leave no room for an equal: `more than any other team`, `Ajax alone had the most wins`."""

import re
from collections.abc import Sequence

from agents.grounding.binding.rows import rows_named
from agents.grounding.checks.series import Series
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row

_THAN_ANY = re.compile(r"\bthan\s+(?:any|every|all)\b", re.IGNORECASE)
_ALONE = re.compile(r"\s+(?:alone|on\s+(?:its|his|her)\s+own)\b(?!\s+at\b)", re.IGNORECASE)


def equal_rows(
    sentence: Sentence,
    word: str,
    subject: Mention,
    series: Series,
    own: Row,
    every: Sequence[Row],
    vocabulary: Vocabulary,
) -> list[Row]:
    """Find rows with the same value as the only one that a sentence says is highest or lowest.

    Args:
        sentence: The sentence.
        word: The superlative.
        subject: The name that it is said of.
        series: The measure.
        own: The row of that name.
        every: The rows that are compared.
        vocabulary: Names of the evidence.

    Returns:
        The rows that the sentence does not name, none if a superlative may be shared: `Ajax had the most wins`.
    """
    if not (_THAN_ANY.search(word) or _ALONE.match(sentence.text, subject.end)):
        return []
    named = [row for mention in sentence.mentions for row in rows_named(series.table, mention, vocabulary)]
    return [row for row in every if row is not own and row not in named and series.value(row) == series.value(own)]
