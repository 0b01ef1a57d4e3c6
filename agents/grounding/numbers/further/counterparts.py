"""Numbers that are told beside another one, whose entry is not named: the other side, the rest, the whole of a kind."""

import re

from agents.grounding.binding.cells_meant import cells_for
from agents.grounding.binding.owners import Owner, owners
from agents.grounding.binding.rows import rows_of
from agents.grounding.checks.series import ADDITIVE, plain
from agents.grounding.numbers.context import SentenceContext, in_cell
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import segment_at
from agents.grounding.tables.cells import Cell
from agents.grounding.tables.matching import says, says_cell
from agents.outputs import Check


def counterpart_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Look for a number that another one of the sentence explains."""
    return _counterpart(context, number) or _rest(context, number) or _whole_of_its_kind(context, number)


_AGAINST = re.compile(
    r"[^.;()]{0,40}\b(?:against|versus|vs\.?|compared\s+(?:with|to))\s+(?:only\s+|just\s+|about\s+)?[^\w\s]?$",
    re.IGNORECASE,
)


def _counterpart(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Look for a number in other entries, put against that of the entry named: `(3.07 against 2.60)`."""
    sentence = context.sentence
    before = next((n for n in reversed(sentence.numbers) if n.end <= number.start), None)
    if before is None or not _AGAINST.fullmatch(sentence.text[before.end : number.start]):
        return None
    _, end = segment_at(sentence.text, number.start)
    if any(number.end <= m.start < end for m in sentence.mentions):
        return None  # its own entry is named
    for owner in owners(sentence, before, context.values):
        for cell in cells_for(sentence, before, context.values, context.vocabulary, owner):
            if not says_cell(before, cell.value, cell.measure):
                continue
            for row in cell.table.rows:
                differs = sum(row.names.get(column) != name for column, name in cell.row.names.items())
                value = row.values.get(cell.measure.name)
                if differs == 1 and value is not None and says_cell(number, value, cell.measure):
                    return in_cell(number, Cell(cell.table, row, cell.measure))
    return None


_REST = re.compile(r"\b(?:died|perished|drowned|failed|lost|without|not|never|missed|neither|remaining|rest)\b")


def _rest(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Subtract a part from its whole, where the sentence speaks of those that are left: `33 of the 58 died`."""
    whole = next((whole for part, whole in context.parts if part is number), None)
    if whole is None or number.percent or not _REST.search(context.sentence.text):
        return None
    for owner in owners(context.sentence, number, context.values):
        for table in context.vocabulary.tables:
            rows = rows_of(table, owner, context.vocabulary) or []
            for name, value in rows[0].values.items() if len(rows) == 1 else ():
                rest = whole.values[0] - value
                if whole.values[0] in rows[0].values.values() and rest >= 0 and says(number, rest):
                    told = f"{whole.text} less {name} {plain(value)}"
                    return Check(text=number.text, verdict="derived", evidence=table.evidence, detail=told)
    return None


def _whole_of_its_kind(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Add up what is named right after a whole: `162 of the 358 cardiology patients`."""
    if not any(whole is number for _, whole in context.parts):
        return None
    _, end = segment_at(context.sentence.text, number.start)
    named = [m for m in context.sentence.names if number.end <= m.start < end]
    for table in context.vocabulary.tables:
        rows = rows_of(table, Owner(tuple(named[:1])), context.vocabulary) or []
        for name, measure in table.measures.items():
            if table.complete and 1 < len(rows) < len(table.rows) and measure.aggregate in ADDITIVE:
                total = sum(row.values.get(name, 0.0) for row in rows)
                if says(number, total):
                    told = f"sum of {name} over {len(rows)} rows"
                    return Check(text=number.text, verdict="derived", evidence=table.evidence, detail=told)
    return None
