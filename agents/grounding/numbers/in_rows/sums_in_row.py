"""Sums and shares over several columns of one row: `Norway won 1,312 medals`, of gold, silver and bronze."""

import re
from collections.abc import Sequence

from agents.grounding.binding.owners import owners
from agents.grounding.binding.rows import rows_of
from agents.grounding.checks.series import plain
from agents.grounding.numbers.context import SentenceContext
from agents.grounding.quantified.judged import DENIED
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Measure, Table
from agents.grounding.tables.derived import ENTRY, long_form, once
from agents.grounding.tables.matching import says, says_scaled
from agents.outputs import Check

_ADDED = frozenset({"total", "count", None})
_DIGITS = 2
"""Digits from which on a number is hardly a sum by accident."""
_SHARE = re.compile(r"\s+of\b|\s*\)|\s*[.,;]|\s*$")
_OF_IT = re.compile(r"\b(?:made|makes?|accounts?|accounted)\s+(?:up\s+)?(?:for\s+)?\W*$", re.IGNORECASE)


def sum_in_row_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Look for a number among the sums of alike columns of the row that the sentence speaks of, and shares in these."""
    sentence = context.sentence
    share = number.percent or number.form == "fraction"
    if number.hedge in {"over", "under"} or number.points or DENIED.search(sentence.text):
        return None
    if not share and (number.form != "plain" or len(re.sub(r"\D", "", number.text).strip("0")) < _DIGITS):
        return None
    for table in context.vocabulary.tables:
        for columns in _alike(table):
            for owner in owners(sentence, number, context.values):
                rows = (rows_of(table, owner, context.vocabulary) or []) if owner.mentions else []
                if len(rows) != 1 or rows[0].whole or any(m.name not in rows[0].values for m in columns):
                    continue
                values = {m.name: rows[0].values[m.name] for m in columns}
                found = _share(context, number, columns, values) if share else _sum(context, number, columns, values)
                if found:
                    detail = f"{rows[0].title}: {found}"
                    return Check(text=number.text, verdict="derived", evidence=table.evidence, detail=detail)
    return None


def _alike(table: Table) -> list[list[Measure]]:
    """Columns that count or add up things of one kind, three or more of them or all there are."""
    found: list[list[Measure]] = []
    for long in once(table, long_form):
        entries = {row.names[ENTRY] for row in long.rows}
        columns = [m for m in table.measures.values() if m.name.replace("_", " ") in entries]
        if len(columns) > 1 and all(m.aggregate in _ADDED and not m.percent for m in columns):
            found.append(columns)
    return found


def _sum(
    context: SentenceContext, number: WrittenNumber, columns: Sequence[Measure], values: dict[str, float]
) -> str | None:
    """The sum of the columns named right after a number, or of all of them if none is named there."""
    after = context.sentence.text[number.end :]
    listed = re.match(r"[^.;,:()\d]{0,60}", after)
    named = _named(context.sentence, context, number.end, number.end + (listed.end() if listed else 0), columns)
    chosen = named if len(named) > 1 else [] if named else list(columns)
    if len(chosen) < 2 or not says_scaled(number, sum(values[m.name] for m in chosen), columns[0].scale):
        return None
    return " + ".join(f"{m.name} {plain(values[m.name])}" for m in chosen)


def _share(
    context: SentenceContext, number: WrittenNumber, columns: Sequence[Measure], values: dict[str, float]
) -> str | None:
    """The share of the only column that is named in the sum of all of them."""
    text = context.sentence.text
    if not (_SHARE.match(text, number.end) or _OF_IT.search(text[: number.start])):
        return None
    named = _named(context.sentence, context, 0, len(text), columns)
    whole = sum(values.values())
    if len(named) != 1 or not whole or min(values.values()) < 0:
        return None
    part = values[named[0].name]
    value = (100 if number.percent else 1) * part / whole
    return f"{named[0].name} {plain(part)} of {plain(whole)}" if says(number, value) else None


def _named(
    sentence: Sentence, context: SentenceContext, start: int, end: int, columns: Sequence[Measure]
) -> list[Measure]:
    """The columns that words of a part of the sentence name; a word that names all of them names none."""
    words = [word for word in sentence.words if start <= word.start < end]
    each = [context.vocabulary.named(word, by_needs=False) for word in words]
    each = [some for some in each if not all(m in some for m in columns)]
    return [m for m in columns if any(m in some for some in each)]
