"""Numbers of a sentence that tells rows by their columns.

One row, as in `rank 3 with 2 gold medals and more than 1 silver medal`; or a figure of all rows that keep conditions,
as in `the lowest total is 12 when the rank is above 3`.
"""

import re
from collections.abc import Sequence

from agents.grounding.binding.directions import HIGHEST, LOWEST, MOVED_DOWN, MOVED_UP
from agents.grounding.checks.counted.counts import BOUNDS
from agents.grounding.checks.counted.kept_rows import columns_of, fits, selection_of
from agents.grounding.checks.series import plain
from agents.grounding.numbers.context import SentenceContext
from agents.grounding.numbers.texts import tells_day
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.tables.cells import Row, Table, cells_of
from agents.grounding.tables.matching import says_cell
from agents.grounding.tables.moments import means
from agents.outputs import Check

_MOST = 6
"""Numbers of a sentence that tells one row."""
_OF_MANY_ROWS = re.compile(
    r"\b(?:not?|never|none|only|each|every|all|both|average|mean|median|total\s+of|sum|combined|together|difference"
    r"|(?:number|amount)\s+of|times?|twice|than\s+(?!\d)[a-z]+|between|(?<!at )(?:least|most))\b",
    re.IGNORECASE,
)
"""Words of sentences about more than one row."""


def told_row_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Find a row that has all names, times and numbers of a sentence, each number in a column that is named for it."""
    sentence = context.sentence
    numbers = [n for n in sentence.numbers if n.form in {"plain", "rank"} and not n.percent]
    if len(numbers) < len(sentence.numbers) or number not in numbers or len(numbers) > _MOST or _of_many(context):
        return None
    # One number beside one name has been read by the steps before: here, the parts have to bear each other out.
    enough = len(numbers) > 1 or number.form == "rank" or (len(sentence.mentions) > 1 and number.hedge in BOUNDS)
    if not enough or not (sentence.mentions or sum(n.hedge not in BOUNDS for n in numbers) > 1):
        return None
    for table in context.vocabulary.tables:
        if "coefficient" in table.measures or len(table.rows) < 2:
            continue
        columns = columns_of(sentence, numbers, table)
        if not all(columns.values()):
            continue
        for row in table.rows:
            if not row.whole and has_names(context, row) and fits(numbers, columns, table, row):
                return Check(text=number.text, verdict="verified", evidence=table.evidence, detail=row.title)
    return None


def _of_many(context: SentenceContext) -> bool:
    text = context.sentence.text
    return any(pattern.search(text) for pattern in (_OF_MANY_ROWS, HIGHEST, LOWEST, MOVED_UP, MOVED_DOWN))


def selection_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Compute a figure of the rows that keep all conditions of a sentence: `the lowest is 12 when the rank is above 3`.

    The right figure bears out the conditions, too. A wrong one is marked.
    """
    for table in context.vocabulary.tables:
        found = selection_of(context.sentence, table, context.vocabulary)
        if found is None:
            continue
        right = says_cell(found.told, found.value, found.measure)
        others = [other for other in context.vocabulary.tables if other is not table]
        if right or (found.told is number and found.sure and not _in_one_of(others, number)):
            detail = f"{found.measure.name} is {plain(found.value)} in the {found.rows} rows that keep this"
            verdict = "derived" if right else "contradicted"
            return Check(text=number.text, verdict=verdict, evidence=table.evidence, detail=detail)
    return None


def _in_one_of(tables: Sequence[Table], number: WrittenNumber) -> bool:
    """Return whether a table has the number in a cell, such as that of a query with the same conditions."""
    return any(says_cell(number, cell.value, cell.measure) for cell in cells_of(tables))


def has_names(context: SentenceContext, row: Row) -> bool:
    """Return whether a row has every name and time of a sentence."""
    sentence = context.sentence
    return all(context.vocabulary.same(m.names) & row.called for m in sentence.names) and all(
        m.date is not None and (any(means(m.date, moment) for moment in row.moments.values()) or tells_day(row, m.date))
        for m in sentence.times
    )
