"""Rows that keep the conditions of a sentence, each told of a column: `when the rank is above 3 and wins below 20`."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from statistics import fmean
from types import MappingProxyType

from agents.grounding.binding.directions import HIGHEST, LOWEST
from agents.grounding.checks.counted.counts import BOUNDS
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.words import Token, stems_of_name
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import NO_ENTRY, Measure, Row, Table
from agents.grounding.tables.matching import bounds, says_cell

_FIGURES: Sequence[tuple[re.Pattern[str], Callable[[Sequence[float]], float]]] = (
    (HIGHEST, max),
    (LOWEST, min),
    (re.compile(r"\b(?:average|mean)\b", re.IGNORECASE), fmean),
    (re.compile(r"\b(?:sum|total|combined)\b", re.IGNORECASE), fsum),
)
"""Words for a figure of several rows, each with the way to compute it."""
_CONDITION = re.compile(r"\b(?:when|where|if|having|whose|with|that ha(?:s|ve|d))\b", re.IGNORECASE)
_NOT_COMPUTED = re.compile(
    r"\b(?:not?|never|none|only|each|every|both|or|except|without|difference|between|second|third|than\s+(?!\d)[a-z]+)\b",
    re.IGNORECASE,
)
"""Words by which a sentence says more than one figure of the rows that keep all conditions."""


@dataclass(frozen=True)
class Selection:
    """A figure of the rows that keep the conditions of a sentence.

    Attributes:
        told: The number that the sentence gives for it.
        measure: The column that it is of.
        value: The figure itself.
        rows: The number of rows.
        sure: It can be nothing else, so that another number is wrong.
    """

    told: WrittenNumber
    measure: Measure
    value: float
    rows: int
    sure: bool


def kept_rows(sentence: Sentence, table: Table, vocabulary: Vocabulary) -> list[Row]:
    """Find the rows that keep the conditions of a sentence; none if it sets none, or one that is not read."""
    condition = _CONDITION.search(sentence.text)
    if condition is None or not table.complete or sentence.times or _NOT_COMPUTED.search(sentence.text):
        return []
    numbers = [n for n in sentence.numbers if n.start > condition.end()]
    if not numbers or any(n.form != "plain" or n.percent for n in numbers):
        return []
    if not any(n.hedge in BOUNDS for n in numbers) or any(m.start < condition.start() for m in sentence.names):
        return []
    columns = columns_of(sentence, numbers, table)
    if not all(len(names) == 1 for names in columns.values()):
        return []
    return [
        row
        for row in table.rows
        if not row.whole
        and not row.called & NO_ENTRY
        and all(vocabulary.same(m.names) & row.called for m in sentence.names)
        and fits(numbers, columns, table, row)
    ]


def selection_of(sentence: Sentence, table: Table, vocabulary: Vocabulary) -> Selection | None:
    """Compute the figure that a sentence tells of the rows that keep its conditions."""
    rows = kept_rows(sentence, table, vocabulary)
    condition = _CONDITION.search(sentence.text)
    if not rows or condition is None:
        return None
    told = [n for n in sentence.numbers if n.start < condition.start()]
    figures = [compute for word, compute in _FIGURES if word.search(sentence.text, 0, condition.start())]
    if len(told) != 1 or len(figures) != 1 or told[0].hedge or told[0].form != "plain" or told[0].percent:
        return None
    of = [table.measures[c] for c in columns_of(sentence, told, table)[told[0]] if c in table.measures]
    if len(of) != 1 or any(of[0].name not in row.values for row in rows):
        return None
    sure = of[0].aggregate is None and all(n.hedge in BOUNDS for n in sentence.numbers if n is not told[0])
    return Selection(told[0], of[0], figures[0]([row.values[of[0].name] for row in rows]), len(rows), sure)


def columns_of(
    sentence: Sentence, numbers: Sequence[WrittenNumber], table: Table
) -> dict[WrittenNumber, frozenset[str]]:
    """The columns that the words beside each number name; where none does, all that the sentence names."""
    stems = {column: stems_of_name(column) for column in (*table.measures, *table.columns)}
    stems = {column: own | (_PLACES if own & _PLACES else frozenset()) for column, own in stems.items()}
    every = frozenset(column for column, own in stems.items() if own & {word.stem for word in sentence.words})
    found: dict[WrittenNumber, frozenset[str]] = {}
    for number in numbers:
        beside = list(_beside(sentence, number))
        before = _nearest([word for word in beside if word.start < number.start][::-1], stems)
        after = _nearest([word for word in beside if word.start >= number.end], stems)
        found[number] = before | after or (every if not number.word else frozenset())
    return found


_PLACES = frozenset().union(*map(stems_of_name, ("place", "position", "pos", "rank", "ranking", "finish", "standing")))
"""Words for a place among others."""


def _nearest(words: Sequence[Token], stems: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The columns that the first of some words names that names any; of several, those of which most words are said."""
    for word in words:
        shares = {c: len(own & {w.stem for w in words}) / len(own) for c, own in stems.items() if word.stem in own}
        if shares:
            return frozenset(column for column, share in shares.items() if share == max(shares.values()))
    return frozenset()


def _beside(sentence: Sentence, number: WrittenNumber) -> Iterator[Token]:
    """The words between a number and its neighbours, up to a comma or `and`."""
    before = [n.end for n in sentence.numbers if n.end <= number.start]
    after = [n.start for n in sentence.numbers if n.start >= number.end]
    start = max([*before, *(m.end() for m in _PART.finditer(sentence.text, 0, number.start))], default=0)
    end = min([*after, *(m.start() for m in _PART.finditer(sentence.text, number.end))], default=len(sentence.text))
    return (word for word in sentence.words if start <= word.start < end)


_PART = re.compile(r",\s|\b(?:and|when|where|whose|having|with|but|while|if)\b", re.IGNORECASE)


def fits(
    numbers: Sequence[WrittenNumber],
    columns: Mapping[WrittenNumber, frozenset[str]],
    table: Table,
    row: Row,
    taken: Mapping[str, WrittenNumber] = MappingProxyType({}),
) -> bool:
    """Return whether each number has a column of its own in a row that holds it; bounds may share theirs."""
    if not numbers:
        return True
    first, *rest = numbers
    for column in columns[first]:
        other = taken.get(column)
        if other is not None and not (first.hedge in BOUNDS and other.hedge in BOUNDS):
            continue
        if _holds(first, table, row, column) and fits(rest, columns, table, row, {**taken, column: first}):
            return True
    return False


def _holds(number: WrittenNumber, table: Table, row: Row, column: str) -> bool:
    value = row.values.get(column)
    if value is None:
        told = _ONE_NUMBER.fullmatch(row.names.get(column, ""))
        return told is not None and number.hedge is None and float(told[1]) == number.values[0]
    if number.hedge in BOUNDS:
        return bool(bounds(number, value))
    return value == number.values[0] if number.form == "rank" else says_cell(number, value, table.measures[column])


_ONE_NUMBER = re.compile(r"[a-z#]?\s?0*(\d+(?:\.\d+)?)(?:st|nd|rd|th|[a-z%])?", re.IGNORECASE)
"""A cell of text that is a number with little beside it: `t1`, `3rd`, `27 %`."""
