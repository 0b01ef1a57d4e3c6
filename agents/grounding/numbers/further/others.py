"""Numbers of the entries that a sentence does not name: `A won 5 times, the other seven won 12 times in total`."""

import re

from agents.grounding.binding.rows import rows_named
from agents.grounding.checks.counted.counts import BOUNDS
from agents.grounding.checks.row_groups import TOGETHER
from agents.grounding.checks.series import ADDITIVE, series_for
from agents.grounding.numbers.context import SentenceContext
from agents.grounding.numbers.counts import others_keep
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row, Table
from agents.grounding.tables.matching import says, says_cell, says_scaled
from agents.outputs import Check

_THE_OTHER = re.compile(r"\b(?:the|all)\s+(?:other|remaining)\s+$", re.IGNORECASE)
_EACH = re.compile(r"\s*(?:[a-z]+\s+)?each\b", re.IGNORECASE)
_OF_OTHERS = re.compile(r"\b(?:the|all)\s+(?:others?|remaining|rest)\b[^,;()]{0,60}$", re.IGNORECASE)


def said_of_others(sentence: Sentence, number: WrittenNumber) -> bool:
    """Return whether a number is said of the entries that the sentence does not name, and of all of these."""
    start, end = clause_span(sentence.text, number.start)
    if not _OF_OTHERS.search(sentence.text[start : number.start]):
        return False
    each = _EACH.match(sentence.text, number.end)
    return number.hedge in BOUNDS or bool(each) or bool(TOGETHER.search(sentence.text, start, end))


def others_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Verdict on the number of the other entries, a sum over these, and a bound; None on other numbers."""
    if number.form != "plain" or number.percent:
        return None
    if number.hedge is None and _THE_OTHER.search(context.sentence.text[: number.start]):
        return _count(context, number)
    if not said_of_others(context.sentence, number):
        return None
    if _EACH.match(context.sentence.text, number.end):
        return _held(context, number, each=True)
    if number.hedge in BOUNDS:
        if others_keep(context, number):
            return Check(text=number.text, verdict="derived", detail="a bound that these rows keep")
        there = any(_others(context, number, table) for table in context.vocabulary.tables)
        return Check(text=number.text, verdict="unverified") if there else None
    return _held(context, number, each=False)


def _held(context: SentenceContext, number: WrittenNumber, *, each: bool) -> Check | None:
    """Verdict on a value that each of the others is said to have, or all together; None if no table has others."""
    found = False
    for one in series_for(context.sentence, number, context.vocabulary, rates=False):
        values = one.values(_others(context, number, one.table))
        if not values or not (each or one.measure.aggregate in ADDITIVE):
            continue
        found, told = True, f"{one.name} of" if each else f"sum of {one.name} over"
        if (
            all(says_cell(number, value, one.measure) for value in values)
            if each
            else says_scaled(number, sum(values), one.measure.scale)
        ):
            told = f"{told} {len(values)} other rows"
            return Check(text=number.text, verdict="derived", evidence=one.table.evidence, detail=told)
    return Check(text=number.text, verdict="unverified") if found else None


def _count(context: SentenceContext, number: WrittenNumber) -> Check | None:
    left = {}
    for table in context.vocabulary.tables:
        others = _others(context, number, table)
        if others and says(number, float(len(others))):
            return Check(text=number.text, verdict="derived", evidence=table.evidence, detail=f"{len(others)} others")
        if others:
            left[table.evidence] = len(others)
    if not left:
        return None
    detail = "; ".join(f"{evidence}: {count} others" for evidence, count in left.items())
    return Check(text=number.text, verdict="unverified", detail=detail)


def _others(context: SentenceContext, number: WrittenNumber, table: Table) -> list[Row]:
    """The rows of a whole table that neither the sentence nor, if it names none, the one before names."""
    sentence = context.sentence
    mentions = [m for m in sentence.mentions if m.end <= number.start] or sentence.before
    named = [r for m in mentions for r in rows_named(table, m, context.vocabulary)]
    if not table.complete or not named or len(named) == len(table.rows):
        return []
    return [row for row in table.rows if row not in named and not row.nameless and not row.whole]
