"""Claims that texts of a table stand in one row: `Moor won in 2019` where rows hold a year and its winner."""

from collections.abc import Iterator

from agents.grounding.binding.owners import Owner, dimensions
from agents.grounding.binding.rows import rows_of
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import DENIED, Judged
from agents.grounding.sentences.sentence import Sentence


def in_one_row(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """The claim of a sentence with one name and one time, and no number, where rows have no numbers either."""
    if len(sentence.names) != 1 or len(sentence.times) != 1 or sentence.numbers:
        return
    name, time = sentence.names[0], sentence.times[0]
    if DENIED.search(sentence.text) or len(list(dimensions(sentence.names))) != 1:
        return
    for table in vocabulary.tables:
        if table.measures or not table.timed or not table.complete or not name.columns & table.columns:
            continue
        both = rows_of(table, Owner((name, time), frozenset({name, time})), vocabulary)
        held = [row for row in table.rows if row.called & name.names]
        told = ", ".join(row.title for row in held[:4])
        yield Judged(name.text, name.start, bool(both), told, table.evidence, (name,))
