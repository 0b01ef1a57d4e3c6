"""Superlatives of a number without a name: `the peak was 472`, `66 is the highest number of points`."""

import re
from collections.abc import Iterator, Sequence

from agents.grounding.checks.series import Series, plain
from agents.grounding.quantified.judged import Judged
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import NO_ENTRY, Row
from agents.grounding.tables.matching import says, says_cell


def ordered(series: Series, rows: Sequence[Row], highest: bool) -> list[Row]:
    """The rows that have a value, the first by it first."""
    there = [row for row in rows if series.value(row) is not None]
    return sorted(there, key=series.held, reverse=highest)


APPENDED = re.compile(r"\d\s?%?(?:,|\s\()")
"""Between a superlative with its number and the row that is told with it: `the highest was 40.0, for Bergen`."""


_IS_THE = re.compile(r"\s+(?:is|was|are|were)\s+(?:the\s+|their\s+|its\s+)?", re.IGNORECASE)


def extreme_number(
    sentence: Sentence, start: int, end: int, series: Sequence[Series], highest: bool
) -> Iterator[Judged]:
    """A superlative with a number but without a name: `the peak was 472`."""
    near = [
        n for n in sentence.numbers if n.start >= end and n.form == "plain" and sentence.text[end : n.start].strip(" -")
    ]
    before = [n for n in sentence.numbers if _IS_THE.fullmatch(sentence.text, n.end, max(n.end, start))]
    near = [n for n in before if n.form == "plain"] or near  # "34.4 is the lowest total"
    if not near:
        return
    number = near[0]
    for one in series:
        in_order = ordered(one, [row for row in one.table.rows if not row.called & NO_ENTRY], highest)
        if len(in_order) < 2 or one.measure.aggregate in {"highest", "lowest"}:
            continue
        values = [one.held(row) for row in in_order]
        if not any(says_cell(number, value, one.measure) or says(number, value) for value in values):
            continue
        true = says_cell(number, values[0], one.measure) or says(number, values[0])
        told = f"the {'highest' if highest else 'lowest'} {one.name} is {plain(values[0])} ({in_order[0].title})"
        yield Judged(sentence.text[start:end], start, true, told, one.table.evidence)
