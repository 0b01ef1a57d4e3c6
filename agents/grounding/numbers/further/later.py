"""Values after the last time that a sentence names: `climbed to 111 in 2021 before dropping back to 102`."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from agents.grounding.binding.cells_meant import cells_for
from agents.grounding.binding.directions import MOVED_DOWN, MOVED_UP
from agents.grounding.binding.owners import owners
from agents.grounding.binding.rows import rows_named
from agents.grounding.names.mentions import Mention
from agents.grounding.numbers.context import SentenceContext, in_cell
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import segment_at
from agents.grounding.tables.cells import Cell
from agents.grounding.tables.matching import says_cell
from agents.outputs import Check

_AFTER = re.compile(r"\b(?:after|since)\s+(?:the\s+)?(?:\w+\s+(?:of|in)\s+)?$", re.IGNORECASE)
_THEN = re.compile(r"\b(?:before|then|afterwards|later|subsequently|bevor|danach|dann)\b", re.IGNORECASE)


def later_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Look for a number in the rows of the same entry after the time that is named before it."""
    sentence = context.sentence
    start, end = segment_at(sentence.text, number.start)
    part = sentence.text[start:end]
    times = [m for m in sentence.times if m.end <= start]
    moved = MOVED_UP.search(part) or MOVED_DOWN.search(part)
    if moved and (found := _after(context, number)):
        return found
    if found := _at_last(context, number):
        return found
    if not moved or not _THEN.search(part) or not times or any(start <= m.start < end for m in sentence.times):
        return None
    return next(
        (in_cell(number, cell) for cell in _cells(context, number) if _is_later(context, cell, times[-1])), None
    )


def _cells(context: SentenceContext, number: WrittenNumber) -> Iterator[Cell]:
    """The cells that hold a number, whatever times the sentence names."""
    view = replace(context.sentence, times=[])
    for owner in owners(view, number, context.values):
        for cell in cells_for(view, number, context.values, context.vocabulary, owner):
            if says_cell(number, cell.value, cell.measure):
                yield cell


def _is_later(context: SentenceContext, cell: Cell, time: Mention) -> bool:
    named = rows_named(cell.table, time, context.vocabulary)
    return bool(named) and cell.row.order > max(row.order for row in named)


def _after(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Look for the numbers after a time, in their order: `after 2010 it fell to 8.9 and then 8.1`."""
    sentence = context.sentence
    before = [m for m in sentence.times if m.end <= number.start]
    if not before or not _AFTER.search(sentence.text[: before[-1].start]):
        return None
    listed = [n for n in context.values if n.start >= before[-1].end]
    if number not in listed or any(m.start >= before[-1].end for m in sentence.times):
        return None
    chosen: dict[str, list[tuple[int, Cell]]] = {}
    for place, one in enumerate(listed):
        for cell in _cells(context, one):
            if _is_later(context, cell, before[-1]):
                chosen.setdefault(cell.measure.name, []).append((place, cell))
    for found in chosen.values():
        orders = [[cell.row.order for at, cell in found if at == place] for place in range(len(listed))]
        own = next((cell for place, cell in found if listed[place] is number), None)
        if own and all(orders) and all(min(a) < max(b) for a, b in pairwise(orders)):
            return in_cell(number, own)
    return None


_TO = re.compile(r"\bto\s+(?:about\s+|just\s+|only\s+)?[^\w\s]?$", re.IGNORECASE)
_SINCE = re.compile(
    r"\bsince\b(?!\s+(?:the\b|\d))[^.;]{0,60}\bto\s+(?:about\s+|just\s+|only\s+)?[^\w\s]?$", re.IGNORECASE
)


def _at_last(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Look for the end of a move up to now in the last row: `it peaked in 2010 and has since fallen to 29,329`."""
    sentence = context.sentence
    before = sentence.text[: number.start]
    since = _SINCE.search(before)
    led_to = not sentence.times and not sentence.before and _TO.search(before)
    led_to = led_to and (MOVED_UP.search(before) or MOVED_DOWN.search(before))
    if not led_to and (since is None or any(m.start >= since.start() for m in sentence.times)):
        return None
    at_last = (
        c for c in _cells(context, number) if c.row.moments and c.row.order == max(r.order for r in c.table.rows)
    )
    return next((in_cell(number, cell) for cell in at_last), None)
