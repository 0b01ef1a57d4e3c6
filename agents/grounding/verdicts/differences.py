"""Numbers that are a difference of two rows, two columns or two times."""

import re

from agents.grounding.binding.cells_meant import cells_for
from agents.grounding.binding.directions import LESS, MORE
from agents.grounding.binding.owners import owners
from agents.grounding.checks.compared.changes import COMPARED_BY, is_relative
from agents.grounding.checks.compared.said_changes import says_change
from agents.grounding.checks.counted.counts import BOUNDS
from agents.grounding.checks.series import cell_text
from agents.grounding.numbers.computations import direction_of
from agents.grounding.numbers.context import SentenceContext
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import in_clause, segment_at
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Cell
from agents.grounding.tables.derived import DIFFERENCE, ENTRY
from agents.grounding.tables.matching import says_cell
from agents.outputs import Check

_DIGITS = 3
"""Digits from which on a number is hardly a difference by accident."""


def difference_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Look for a number among differences, in the direction that the words beside it say."""
    up, down = direction_of(context.sentence, number)
    start, _ = segment_at(context.sentence.text, number.start)
    if DIFFERENCE.search(context.sentence.text, start, number.start):
        up = down = False  # "the lead shrank from 11.1 to 4.0": the word is on the lead
    entries = [m for m in context.sentence.names if ENTRY in m.columns]
    inside = in_clause(context.sentence.text, number, entries)
    for owner in owners(context.sentence, number, context.values):
        if inside and any(m in entries and m not in inside for m in owner.mentions):
            continue  # "coal rose by 20 % while wind …"
        for cell in cells_for(context.sentence, number, context.values, context.vocabulary, owner):
            if cell.measure.name.startswith("growth of ") and not number.percent:
                continue
            if _of_another_column(context, number, cell):
                continue
            text = context.sentence.text
            relative = number.percent and not number.points
            relative = relative and (COMPARED_BY.match(text, number.end) or is_relative(context.sentence, number))
            absolute = cell.measure.name.startswith("change of ") and number.percent and not number.points
            if absolute and (relative or not (cell.measure.percent or abs(cell.value) <= 1)):
                continue  # "15 % higher" are no 15 points, and a rise of 6 trips is none of 6 %
            if number.hedge in BOUNDS and not number.percent and not _compares(context.sentence, number):
                continue  # "Moor more than 30 points" bounds its own
            if not owner.mentions and len(cell.table.rows) > 1 and not _distinctive(number):
                continue  # any of many steps
            turned = up != down and (cell.value > 0) != up
            turned = turned or (number.signed and cell.value * number.values[0] < 0)
            if not turned and says_cell(number, cell.value, cell.measure):
                detail = f"{cell.measure.name}: {cell_text(cell)}"
                return Check(text=number.text, verdict="derived", evidence=cell.table.evidence, detail=detail)
    return None


def _compares(sentence: Sentence, number: WrittenNumber) -> bool:
    """Return whether the words beside a number make it a difference."""
    after = re.split(r"[,;()]", sentence.text[number.end : number.end + 40])[0]  # "1,800 pounds heavier than"
    return says_change(sentence, number) or bool(MORE.search(after) or LESS.search(after))


def _of_another_column(context: SentenceContext, number: WrittenNumber, cell: Cell) -> bool:
    """Return whether the clause of a number names another column of the same rows, and not that of a cell."""
    inside = in_clause(context.sentence.text, number, context.sentence.words)
    named = {m for word in inside for m in context.vocabulary.named(word, by_needs=False)}
    own = named & set(cell.table.measures.values())
    return bool(own) and cell.measure not in own


def _distinctive(number: WrittenNumber) -> bool:
    return len(re.sub(r"\D", "", number.text).strip("0")) >= _DIGITS
