"""Counts of periods in which a measure rose or fell: `rose in five of the seven years`, `fell in two months`."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from agents.grounding.binding.directions import MOVED_DOWN, MOVED_UP
from agents.grounding.binding.owners import Owner
from agents.grounding.binding.rows import rows_named, rows_of
from agents.grounding.checks.row_groups import rows_between
from agents.grounding.checks.series import Computed, series_for
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row, Table, in_time

_IN = re.compile(
    r"\b(?:in|during|for)\s+(?:only\s+|just\s+|exactly\s+|all\s+|all\s+but\s+|the\s+other\s+)?$"
    r"|\b(?:of|out\s+of)\s+(?:the\s+|its\s+|these\s+|all\s+)?(?:last\s+|past\s+)?$",
    re.IGNORECASE,
)
"""Words before the number of periods: `rose in five`, `in five of the seven`."""
_OF = re.compile(r"\b(?:of|out\s+of)\s[^,;]*$", re.IGNORECASE)
_AND = re.compile(r",?\s+(?:and|but)\s+", re.IGNORECASE)
_SINCE = re.compile(r"\b(?:after|since|from)\s+$", re.IGNORECASE)
_STEP_NOUN = re.compile(r"\s+(?:[\w-]+\s+)?(?:steps?|changes|comparisons|transitions|moves)\b", re.IGNORECASE)


def is_steps(sentence: Sentence, number: WrittenNumber) -> bool:
    """Return whether a noun for steps stands behind a number: `the seven year-to-year steps`."""
    return bool(_STEP_NOUN.match(sentence.text, number.end)) and _way(sentence, number) is not None


def counted_steps(
    sentence: Sentence, number: WrittenNumber, table: Table, vocabulary: Vocabulary
) -> Iterator[Computed]:
    """Count the steps from one period to the next that go as the verb says, or for the seven of `of the seven` all."""
    before = sentence.text[: number.start]
    sign = _way(sentence, number) if table.timed and _IN.search(before) else None
    rows = _rows(sentence, number, table, vocabulary) if sign else None
    if not rows or len({tuple(sorted(row.names.items())) for row in rows}) != 1:
        return
    for one in series_for(sentence, number, vocabulary, rates=False):
        there = [row for row in in_time(rows) if one.value(row) is not None] if one.table is table else []
        moves = [row for last, row in pairwise(there) if (one.held(row) - one.held(last)) * (sign or 0) > 0]
        if len(there) < _FEWEST:
            continue
        if _OF.search(before[-12:]):
            yield Computed(float(len(there) - 1), f"{len(there) - 1} steps of {one.name}", table.evidence, "count")
            if not is_steps(sentence, number):
                yield Computed(float(len(there)), f"{len(there)} in all", table.evidence, "count")
        else:
            told = f"{one.name} {'rose' if sign == 1 else 'fell'} {len(moves)} times"
            names = ", ".join(row.title for row in moves[:6])
            yield Computed(float(len(moves)), f"{told} ({names})", table.evidence, "count")


_FEWEST = 3
"""Periods from which on steps are counted."""


def _way(sentence: Sentence, number: WrittenNumber) -> int | None:
    """The way that a number's verb goes: the last verb before it in its clause, else the first one behind it."""
    start, end = clause_span(sentence.text, number.start)
    moves = sorted(
        (match.start(), sign)
        for way, sign in ((MOVED_UP, 1), (MOVED_DOWN, -1))
        for match in way.finditer(sentence.text, start, end)
    )
    before = [sign for place, sign in moves if place < number.start]
    after = [
        sign for place, sign in moves if place > number.start and not _AND.search(sentence.text[number.end : place])
    ]
    return before[-1] if before else after[0] if after else None


def _rows(sentence: Sentence, number: WrittenNumber, table: Table, vocabulary: Vocabulary) -> Sequence[Row] | None:
    """The rows of a sentence's names, of the span of time that it says; None if its times are no such span."""
    rows = rows_of(table, Owner(tuple(sentence.names)), vocabulary) if sentence.names else table.rows
    rows = [row for row in rows or () if row.moments and not row.whole]
    spans = [between for _, between in rows_between(sentence, table, vocabulary)]
    if spans:
        return [row for row in rows if row in spans[0]]
    if len(sentence.times) == 1 and _SINCE.search(sentence.text[: sentence.times[0].start]):
        first = [row.order for row in rows_named(table, sentence.times[0], vocabulary)]
        return [row for row in rows if first and row.order >= min(first)]
    listed = sentence.times and re.match(r"[^;,.]{0,40}[:(]", sentence.text[number.end :])  # "in three years: 2003, …"
    return rows if listed or not sentence.times else None
