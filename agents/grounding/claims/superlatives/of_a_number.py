"""Superlatives of a number without a name: `the peak was 472`, `66 is the highest number of points`."""

import re
from collections.abc import Iterator, Sequence

from agents.grounding.checks.counted.kept_rows import kept_rows
from agents.grounding.checks.series import Series, plain
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import Judged
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import NO_ENTRY, Row
from agents.grounding.tables.matching import says, says_cell


def ordered(series: Series, rows: Sequence[Row], highest: bool) -> list[Row]:
    """The rows that have a value, the first by it first."""
    return [row for row, _ in sorted(series.valued(rows), key=lambda pair: pair[1], reverse=highest)]


APPENDED = re.compile(r"\d\s?%?(?:,|\s\()")
"""Between a superlative with its number and the row that is told with it: `the highest was 40.0, for Bergen`."""


_IS_THE = re.compile(r"\s+(?:is|was|are|were)\s+(?:the\s+|their\s+|its\s+)?", re.IGNORECASE)


def extreme_number(
    sentence: Sentence, start: int, end: int, series: Sequence[Series], highest: bool, vocabulary: Vocabulary
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
    yield from _other_end(sentence, start, end, series, number, highest)
    for one in series:
        rows = kept_rows(sentence, one.table, vocabulary)
        kept = rows or [row for row in one.table.rows if not row.called & NO_ENTRY]
        in_order = ordered(one, kept, highest)
        own = {"highest", "lowest"} - (
            {"highest" if highest else "lowest"} if not (sentence.mentions or sentence.before) else set()
        )
        if len(in_order) < (1 if rows else 2) or one.measure.aggregate in own:
            continue  # beside a name, the longest delay of each is no longest of all
        values = [one.held(row) for row in in_order]
        if not any(says_cell(number, value, one.measure) or says(number, value) for value in values):
            continue
        true = says_cell(number, values[0], one.measure) or says(number, values[0])
        told = f"the {'highest' if highest else 'lowest'} {one.name} is {plain(values[0])} ({in_order[0].title})"
        yield Judged(sentence.text[start:end], start, true, told, one.table.evidence)


def _other_end(
    sentence: Sentence, start: int, end: int, series: Sequence[Series], number: WrittenNumber, highest: bool
) -> Iterator[Judged]:
    """A superlative with a number of the other end: `the shortest delay was 900`, which is a highest one."""
    own, other = ("highest", "lowest") if highest else ("lowest", "highest")
    for one in series if not (sentence.mentions or sentence.before) else ():
        values = one.values(one.table.rows)
        if one.measure.aggregate != own or len(values) < 2 or any(says_cell(number, v, one.measure) for v in values):
            continue
        for name, measure in one.table.measures.items():
            if measure.aggregate in {other, "mean", "median"} and measure.words == one.measure.words:
                there = [row.values[name] for row in one.table.rows if name in row.values]
                if any(says_cell(number, value, measure) for value in there):
                    extreme = plain((max if highest else min)(values))
                    told = f"{number.text} is in {name}; the {own} {one.name} is {extreme}"
                    yield Judged(sentence.text[start:end], start, False, told, one.table.evidence)
