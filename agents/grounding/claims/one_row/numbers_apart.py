"""Numbers that a sentence puts together although no row holds both: `the team with 20 wins had 58 points`.

Where a sentence names no entry, its numbers say which one is meant, so that one row has to hold them all.
"""

import re
from collections.abc import Iterator, Sequence

from agents.grounding.binding.directions import HIGHEST, LOWEST
from agents.grounding.binding.measures import measures_of
from agents.grounding.binding.owners import Owner, dimensions
from agents.grounding.binding.rows import rows_of
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import DENIED
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row, Table
from agents.grounding.tables.matching import says_cell
from agents.outputs import Check

_OF_SEVERAL = re.compile(
    r"\b(?:respectively|each|both|every|all|any|another|others?|different|between|from|up\s+to|rang\w+|than|total\w*|together"
    r"|in\s+all|altogether|combined|overall|sums?|plus|less|minus|per|out\s+of|of\s+(?:the\s+)?\d+|than|compared|versus|vs"
    r"|against|respective|or|either|to)\b|[%\u2013/]",
    re.IGNORECASE,
)
"""Words by which numbers are those of several rows, or are not those of a row."""


def numbers_apart(
    sentence: Sentence, values: Sequence[WrittenNumber], vocabulary: Vocabulary
) -> Iterator[tuple[int, Check]]:
    """Yield the first number of another column that no row holds together with the ones before it.

    Args:
        sentence: The sentence.
        values: Its numbers that are values of a measure.
        vocabulary: Names and measures of the evidence.
    """
    text = sentence.text
    if sentence.aggregates or sentence.left_out or DENIED.search(text) or HIGHEST.search(text) or LOWEST.search(text):
        return
    if _OF_SEVERAL.search(text) or any(len(kind) > 1 for kind in dimensions(sentence.names)) or len(sentence.times) > 1:
        return
    numbers = [n for n in values if not n.hedge and not n.percent and not n.word]
    if len(numbers) < 2 or len(numbers) != len(sentence.numbers):
        return
    if len({clause_span(text, n.start) for n in numbers}) != 1 or (sentence.before and not sentence.mentions):
        return
    columns = [measures_of(sentence, n, vocabulary) or frozenset() for n in numbers]
    if not all(columns) or any(a & b for place, a in enumerate(columns) for b in columns[:place]):
        return
    owner = Owner(tuple(sentence.mentions), frozenset(sentence.mentions))
    apart: list[tuple[WrittenNumber, Table]] = []
    for table in vocabulary.tables:
        rows = [row for row in rows_of(table, owner, vocabulary) or () if not row.whole]
        held = [
            [row for row in rows if _holds(table, row, n, {m.name for m in named})]
            for n, named in zip(numbers, columns, strict=True)
        ]
        if len(rows) < 2 or not any(held):
            continue
        together = rows
        for number, those in zip(numbers, held, strict=True):
            together = [row for row in together if row in those]
            if not together:
                apart.append((number, table))
                break
        else:
            return
        if not all(held):
            return  # some number is no cell of this table
    if apart:
        number, table = apart[0]
        detail = f"no row has it together with {', '.join(n.text for n in numbers if n is not number)}"
        yield number.start, Check(text=number.text, verdict="unverified", evidence=table.evidence, detail=detail)


def _holds(table: Table, row: Row, number: WrittenNumber, names: set[str]) -> bool:
    return any(
        says_cell(number, value, table.measures[name])
        for name, value in row.values.items()
        if name in names and not table.measures[name].of_result
    )
