"""Numbers that stand in the texts or cells of a row that the sentence speaks of."""

import re

from agents.grounding.binding.measures import aggregate_of, measures_of
from agents.grounding.binding.owners import owners
from agents.grounding.binding.rows import rows_of
from agents.grounding.checks.changes import says_change
from agents.grounding.checks.series import cell_text
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.tables.cells import Cell, Measure
from agents.grounding.tables.matching import says_cell
from agents.grounding.verdicts.context import SentenceContext, counts_things
from agents.outputs import Check

_DISTINCTIVE = 4
"""Digits from which on a number is hardly found in a row by accident."""

_MOST_COUNTED = 20
"""Numbers up to this before a noun count things, so that one inside a text does not stand for them."""

_DIGITS = re.compile(r"(?<![\w.,:])\d+(?:\.\d+)?(?![\w]|[.,:]\d)")


def _digits(text: str) -> set[float]:
    return {float(digits) for digits in _DIGITS.findall(text)}


def in_row_texts(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Look for a number inside the texts of the rows meant: the 4 and 1 of a score `4 - 1`."""
    if number.form != "plain" or number.word or (number.values[0] <= _MOST_COUNTED and counts_things(context, number)):
        return None
    for owner in owners(context.sentence, number, context.values):
        for table in context.vocabulary.tables:
            for row in rows_of(table, owner, context.vocabulary) or ():
                texts = (text for column, text in row.names.items() if column not in row.moments and column != "row")
                if any(abs(number.values[0]) in _digits(text) for text in texts):
                    return Check(text=number.text, verdict="verified", evidence=table.evidence, detail=row.title)
    return None


def distinctive(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Look for a number of many digits in the rows meant, where no column of them is named beside it.

    That such a number stands there by accident is unlikely, and prose has more words for a column than are known.
    """
    digits = re.sub(r"\D", "", number.text).strip("0")
    if len(digits) < _DISTINCTIVE or number.form != "plain" or says_change(context.sentence, number):
        return None
    wanted = measures_of(context.sentence, number, context.vocabulary) or frozenset[Measure]()
    said = aggregate_of(context.sentence, number, context.values)
    for owner in owners(context.sentence, number, context.values):
        for table in context.vocabulary.tables:
            rows = rows_of(table, owner, context.vocabulary)
            measures = set(table.measures.values())
            named = {m for m in wanted & measures if m.sure and not m.of_result and not m.needs}
            if rows is None or (len(rows) > 1 and owner.mentions) or "coefficient" in table.measures:
                continue
            for row in rows:
                for name, value in row.values.items():
                    measure = table.measures[name]
                    fits = not said or measure.aggregate in said or measure.aggregate is None
                    if (measure in named or not named) and fits and says_cell(number, value, measure):
                        cell = Cell(table, row, measure)
                        return Check(
                            text=number.text, verdict="verified", evidence=table.evidence, detail=cell_text(cell)
                        )
    return None
