"""Bounds that stand alone in brackets behind a count: `2 rows repeat an earlier row (less than 0.1 %)`.

Such a bound is one of the share that the count is of the whole. It is no condition of what is counted, as the bound of
`15 carriers (more than 50,000 flights)` is.
"""

import re
from collections.abc import Iterator

from agents.grounding.checks.counted.counts import BOUNDS
from agents.grounding.checks.parts.bracketed import is_bracketed_bound
from agents.grounding.checks.series import plain
from agents.grounding.numbers.context import SentenceContext
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.tables.cells import Cell, Measure, cells_of
from agents.grounding.tables.matching import bounds, says_cell
from agents.outputs import Check

_OF = re.compile(r"\s+(?:out\s+)?(?:of|von)\s+(?:the\s+|all\s+|its\s+)*")


def bracketed_bound_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Verdict on a bound alone in brackets, by the shares that the count before it can be; None for other numbers."""
    if number.hedge not in BOUNDS or not is_bracketed_bound(context.sentence, number):
        return None
    shares = list(_shares(context, number))
    if not shares:
        return None
    for evidence, told, share in shares:
        if bounds(number, 100 * share) is True:
            return Check(text=number.text, verdict="derived", evidence=evidence or None, detail=told)
    evidence, told, share = shares[0]
    detail = f"{told}, {plain(100 * share)} %"
    return Check(text=number.text, verdict="contradicted", detail=f"{evidence}: {detail}" if evidence else detail)


def _shares(context: SentenceContext, number: WrittenNumber) -> Iterator[tuple[str, str, float]]:
    """Evidence, words and size of each share that the count before a bracket can be."""
    before = [n for n in context.sentence.numbers if n.end <= number.start and n.form == "plain" and not n.percent]
    if not before:
        return
    if len(before) > 1 and _OF.fullmatch(context.sentence.text, before[-2].end, before[-1].start):
        part, whole = before[-2].values[-1], before[-1].values[-1]
        if 0 <= part <= whole > 0:
            yield "", f"{before[-2].text} of {before[-1].text}", part / whole
        return
    for cell in cells_of(context.vocabulary.tables):
        if cell.measure.aggregate == "count" and says_cell(before[-1], cell.value, cell.measure):
            for measure, share in _beside(cell):
                if _is_spoken_of(context, measure):
                    told = f"{measure.name}: {plain(cell.value)}"
                    yield cell.table.evidence, told, share


def _beside(cell: Cell) -> Iterator[tuple[Measure, float]]:
    """The shares in the row of a count that are those of what it counts."""
    for name, value in cell.row.values.items():
        measure = cell.table.measures[name]
        if measure.aggregate == "share" and measure.needs == cell.measure.needs and not measure.percent:
            yield measure, value


def _is_spoken_of(context: SentenceContext, measure: Measure) -> bool:
    stems = {word.stem for word in context.sentence.words}
    return bool(measure.needs & stems) if measure.needs else bool(measure.words & stems)
