"""The highest value less the lowest one: `the gap between the busiest and the quietest weekday is about 5,600`."""

import re
from collections.abc import Iterator
from dataclasses import replace

from agents.grounding.binding.directions import HIGHEST, LOWEST
from agents.grounding.checks.series import Computed, plain, series_for
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import NO_ENTRY

_HIGH, _LOW = rf"(?:{HIGHEST.pattern}|best\b)", rf"(?:{LOWEST.pattern}|worst\b)"
_HIGHEST, _LOWEST = re.compile(_HIGH, re.IGNORECASE), re.compile(_LOW, re.IGNORECASE)
_BOTH = re.compile(
    rf"\b(?:between|from|separat\w+|than)\s+(?:the\s+)?(?:{_HIGH}|{_LOW})[^.;,()]{{0,40}}?"
    rf"\b(?:and|from|to|than|in)\s+(?:the\s+)?(?:{_HIGH}|{_LOW})",
    re.IGNORECASE,
)


def is_between_extremes(sentence: Sentence) -> bool:
    """Return whether a sentence names both ends of a measure as what a difference is between."""
    match = _BOTH.search(sentence.text)
    return match is not None and bool(_HIGHEST.search(match[0]) and _LOWEST.search(match[0]))


def between_extremes(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> Iterator[Computed]:
    """The difference of both ends of a measure, where a sentence names both; the ratio for a multiple."""
    if not is_between_extremes(sentence):
        return
    if sentence.names or sentence.times:
        return  # the ends are named, and compared as two entries
    every = series_for(sentence, number, vocabulary, rates=False)
    every += series_for(replace(sentence, aggregates=[]), number, vocabulary, rates=False)
    for one in every:
        rows = [row for row in one.table.rows if not row.called & NO_ENTRY]
        values = one.values(rows)
        if len(values) < 2 or not one.table.complete or one.measure.needs:
            continue
        high, low = max(values), min(values)
        told = f"highest {one.name} {plain(high)}, lowest {plain(low)}"
        if number.form == "multiple":
            if low:
                yield Computed(high / low, told, one.table.evidence, "ratio")
        elif number.percent and not number.points and not one.measure.percent:
            for base in (high, low):
                if base:
                    yield Computed(100 * (high - low) / abs(base), told, one.table.evidence, "change")
        else:
            share = number.points and not one.measure.percent and max(abs(high), abs(low)) <= 1
            yield Computed(
                (100 if share else 1) * (high - low), told, one.table.evidence, "change", scale=one.measure.scale
            )
