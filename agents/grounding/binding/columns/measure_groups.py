"""Words of a sentence that name columns, those next to each other together."""

import re

from agents.grounding.binding.columns.split_by import names_no_measure
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.words import Token
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Measure


def measure_groups(sentence: Sentence, vocabulary: Vocabulary) -> list[list[Token]]:
    """Words that name columns, those next to each other together."""
    return vocabulary.once("groups", sentence, lambda: _measure_groups(sentence, vocabulary))


def _measure_groups(sentence: Sentence, vocabulary: Vocabulary) -> list[list[Token]]:
    groups: list[list[Token]] = []
    stems = {word.stem for word in sentence.words}
    for word in sentence.words:
        if in_name(sentence, word) or in_number(sentence, word) or names_no_measure(sentence, word, vocabulary):
            continue
        named = vocabulary.named(word, by_needs=False)
        # Gaps are those of a column of texts too.
        needed = any(m.needs & stems and word.stem in m.words and not m.of_result for m in named)
        if not needed and not any(is_column(m) for m in named):
            continue
        if _PER.search(sentence.text[: word.start]) or (not needed and _names_a_row(word, vocabulary)):
            continue
        if word.lower in TIMES | _GENERAL and not in_cited(word, vocabulary):
            continue
        if word.lower in _LINKS and not any(m.words == frozenset([word.stem]) for m in named):
            continue
        if groups and _SECOND.fullmatch(sentence.text[groups[-1][-1].end : word.start]):
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


_PER = re.compile(r"(?:\b(?:per|each|every)|^\W*By)\s+$", re.IGNORECASE)


def _names_a_row(word: Token, vocabulary: Vocabulary) -> bool:
    """Return whether a word is what the rows cited are called, and no measure of theirs: `years` of groups by year."""
    return any(word.stem in table.row_words for table in vocabulary.tables) and not in_cited(word, vocabulary)


_LINKS = frozenset({"with", "from", "than", "over", "into", "between", "when", "and", "for", "the"})
"""Words of every sentence that some columns hold as a part of their name: `YearsWithManager`."""
TIMES = frozenset(
    {"date", "time"} | {f"{unit}{s}" for unit in ("day", "week", "month", "year", "hour") for s in ("", "s")}
)
"""Words that tell when or how often more often than they name a column."""
_GENERAL = frozenset(
    ["count", "counts", "number", "figure", "figures", "total", "amount", "value", "values", "level", "rows"]
)
"""Words for any number, which name no column of another result."""


def in_cited(word: Token, vocabulary: Vocabulary) -> bool:
    """Return whether a word names a column that is cited."""
    return any(is_column(m) and m in vocabulary.own for m in vocabulary.named(word, by_needs=False))


def is_column(measure: Measure) -> bool:
    """Return whether a measure is what a column's name alone means."""
    return measure.sure and not measure.of_result and not measure.needs


_SECOND = re.compile(r"[\s_\-\"\u201c\u201d]*(?:(?:of|the)\s+)*[\"\u201c]?")


def in_name(sentence: Sentence, word: Token) -> bool:
    """Return whether a word is a part of a name or time."""
    return any(m.start <= word.start and word.end <= m.end for m in (*sentence.names, *sentence.times))


def in_number(sentence: Sentence, word: Token) -> bool:
    """Return whether a word is a part of a number such as `three times`."""
    return any(n.form == "multiple" and n.start <= word.start < n.end for n in sentence.numbers)
