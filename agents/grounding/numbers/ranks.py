"""Ranks: `third by revenue`, `the 2nd of 16`."""

import re
from collections.abc import Sequence

from agents.grounding.binding.directions import HIGHEST, LOWEST
from agents.grounding.binding.measures import measures_of
from agents.grounding.binding.owners import Owner, owners
from agents.grounding.binding.rows import rows_of
from agents.grounding.checks.series import Series, plain, rank_of, series_for
from agents.grounding.names.better import BEST, ways_of
from agents.grounding.numbers.context import SentenceContext, in_cell
from agents.grounding.quantified.judged import stated_at
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.tables.cells import Row, Table, cells_of
from agents.grounding.tables.matching import says_cell
from agents.outputs import Check

_IN = re.compile(r"(?:\s+[a-z]{3,}s)?\s+(?:in|on)\s+(?:a\s+(?:\w+\s+)?)?")
"""Between a name and its place: `ahead of B6 in second place`."""
_RELATIVE = re.compile(r"\brelative|percent|%|fastest|sharpest|steepest|strongest|growth", re.IGNORECASE)
_RANKED = re.compile(
    r"\b(?:rank\w*|places?d?|position|most|least|\w+est|best|worst|finish\w*|comes?|came)\b", re.IGNORECASE
)
RANKED_MOVE = re.compile(r"[\s-]+[a-z]+est\s+(?:[a-z]+\s+)?(?:rise|increase|growth|gain|jump)\b")
"""Words after a rank among moves: `the second-largest rise`."""


def _among(context: SentenceContext, owner: Owner, table: Table, row: Row) -> list[Sequence[Row]]:
    """The rows among which one has its rank: those of its time, where the sentence names the time and an entry."""
    at = [m for m in owner.mentions if m.date]
    if not at or len(at) == len(owner.mentions) or not row.moments:
        return [table.rows]
    there = rows_of(table, Owner(tuple(at), frozenset(at)), context.vocabulary) or []
    return [there] if len(there) > 1 else [table.rows]


def rank_check(context: SentenceContext, number: WrittenNumber) -> Check:
    """Compare a rank with the order of the rows."""
    text, value = context.sentence.text, number.values[0]
    before = text[: number.start]
    if re.search(r"\b(?:top|first|last|worst|best|bottom|next)[\s-]*$", before, re.IGNORECASE):
        longest = max((len(table.rows) for table in context.vocabulary.tables), default=0)
        if 0 < value <= longest:
            return Check(text=number.text, verdict="verified", detail="a choice")
    day = number.text.endswith(("st", "nd", "rd", "th")) and any(m.day == value for m in context.vocabulary.moments)
    if day and not _RANKED.search(text):
        return Check(text=number.text, verdict="verified", detail="a day")
    beside = text[number.end : number.end + 40]
    lowest = bool(LOWEST.search(beside)) or bool(
        not re.match(rf"[\s-]+{HIGHEST.pattern}", beside, re.IGNORECASE)  # not that of another part of the sentence
        and re.search(r"\b(?:lowest|fewest|least|smallest|from the bottom|last)\b", text, re.IGNORECASE)
    )
    lowest = lowest and value > 0  # "second to last" counts from the end
    right = ""
    rates = bool(re.search(r"\b(?:rate|share|proportion|percentage|ratio)\b", text, re.IGNORECASE))
    named = (m for m in context.sentence.mentions if _IN.fullmatch(text, m.end, number.start))
    beside_it = [Owner((m,), frozenset({m})) for m in named]
    ranks = [n for n in context.sentence.numbers if n.form == "rank"]
    for owner in beside_it or owners(context.sentence, number, ranks):
        for one in _ranked_by(context, number, rates):
            rows = rows_of(one.table, owner, context.vocabulary)
            if one.name.startswith("growth of ") and not _RELATIVE.search(text):
                continue  # "the second-largest rise" is one of numbers
            if not rows or len(rows) > 2 or len(one.table.rows) < 2 or rows[0].whole:
                continue
            best = BEST.search(text)
            for ascending in [not way for way in ways_of(best[0], one.measure)] if best else (lowest,):
                for among in _among(context, owner, one.table, rows[0]):
                    rank = rank_of(one, rows[0], among, ascending=ascending)
                    if rank is None:
                        continue
                    told = f"{rows[0].title} is number {rank} of {len(among)} by {one.name}"
                    if rank == value or (value < 0 and rank == len(among) + 1 + value):
                        return Check(text=number.text, verdict="derived", evidence=one.table.evidence, detail=told)
                    right = right or f"{one.table.evidence}: {told}"
    if not right and (check := _at_rank(context, number, lowest)):
        return check
    for cell in cells_of(context.vocabulary.tables):
        if cell.measure.aggregate == "rank" and cell.value == value:
            return in_cell(number, cell)
    if not right and number.text.endswith("th"):
        for cell in cells_of(context.vocabulary.tables):
            if cell.measure.name.startswith("percentile") and cell.value == value and "percentile" in text:
                return Check(text=number.text, verdict="verified", evidence=cell.table.evidence)
    return Check(text=number.text, verdict="contradicted" if right else "unverified", detail=right)


def _ranked_by(context: SentenceContext, number: WrittenNumber, rates: bool) -> list[Series]:
    """The measures that a rank can be by: those of the value beside it where none is named."""
    every = series_for(context.sentence, number, context.vocabulary, rates=rates)
    if all(len(one.table.rows) < 2 for one in every):  # "57,383, more than business in second place"
        every = stated_at(context.sentence, number.start, number.end, context.vocabulary) or every
    values = [
        n for n in context.values if n.start >= number.end and _WITH.search(context.sentence.text[number.end : n.start])
    ]
    named = [m for n in values[:1] for m in measures_of(context.sentence, n, context.vocabulary) or ()]
    return [one for one in every if one.measure in named] or every


_WITH = re.compile(r"^[^.;,]{0,40}\b(?:with|at|on)\s+[^\w\s]?$")
"""Between a place and its value: `second with 30 points`."""
_OF_ORDER = re.compile(r"[\s-]+(?:most|least|\w+est|best|worst)\b", re.IGNORECASE)


def _at_rank(context: SentenceContext, number: WrittenNumber, lowest: bool) -> Check | None:
    """Compare the value beside a rank of which no name is said: `the second-best result was 40`."""
    sentence, place = context.sentence, int(number.values[0])
    values = [n for n in context.values if n.start >= number.end and n.hedge is None]
    if (
        sentence.names
        or sentence.times
        or len(values) != 1
        or place < 1
        or not _OF_ORDER.match(sentence.text, number.end)
    ):
        return None
    best, right = BEST.search(sentence.text), ""
    for one in series_for(sentence, values[0], context.vocabulary, rates=values[0].percent):
        there = sorted(value for row in one.table.rows if not row.whole and (value := one.value(row)) is not None)
        if not one.table.complete or not any(says_cell(values[0], value, one.measure) for value in there):
            continue
        for highest in ways_of(best[0], one.measure) if best else (not lowest,):
            ordered = there[::-1] if highest else there
            if place > len(ordered):
                continue
            told = f"number {place} by {one.name} is {plain(ordered[place - 1])}"
            if says_cell(values[0], ordered[place - 1], one.measure):
                return Check(text=number.text, verdict="derived", evidence=one.table.evidence, detail=told)
            right = right or f"{one.table.evidence}: {told}"
    return Check(text=number.text, verdict="contradicted", detail=right) if right else None
