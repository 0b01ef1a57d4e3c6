"""A name or time in a sentence, and words for ways to put values together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from agents.grounding.names.common_words import AGGREGATES
from agents.grounding.reading.words import Token
from agents.grounding.reading.written_dates import WrittenDate
from agents.grounding.tables.cells import Aggregate


@dataclass(frozen=True)
class Mention:
    """A name or time in a sentence.

    Attributes:
        start: Position of its first character.
        end: Position after its last.
        text: As it is written.
        names: Names of entries that it can mean, in lower case; empty for a time.
        columns: Columns that hold these names.
        date: The time, if it is one.
        together: Its names are meant together, as those of `four or more siblings`.
    """

    start: int
    end: int
    text: str
    names: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()
    date: WrittenDate | None = None
    together: bool = False


_TOTAL = re.compile(r"gesamt\w{3,}")
_MEAN = re.compile(r"durchschnitts\w{3,}|mittlere[nrs]?$")
"""German words that say the aggregate and the measure in one: `Gesamtumsatz`."""


def aggregates_in(text: str, words: Sequence[Token]) -> list[tuple[Token, Aggregate]]:
    """Words that say how values are put together; a number of things is a total, a mean number a mean."""
    words = [
        word for word in words if "_" not in text[max(0, word.start - 1) : word.end + 1]
    ]  # parts of a column's name
    found: list[tuple[Token, Aggregate]] = []
    for word in words:
        if (said := AGGREGATES.get(word.lower)) is not None:
            found.append((word, said))
        elif _TOTAL.match(word.lower):
            found.append((word, "total"))
        elif _MEAN.match(word.lower):
            found.append((word, "mean"))
    for before, word, after in zip([None, *words], words, words[1:], strict=False):
        if word.lower == "number" and after.lower == "of" and not (before and before.lower in AGGREGATES):
            found.append((word, "total"))
    found.sort(key=lambda pair: pair[0].start)
    beside = {
        later[0].start for earlier, later in pairwise(found) if text[earlier[0].end : later[0].start] == " "
    }  # the mean of a column of medians: "an average median pay"
    return [pair for pair in found if pair[0].start not in beside]
