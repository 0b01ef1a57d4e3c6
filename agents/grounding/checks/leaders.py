"""The entries with the highest values, by their number: `the top three`."""

import re
from collections.abc import Iterator

from agents.grounding.checks.series import Series
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row

_LARGEST = re.compile(
    r"\s+(?:\w+\s+)?(?:largest|biggest|busiest|highest|strongest|most\s+\w+)\b",
    re.IGNORECASE,
)


def first_by(series: Series, count: int) -> list[Row]:
    """The rows with the highest values."""
    valued = [pair for pair in series.valued(series.table.rows) if not pair[0].nameless]
    return [row for row, _ in sorted(valued, key=lambda pair: -pair[1])[:count]]


def leaders(sentence: Sentence) -> Iterator[int]:
    """Yield the number of largest entries that a sentence names: `the top three`."""
    for number in sentence.numbers:
        top = re.search(r"\b(?:top|first|leading)[\s-]+$", sentence.text[: number.start], re.IGNORECASE)
        if not number.percent and (top or _LARGEST.match(sentence.text, number.end)) and 1 < number.values[0] < 50:
            yield int(number.values[0])
