"""Numbers that are said of each of several entries: `Italy and Japan had the lowest rates, both at 1.39`."""

import re

from agents.grounding.binding.cells_meant import cells_for
from agents.grounding.binding.owners import Owner
from agents.grounding.binding.rows import rows_named
from agents.grounding.binding.taken_together import lists_named
from agents.grounding.checks.counted.counts import BOUNDS
from agents.grounding.checks.series import cell_text, series_for
from agents.grounding.names.mentions import Mention
from agents.grounding.numbers.context import SentenceContext
from agents.grounding.quantified.judged import scope_of
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.tables.cells import Cell
from agents.grounding.tables.matching import says, says_cell
from agents.outputs import Check

_BOTH = re.compile(
    r"\b(?:both|each)\s+(?:(?:at|with|of|on|around|about|had|have|having|scor\w+|reach\w+|record\w+|averag\w+|stood|being|[a-z]+ed"
    r"|a|an|only|just)\s+)*[^\w\s]?$",
    re.IGNORECASE,
)
_EACH = re.compile(r"\s*(?:%|[a-z]+)?\s*each\b(?!\s+[a-z]+(?<!in)(?<!of))", re.IGNORECASE)


def each_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Hold a number against the cell of each entry that it is said of; None on other numbers, and if there is none."""
    text = context.sentence.text
    said = _BOTH.search(text[: number.start]) or _EACH.match(text, number.end)
    if number.form != "plain" or number.hedge in BOUNDS:
        return None
    listed = [group for group in lists_named(context.sentence) if group[-1].end <= number.start]
    listed = listed if said else [group for group in listed if _opened(text, group, number)]
    if in_both := _IN_BOTH.match(text, number.end):  # "800 in both 2012 and 2013"
        listed = [group for group in lists_named(context.sentence) if group[0].start == in_both.end()]
    if not listed:
        return None
    cells = [_cells(context, number, mention, listed[-1]) for mention in listed[-1]]
    if not all(cells):
        return None
    wrong = [found[0] for found in cells if not any(says_cell(number, c.value, c.measure) for c in found)]
    if wrong and number.percent and (share := _share_of_each(context, number, listed[-1])):
        return share
    if wrong:
        told = "; ".join(f"{cell.table.evidence} holds {cell_text(cell)}" for cell in wrong[:2])
        certain = all(len(found) == 1 for found in cells)
        return Check(text=number.text, verdict="contradicted" if certain else "unverified", detail=told)
    right = next(c for c in cells[0] if says_cell(number, c.value, c.measure))
    told = ", ".join(mention.text for mention in listed[-1])
    return Check(text=number.text, verdict="verified", evidence=right.table.evidence, detail=f"{told} each")


def _share_of_each(context: SentenceContext, number: WrittenNumber, listed: list[Mention]) -> Check | None:
    """Find two columns of which one is this part of the other for each entry: returns in relation to orders."""
    for one in series_for(context.sentence, number, context.vocabulary, rates=True):
        if one.rate and " / " in one.name:
            rows = [
                rows_named(one.table, m, context.vocabulary, scope_of(context.sentence, listed, m.start))
                for m in listed
            ]
            values = [one.value(some[0]) for some in rows if len(some) == 1]
            if len(values) == len(listed) and all(value is not None and says(number, 100 * value) for value in values):
                return Check(text=number.text, verdict="derived", evidence=one.table.evidence, detail=one.name)
    return None


_IN_BOTH = re.compile(r"\s*(?:%|[a-z]+)?\s*(?:in|at|for|on)\s+both\s+(?:the\s+)?", re.IGNORECASE)
_LISTED = re.compile(r"\bboth\s+(?:the\s+)?$", re.IGNORECASE)
_HAVE = re.compile(r"\s+(?:have|had|has|got|reached|scored|won|lost)\s+(?:exactly\s+)?[^\w\s]?")


def _opened(text: str, group: list[Mention], number: WrittenNumber) -> bool:
    """Return whether a list begins with `both`, and the number is what they have: `both A and B have 50 points`."""
    return bool(_LISTED.search(text[: group[0].start]) and _HAVE.fullmatch(text, group[-1].end, number.start))


def _cells(context: SentenceContext, number: WrittenNumber, mention: Mention, listed: list[Mention]) -> list[Cell]:
    scope = scope_of(context.sentence, listed, number.start)
    owner = Owner((mention, *scope), frozenset({mention, *scope}))
    found = cells_for(context.sentence, number, context.values, context.vocabulary, owner)
    return [cell for cell in found if not cell.measure.of_result]
