"""Numbers of a sentence that tells one row by its columns: `rank 3 with 2 gold medals and more than 1 silver medal`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from agents.grounding.binding.directions import HIGHEST, LOWEST, MOVED_DOWN, MOVED_UP
from agents.grounding.checks.counted.counts import BOUNDS
from agents.grounding.numbers.context import SentenceContext
from agents.grounding.numbers.texts import tells_day
from agents.grounding.reading.words import Token, stems_of_name
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row, Table
from agents.grounding.tables.matching import bounds, says_cell
from agents.grounding.tables.moments import means
from agents.outputs import Check

_MOST = 6
"""Numbers of a sentence that tells one row."""
_OF_MANY_ROWS = re.compile(
    r"\b(?:not?|never|none|only|each|every|all|both|average|mean|median|total\s+of|sum|combined|together|difference"
    r"|(?:number|amount)\s+of|times?|twice|than\s+(?!\d)[a-z]+|between|(?<!at )(?:least|most))\b",
    re.IGNORECASE,
)
"""Words of sentences about more than one row."""


def told_row_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Find a row that has all names, times and numbers of a sentence, each number in a column that is named for it."""
    sentence = context.sentence
    numbers = [n for n in sentence.numbers if n.form in {"plain", "rank"} and not n.percent]
    if len(numbers) < len(sentence.numbers) or number not in numbers or len(numbers) > _MOST or _of_many(context):
        return None
    # One number beside one name has been read by the steps before: here, the parts have to bear each other out.
    enough = len(numbers) > 1 or number.form == "rank" or (len(sentence.mentions) > 1 and number.hedge in BOUNDS)
    if not enough or not (sentence.mentions or sum(n.hedge not in BOUNDS for n in numbers) > 1):
        return None
    for table in context.vocabulary.tables:
        if "coefficient" in table.measures or len(table.rows) < 2:
            continue
        columns = columns_of(sentence, numbers, table)
        if not all(columns.values()):
            continue
        for row in table.rows:
            if not row.whole and has_names(context, row) and fits(numbers, columns, table, row):
                return Check(text=number.text, verdict="verified", evidence=table.evidence, detail=row.title)
    return None


def _of_many(context: SentenceContext) -> bool:
    text = context.sentence.text
    return any(pattern.search(text) for pattern in (_OF_MANY_ROWS, HIGHEST, LOWEST, MOVED_UP, MOVED_DOWN))


def has_names(context: SentenceContext, row: Row) -> bool:
    """Return whether a row has every name and time of a sentence."""
    sentence = context.sentence
    return all(context.vocabulary.same(m.names) & row.called for m in sentence.names) and all(
        m.date is not None and (any(means(m.date, moment) for moment in row.moments.values()) or tells_day(row, m.date))
        for m in sentence.times
    )


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


_PART = re.compile(r",\s|\b(?:and|when|with|but|while|if)\b", re.IGNORECASE)


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
