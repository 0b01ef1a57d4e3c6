"""Numbers of a column that only the clause before names: `North has 91 pupils; Hill has 32`."""

import re
from collections.abc import Iterator, Sequence

from agents.grounding.binding.columns.measure_groups import is_column
from agents.grounding.binding.directions import DOWN, UP
from agents.grounding.binding.rows import rows_named
from agents.grounding.names.mentions import Mention
from agents.grounding.numbers.context import SentenceContext, in_cell
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Cell, Row, Table
from agents.grounding.tables.matching import says_cell
from agents.outputs import Check

_OTHER_QUANTITY = re.compile(
    r"\b(?:mean|average[sd]?|median|total|sum|share|rate|ratio|percent|minutes?|hours?|times|per|each|points?)\b|%",
    re.IGNORECASE,
)
"""Words of a clause that tell a quantity of its own."""


def carried_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Look for a number in the column of a number before it, in the row of the only entry of its own clause.

    The clause names no column, tells no move and no comparison, and the number before belongs to one entry as well.
    """
    sentence = context.sentence
    if number.form != "plain" or number.percent or number.hedge not in {None, "about"}:
        return None
    start, end = clause_span(sentence.text, number.start)
    own = _only([m for m in sentence.names if start <= m.start < end])
    if own is None or _tells_more(context, start, end):
        return None
    for earlier, entry in _earlier(sentence, start):
        for table in context.vocabulary.tables:
            row = _row(context, table, own, entry)
            other = _row(context, table, entry, own)
            if row is None or other is None or row is other:
                continue
            for name, measure in table.measures.items():
                both = name in row.values and name in other.values and not measure.of_result
                if both and all(says_cell(n, r.values[name], measure) for n, r in ((number, row), (earlier, other))):
                    return in_cell(number, Cell(table, row, measure))
    return None


def _earlier(sentence: Sentence, start: int) -> Iterator[tuple[WrittenNumber, Mention]]:
    """Numbers of the clause before a place, else of the sentence before, if that is about one entry."""
    text, names, numbers = sentence.text, sentence.names, sentence.numbers
    if start == 0:
        if sentence.previous is None:
            return
        text, names, numbers = sentence.previous.text, sentence.previous.names, sentence.previous.numbers
        start = len(text)
    begin, end = clause_span(text, start - 1)
    entry = _only([m for m in names if begin <= m.start < end])
    for number in numbers:
        if entry is not None and begin <= number.start < end and number.form == "plain" and not number.percent:
            yield number, entry


def _only(mentions: Sequence[Mention]) -> Mention | None:
    return mentions[0] if len({m.names for m in mentions}) == 1 else None


def _tells_more(context: SentenceContext, start: int, end: int) -> bool:
    """Return whether a clause names a column or compares, so that its number need not be of the column before."""
    text = context.sentence.text[start:end]
    words = [word for word in context.sentence.words if start <= word.start < end]
    named = any(is_column(m) and m in context.vocabulary.own for word in words for m in context.vocabulary.named(word))
    return named or any(pattern.search(text) for pattern in (UP, DOWN, _OTHER_QUANTITY))


def _row(context: SentenceContext, table: Table, mention: Mention, other: Mention) -> Row | None:
    """The only row of an entry, beside one of the same column."""
    rows = rows_named(table, mention, context.vocabulary) if mention.columns & other.columns else []
    return rows[0] if len(rows) == 1 else None
