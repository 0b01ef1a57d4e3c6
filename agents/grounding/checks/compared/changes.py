"""Differences and ratios of two values that a sentence compares."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, product

from agents.grounding.binding.directions import DOWN, HIGHEST, LOWEST, MOVED_DOWN, MOVED_UP, UP, pairs_in
from agents.grounding.binding.owners import Owner, kinds_in, owners
from agents.grounding.binding.rows import rows_of
from agents.grounding.checks.compared.first_and_last import WHAT_IT_WAS, first_and_last
from agents.grounding.checks.compared.reference_values import reference_values
from agents.grounding.checks.compared.said_changes import BEFORE_NOW
from agents.grounding.checks.series import AVERAGE, Computed, Series, columns_with, plain, series_for, value_over
from agents.grounding.names.better import is_turned
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import bracket_at
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row, in_time
from agents.grounding.tables.matching import says_cell

_VERB_BEFORE = 30
"""Characters before a change in which its verb stands: `edged down by 5 %`."""
_RATE = re.compile(
    r"\b(?:rates?|shares?|ratio|proportion|portion|fraction|of (?:all|its|the|their)|per|percent\w*|account\w*)\b|%",
    re.IGNORECASE,
)


def changes(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> Iterator[Computed]:
    """Differences and growth between two values that the sentence compares."""
    for series, left, right, told, oriented in _compared(sentence, number, vocabulary):
        points = series.rate or series.measure.percent
        if number.percent:
            if right and not number.points:
                yield Computed(
                    100 * (left - right) / abs(right), f"change {told}", series.table.evidence, "change", oriented
                )
                if not oriented and left:
                    yield Computed(100 * (right - left) / abs(left), f"change {told}", series.table.evidence, "change")
            relative = COMPARED_BY.match(sentence.text, number.end) or is_relative(sentence, number)
            if (points and not relative) or number.points:
                factor = 1 if series.measure.percent else 100
                yield Computed(factor * (left - right), f"difference {told}", series.table.evidence, "change", oriented)
        elif number.form == "fraction":
            if right:
                yield Computed((left - right) / abs(right), f"change {told}", series.table.evidence, "change", oriented)
        else:
            if (points or _is_part(series)) and re.match(r"[\s-]points?\b", sentence.text[number.end :]):
                factor = 1 if series.measure.percent else 100
                yield Computed(factor * (left - right), f"difference {told}", series.table.evidence, "change", oriented)
                continue
            scale = series.measure.scale
            yield Computed(left - right, f"difference {told}", series.table.evidence, "change", oriented, scale)


def _is_part(series: Series) -> bool:
    """Return whether all values are parts of 1, which points are hundredths of: a survival rate of 0.97."""
    values = series.values(series.table.rows)
    return series.measure.aggregate in {"mean", "share", None} and all(0 <= value <= 1 for value in values)


def between_aggregates(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> Iterator[Computed]:
    """Differences of two ways to put the same values together: `the mean lies 150 above the median`."""
    kinds = list(dict.fromkeys(aggregate for _, aggregate in sentence.aggregates))
    if len(kinds) != 2 or number.percent or number.form != "plain":
        return
    for table in vocabulary.tables:
        sides = [[m for m in table.measures.values() if m.aggregate == kind and not m.of_result] for kind in kinds]
        for owner in owners(sentence, number, sentence.numbers):
            rows = rows_of(table, owner, vocabulary) or []
            for left, right in product(*sides) if len(rows) == 1 else ():
                if left.words == right.words and {left.name, right.name} <= rows[0].values.keys():
                    value = rows[0].values[left.name] - rows[0].values[right.name]
                    yield Computed(value, f"{left.name} less {right.name}", table.evidence, "change", scale=left.scale)


_ZERO = re.compile(r"\s+(?:[a-z]+\s+)?(?:below|above)\s+(?:zero|0)\b")
COMPARED_BY = re.compile(r"\s+(?:higher|lower|more|less|fewer|larger|smaller)\b")
"""Words after a percentage that is none of points: `15 % higher`."""
_ABOVE = re.compile(r"\s+(?:above|below|over|under|ahead)\b")
_EXCEEDS = re.compile(r"\b(?:exceed\w*|surpass\w*|outstrip\w*|beats?|tops?)\b[^.;,()]{0,60}\bby\s+(?:[a-z]+\s+)?$")


def is_relative(sentence: Sentence, number: WrittenNumber) -> bool:
    """Return whether a percentage tells how much more one rate is than another: `39 % above`, `exceeds it by 39 %`."""
    return bool(_ABOVE.match(sentence.text, number.end) or _EXCEEDS.search(sentence.text[: number.start]))


_STEP = re.compile(r"\s+(?:\w+\s+)?(?:each|every|per|a)\s+(\w+)", re.IGNORECASE)


def steps(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> Iterator[Computed]:
    """The step that every row in time takes: `rose by 3 each quarter`."""
    match = _STEP.match(sentence.text, number.end)
    word = next((w for w in sentence.words if match and w.start == match.start(1)), None)
    if word is None or number.percent:
        return
    for one in series_for(sentence, number, vocabulary, rates=False):
        if not one.table.timed or word.stem not in one.table.row_words:
            continue
        for owner in owners(sentence, number, sentence.numbers)[:1]:
            names = Owner(tuple(m for m in owner.mentions if not m.date))
            rows = in_time(rows_of(one.table, names, vocabulary) or ())
            taken = {
                round(b - a, 9)
                for left, right in pairwise(rows)
                if (a := one.value(left)) is not None and (b := one.value(right)) is not None
            }
            if len(taken) == 1 and len(rows) > 2:
                yield Computed(taken.pop(), f"each step of {one.name}", one.table.evidence, "change", oriented=True)


_LESS_THAN = re.compile(r"\s+(?:better|worse|lower|less|fewer|smaller|cheaper|shorter|faster|slower)\s+than\b")


def ratios(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> Iterator[Computed]:
    """Ratios of two values that the sentence compares."""
    found = list(_compared(sentence, number, vocabulary))
    if _AS_OFTEN.match(sentence.text, number.end):  # of a share, where there is one, and not of all cases
        found = [one for one in found if one[0].rate or one[0].measure.aggregate == "share"] or found
    for series, left, right, told, oriented in found:
        if right:
            yield Computed(left / right, f"ratio {told}", series.table.evidence, "ratio", oriented)
        if left and (not oriented or _LESS_THAN.match(sentence.text, number.end)):
            yield Computed(right / left, f"ratio {told}", series.table.evidence, "ratio")


_AS_OFTEN = re.compile(r"\s+(?:as|more)\s+(?:often|likely|frequently)\b", re.IGNORECASE)


_SIDE = re.compile(r"\s+(?:[a-z]+\s+)?(ahead|behind|\w+er)\b", re.IGNORECASE)
"""Words behind a difference that say which of the two has more: `0.6 minutes ahead`, `4 minutes faster`."""


def _compared(
    sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary
) -> Iterator[tuple[Series, float, float, str, bool]]:
    """Pairs of values that the sentence compares, the one it speaks of first."""
    rates = number.percent or bool(_RATE.search(sentence.text))
    every = series_for(sentence, number, vocabulary, rates=rates)
    every += [one for one in _of_stated(sentence, number, vocabulary) if one.name not in {o.name for o in every}]
    pairs = pairs_in(sentence, number.start)
    verb = sentence.text[max(0, number.start - _VERB_BEFORE) : number.start]
    led = bool(MOVED_UP.search(verb) or MOVED_DOWN.search(verb))  # of two times, the later one is where it led
    side = _SIDE.match(sentence.text, number.end)
    for pair in pairs:
        fixed = _others(sentence, number, (pair.subject, pair.reference))
        for one in every:
            sides = [
                rows_of(one.table, Owner((side, *fixed), frozenset({side})), vocabulary)
                for side in (pair.subject, pair.reference)
            ]
            left, right = (value_over(one, rows) for rows in sides)
            if left is not None and right is not None:
                told = f"{one.name}: {pair.subject.text} {plain(left)}, {pair.reference.text} {plain(right)}"
                if side and is_turned(side[1], one.measure):  # who is 2 minutes faster needs 2 minutes less
                    left, right = right, left
                yield one, left, right, told, pair.oriented or (led and bool(pair.reference.date))
    moved = BEFORE_NOW.search(sentence.text) or (
        UP.search(sentence.text) or DOWN.search(sentence.text) or number.signed
    )
    own_times = {m.date.key for m in in_clause_of(sentence, number) if m.date}
    if moved and (len(own_times) == 1 or not any(pair.subject.date for pair in pairs)):
        for owner in owners(sentence, number, sentence.numbers):
            for one in every:
                rows = rows_of(one.table, owner, vocabulary) or []
                if len(rows) == 2 and not sentence.times and one.table.timed:
                    rows = in_time(rows)[1:]  # all that is known is a before and an after
                for before in _earlier_rows(sentence, one, rows[0]) if len(rows) == 1 else ():
                    left, right = one.value(rows[0]), one.value(before)
                    if left is not None and right is not None:
                        yield one, left, right, f"{one.name}: {plain(left)}, {before.title} {plain(right)}", True
    if not pairs and len(sentence.times) == 1 and WHAT_IT_WAS.search(sentence.text[: sentence.times[0].start]):
        yield from first_and_last(sentence, number, every, vocabulary, since=sentence.times[0])
    if moved and not pairs and not sentence.times:
        yield from first_and_last(sentence, number, every, vocabulary)
    if _GAP.search(sentence.text[: number.start]) or number.points:
        yield from _both_rows(sentence, number, every, vocabulary)
    said = bool(AVERAGE.search(sentence.text) or HIGHEST.search(sentence.text) or LOWEST.search(sentence.text))
    if BEFORE_NOW.search(sentence.text) or (pairs and not _TO_AVERAGE.search(sentence.text)):
        return  # "on average four times those of third class"
    for owner in owners(sentence, number, sentence.numbers):
        for one in every:
            rows = rows_of(one.table, owner, vocabulary) or []
            for row, left in one.valued(rows) if len(rows) == 1 else ():
                if _ZERO.match(sentence.text, number.end):
                    yield one, left, 0.0, f"{one.name}: {row.title} {plain(left)}", True
                for name, right in reference_values(one, row, vocabulary, said):
                    yield one, left, right, f"{one.name}: {row.title} {plain(left)}, {name} {plain(right)}", True


_TO_AVERAGE = re.compile(
    r"\b(?:than|above|below|over|under|times|exceed\w*|with|to|as|of|from|against|vs\.?)\s+(?:the\s+|its\s+|an?\s+|all\s+)?"
    r"(?:[\w-]+\s+){0,2}(?:average|mean|expected|usual|overall|typical|norm\w*|\w{2,}est|second|next)\b",
    re.IGNORECASE,
)
"""Words by which something is compared with an average, which `on average` is not."""


def _of_stated(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> list[Series]:
    """The measures of the value stated right before a change: `earn 72,250 on average, 10,250 more than`."""
    before = [n for n in sentence.numbers if n.end <= number.start and n.form == "plain" and not n.word and not n.hedge]
    if not any(len(re.sub(r"\D", "", n.text)) > _FEW_DIGITS for n in before[-2:]):
        return []
    every = columns_with(vocabulary, lambda measure: not measure.of_result)
    return [
        one
        for one in every
        if any(says_cell(n, value, one.measure) for n in before[-2:] for value in one.values(one.table.rows))
    ]


_FEW_DIGITS = 2
_GAP = re.compile(r"\b(?:gap|difference|spread|divide|distance|lead)\b", re.IGNORECASE)


def _both_rows(
    sentence: Sentence, number: WrittenNumber, every: Sequence[Series], vocabulary: Vocabulary
) -> Iterator[tuple[Series, float, float, str, bool]]:
    """The two values of an entry that has two rows: the sexes in `the gap is 76 points in second class`."""
    for owner in owners(sentence, number, sentence.numbers):
        for one in every if owner.mentions else ():
            rows = rows_of(one.table, owner, vocabulary) or []
            values = one.values(rows)
            if len(rows) == len(values) == 2 < len(one.table.rows):
                left, right = max(values), min(values)
                yield one, left, right, f"{one.name}: {plain(left)} and {plain(right)}", False


def in_clause_of(sentence: Sentence, number: WrittenNumber) -> list[Mention]:
    """The times beside a number, between the commas around it."""
    bracket = bracket_at(sentence.text, number.start)
    place = bracket[0] - 1 if bracket else number.start  # "fell most in 2009 (-119,746)"
    start = max(sentence.text.rfind(mark, 0, place) for mark in ",;:(")
    ends = [place for mark in ",;:)" if (place := sentence.text.find(mark, number.end)) >= 0]
    end = min(ends, default=len(sentence.text))
    return [m for m in sentence.times if start < m.start < end]


YEAR_STEP = re.compile(
    r"\b(?:previous|prior|preceding|last)\s+year\b|\byear\s+(?:before|earlier)\b|\byear[\s-](?:on|over)[\s-]year\b",
    re.IGNORECASE,
)
"""Words for the time a year before."""


def _earlier_rows(sentence: Sentence, series: Series, row: Row) -> list[Row]:
    """The row before one in time, and that of a year before, of the same names."""
    if not row.moments:
        return []
    same = in_time(other for other in series.table.rows if other.names == row.names)
    now = next(iter(row.moments.values()))
    year = [
        other
        for other in same
        for then in other.moments.values()
        if now.year
        and then.year == now.year - 1
        and (then.quarter, then.month, then.day) == (now.quarter, now.month, now.day)
    ]
    if year and re.search(r"\byear|vorjahr", sentence.text, re.IGNORECASE):
        return year
    place = same.index(row)
    return same[place - 1 : place] if place else []


def _others(sentence: Sentence, number: WrittenNumber, sides: Sequence[Mention]) -> tuple[Mention, ...]:
    """Names and times of other kinds than those that are compared."""
    kinds = [kind for kind in kinds_in(sentence) if kind and not any(side in kind for side in sides)]
    found: list[Mention] = []
    for kind in kinds:
        before = [mention for mention in kind if mention.end <= number.start]
        found.append(before[-1] if before else kind[0])
    return tuple(found)
