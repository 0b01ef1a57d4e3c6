"""The words for what a number counts."""

import re
from collections.abc import Collection

from agents.grounding.checks.counted.counted_moves import counts_steps
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.words import Token, words_of
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Table

_OF_THE = re.compile(
    r"^\s*(?:(?:out\s+)?of|der|von)\s+(?:the|all|its|these|those|our|den|allen)?\s*"
    r"(?:(?:\d[\d,.]*|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|two|three|four|five|six|seven|eight"
    r"|nine|ten|eleven|twelve|\w+teen|twenty)\s+)?",
    re.IGNORECASE,
)


def counted_words(sentence: Sentence, number: WrittenNumber) -> list[Token]:
    """The words for what a number counts, if it counts something."""
    if number.percent or number.form != "plain" or not float(number.values[0]).is_integer():
        return []
    words = list(sentence.words_after(number.end, 3))
    if not words and (match := _OF_THE.match(sentence.text[number.end :])):
        words = list(sentence.words_after(number.end + match.end(), 3))
    if not words and _DID.match(sentence.text, number.end):  # "three months had over 1,000, four had fewer"
        earlier = [n for n in sentence.numbers if n.end <= number.start and n.form == "plain" and not n.hedge]
        words = counted_words(sentence, earlier[-1]) if earlier else []
    if words and words[0].lower in {"a", "an", "per", "each"}:
        return []  # "202 a day on average" counts no days
    if words and any(m.start <= words[0].start < m.end for m in sentence.times):
        return []  # "4,055,975 two years later"
    return words


_DID = re.compile(r"\s+(?:had|have|has|were|was|are|saw|recorded|stayed|exceed\w*|did|do|fell|rose|sold|made)\b")
"""A verb right after a number whose noun is that of a number before."""


_OF_SO_MANY = re.compile(r"\s+(?:out\s+)?of\s+(?:the\s+|these\s+|all\s+)?(?=\w)")


def sized(sentence: Sentence, number: WrittenNumber, table: Table) -> bool:
    """Return whether a number counts a part of as many things as a table has entries: `six of the 15 brands`."""
    match = _OF_SO_MANY.match(sentence.text, number.end)
    whole = next((n for n in sentence.numbers if match and n.start == match.end() and n.form == "plain"), None)
    rows = [row for row in table.rows if not (row.nameless or row.whole)]
    return whole is not None and len(rows) > 1 and whole.values[0] == len(rows)


def called(word: Token, row_words: Collection[str]) -> str:
    """The stem of a word, or the word for rows of which it is the German plural: `filial` for `Filialen`."""
    german = (part for part in row_words if len(part) > _SHORTEST and re.fullmatch(f"{part}(?:e?n)", word.lower))
    return word.stem if word.stem in row_words else next(german, word.stem)


_SHORTEST = 4
_ROWS = words_of("rows")
"""Words for rows whatever they are called."""


def counts_rows(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> bool:
    """Return whether a number counts rows of some table."""
    words = counted_words(sentence, number)
    if words and counts_steps(sentence, number):
        return True
    cited = _ROWS.union(*(table.row_words for table in vocabulary.tables))
    return any(called(word, cited) in cited and not _measure_only(word, vocabulary) for word in words[:2])


def _measure_only(word: Token, vocabulary: Vocabulary) -> bool:
    own = (measure for table in vocabulary.tables for measure in table.measures.values())
    return any(measure.sure and not measure.of_result and word.stem in measure.words for measure in own)
