"""Differences whose sides are not named: those of the only two entries, and the lead over the runner-up."""

import re
from collections.abc import Iterator, Sequence

from agents.grounding.binding.owners import Owner
from agents.grounding.binding.rows import rows_of
from agents.grounding.checks.series import Computed, Series, plain, series_for
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import NO_ENTRY, Row

_GAP = re.compile(r"\b(?:gap|differences?|differs?|apart)\b", re.IGNORECASE)
_NEXT = re.compile(
    r"\b(?:runner-up|any\s+other|(?:the|its)\s+(?:next\s+(?:best|highest|largest)|closest\s+rival))\b", re.IGNORECASE
)


def unnamed_sides(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> Iterator[Computed]:
    """The difference of the two entries of a table, or of the entry named and the next one after it."""
    named = sentence.mentions
    gap, following = _GAP.search(sentence.text) and not named, _NEXT.search(sentence.text) and len(named) == 1
    ratio = number.form == "multiple" and following
    if not (ratio or (number.form == "plain" and (gap or following))):
        return
    for one in series_for(sentence, number, vocabulary, rates=number.points):
        rows = [row for row in one.table.rows if not row.whole and not row.called & NO_ENTRY]
        pair = _two(rows) if gap else _first_two(rows, one)
        if not one.table.complete and (gap or pair != rows[:2]):
            continue  # rows cut off may hold a higher value, unless the highest come first
        values = one.values(pair)
        if len(values) != 2 or (following and rows_of(one.table, Owner((named[0],)), vocabulary) != [pair[0]]):
            continue
        if ratio:
            told = f"{one.name}: {pair[0].title} {plain(values[0])}, next {pair[1].title} {plain(values[1])}"
            if values[1] > 0:
                yield Computed(values[0] / values[1], told, one.table.evidence, "ratio", oriented=True)
            continue
        scale = 100 if number.points and not one.measure.percent else 1
        told = f"{one.name}: {pair[0].title} {plain(values[0])}, {pair[1].title} {plain(values[1])}"
        yield Computed(scale * abs(values[0] - values[1]), told, one.table.evidence, "change")


def _two(rows: Sequence[Row]) -> Sequence[Row]:
    return rows if len(rows) == 2 else []


def _first_two(rows: Sequence[Row], series: Series) -> Sequence[Row]:
    return [row for row, _ in sorted(series.valued(rows), key=lambda pair: -pair[1])[:2]]
