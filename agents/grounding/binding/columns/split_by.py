"""Words of a sentence that name no measure: the column by which it splits the rows, and digits inside numbers."""

import re
from collections.abc import Iterator

from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.words import Token
from agents.grounding.sentences.sentence import Sentence

_BY = re.compile(r"\s*[Bb]y\s+[\u201c\"]?(?P<column>[^,\u201c\u201d\"]{1,60})[\u201d\"]?\s*,")


def names_no_measure(sentence: Sentence, word: Token, vocabulary: Vocabulary) -> bool:
    """Return whether a word says by which column the rows are split or which of them are meant, or is part of a number.

    `By InningSide, the mean of HDev` is about no column `Inning` of another result, `missing in the rows with steak
    False` counts no missing values of `steak`, and the 10 of `10,012 values` is no `item_10`.
    """
    match = _BY.match(sentence.text)
    if match and match.start("column") <= word.start < match.end("column"):
        return match["column"] in vocabulary.splitting
    before = vocabulary.once("columns before entries", sentence, lambda: [*_before_entries(sentence)])
    if any(start <= word.start < end for start, end in before):
        return True
    return word.text.isdigit() and any(
        n.start <= word.start and word.end <= n.end and n.end - n.start > len(word.text) for n in sentence.numbers
    )


_ROWS_WITH = r"(?:\b(?:rows|those|ones)\s+(?:with|where)\s+[\u201c\"]?)?"


def _before_entries(sentence: Sentence) -> Iterator[tuple[int, int]]:
    """Columns, of several words too, that stand before one of their entries, with a `rows with` before them."""
    for name in sentence.names:
        for column in name.columns:
            before = re.search(rf"{_ROWS_WITH}{re.escape(column)}[\u201c\u201d\" ]*$", sentence.text[: name.start])
            if before:
                yield before.span()
