"""Claims that texts of a table stand in one row: `Moor won in 2019` where rows hold a year and its winner."""

import re
from collections.abc import Iterator

from agents.grounding.binding.directions import WON
from agents.grounding.binding.owners import Owner, dimensions
from agents.grounding.binding.rows import rows_named, rows_of
from agents.grounding.claims.one_row.apart import anchor_and_list
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import DENIED, Judged
from agents.grounding.reading.words import stem, stems_of_name
from agents.grounding.sentences.sentence import Sentence


def in_one_row(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence."""
    yield from _won(sentence, vocabulary)
    yield from _in_one_row(sentence, vocabulary)


_WINNER = frozenset(stem(word) for word in ["winner", "won", "winners", "champion", "champions"])


def _won(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """The claim that one won in each of a list of places or years, where a column names the winners."""
    match, found = WON.search(sentence.text), anchor_and_list(sentence)
    if match is None or found is None or sentence.numbers or DENIED.search(sentence.text):
        return
    winner, places = found
    if len(places) == 1 and not _names_winners(winner):
        winner, places = places[0], [winner]
    if not _names_winners(winner):
        return
    for table in vocabulary.tables:
        if not table.complete or not winner.columns & table.columns:
            continue
        won = [row for row in table.rows if row.called & vocabulary.same(winner.names)]
        held = [rows_named(table, place, vocabulary) for place in places]
        if won and all(held):
            true = all(any(row in won for row in rows) for rows in held)
            told = f"{winner.text}: {', '.join(row.title for row in won[:4])}"
            yield Judged(match[0], match.start(), true, told, table.evidence, (winner,))


def _names_winners(mention: Mention) -> bool:
    return any(_WINNER & stems_of_name(column) for column in mention.columns)


_ANOTHER_TIME = re.compile(r"\b(?:before|prior\s+to|after|since|until|till|than|from|by)\s+(?:the\s+)?$", re.IGNORECASE)
"""Words before a time that is not that of the row."""


def _in_one_row(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """The claim of a sentence with one name and one time, and no number, where rows have no numbers either."""
    if len(sentence.names) != 1 or len(sentence.times) != 1 or sentence.numbers:
        return
    name, time = sentence.names[0], sentence.times[0]
    if _ANOTHER_TIME.search(sentence.text[: time.start]):
        return
    if DENIED.search(sentence.text) or len(list(dimensions(sentence.names))) != 1:
        return
    for table in vocabulary.tables:
        if table.measures or not table.timed or not table.complete or not name.columns & table.columns:
            continue
        both = rows_of(table, Owner((name, time), frozenset({name, time})), vocabulary)
        held = [row for row in table.rows if row.called & name.names]
        told = ", ".join(row.title for row in held[:4])
        yield Judged(name.text, name.start, bool(both), told, table.evidence, (name,))
