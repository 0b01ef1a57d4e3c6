"""Counts of entries by what else their rows name: `Three of the ten cities are in Texas, one in Florida`."""

import re

from agents.grounding.names.mentions import Mention
from agents.grounding.numbers.context import SentenceContext
from agents.grounding.quantified.judged import DENIED
from agents.grounding.reading.words import stems_of_name
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.tables.cells import Table
from agents.outputs import Check

_PLACED = re.compile(
    r"\s+of\s+(?:the|these|all)\s+(?:[\w,]+\s+)?(?P<noun>[a-z]{3,})\s+(?:are|is|were|was|lies?|lay|comes?|came)\s+"
    r"(?:in|from)\s+(?:the\s+)?"
)
_AS_WELL = re.compile(r"\s+(?:(?:are|is|were|was|lies?|comes?|came)\s+)?(?:in|from)\s+(?:the\s+)?")
_JOINED = re.compile(r"(?:,|,?\s+and)\s+$")


def placed_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Count the entries of which rows name the place that follows; None where a number says nothing of the kind."""
    text = context.sentence.text
    if number.form != "plain" or number.hedge or number.percent or DENIED.search(text):
        return None
    first = next((m for n in context.sentence.numbers if (m := _PLACED.match(text, n.end))), None)
    if first is None or context.sentence.left_out:
        return None
    own = _PLACED.match(text, number.end)
    if own is None and _JOINED.search(text[: number.start]) and first.end() < number.start:
        own = _AS_WELL.match(text, number.end)
    place = next((m for m in context.sentence.names if own and m.start == own.end()), None)
    if place is None:
        return None
    for table in context.vocabulary.tables:
        counted = _counted(context, table, place, first["noun"])
        if counted is not None:
            right = number.values[0] == counted
            told = f"{counted} with {place.text}"
            return Check(
                text=number.text,
                verdict="derived" if right else "contradicted",
                evidence=table.evidence,
                detail=told if right else f"{table.evidence}: {told}",
            )
    return None


def _counted(context: SentenceContext, table: Table, place: Mention, noun: str) -> int | None:
    """Number of entries, in the column that a noun means, of the rows with a place."""
    own = place.columns & table.columns
    word = next((w for w in context.sentence.words if w.text == noun), None)
    columns = [c for c in table.columns - own if word and word.stem in stems_of_name(c)]
    if len(own) != 1 or len(columns) != 1 or not table.complete:
        return None
    (where,), called = own, context.vocabulary.same(place.names)
    return len(
        {
            row.names[columns[0]]
            for row in table.rows
            if columns[0] in row.names and row.names.get(where, "").casefold() in called
        }
    )
