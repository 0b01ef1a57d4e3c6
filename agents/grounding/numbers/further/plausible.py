"""Further readings of a number whose likeliest one does not hold.

A dense sentence has several subjects, measures and times. What stands in a number's own segment, between the marks and
conjunctions around it, belongs to it. What that segment leaves out is carried over from another one, and from which one
is a guess: such a number is right if any of these readings holds.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, product

from agents.grounding.binding.beside import lists_of, tied
from agents.grounding.binding.columns.measure_groups import measure_groups
from agents.grounding.binding.directions import HIGHEST, LOWEST, is_reference
from agents.grounding.binding.measures import following_words
from agents.grounding.binding.owners import dimensions, kinds_in
from agents.grounding.binding.rows import rows_named
from agents.grounding.binding.taken_together import told_together
from agents.grounding.checks.compared.said_changes import says_change
from agents.grounding.checks.counted.counts import BOUNDS
from agents.grounding.checks.sums import sums
from agents.grounding.names.mentions import Mention
from agents.grounding.numbers.cells import bounds_many, cell_check
from agents.grounding.numbers.computations import computed_check
from agents.grounding.numbers.context import SentenceContext, derived
from agents.grounding.numbers.further.counterparts import counterpart_check
from agents.grounding.reading.words import Token
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import in_segment, segment_at
from agents.grounding.sentences.sentence import Sentence, joined_with_previous
from agents.grounding.tables.cells import Aggregate, Measure, Table
from agents.grounding.tables.matching import says_cell, says_scaled
from agents.outputs import Check

_PRECISE = 2
"""Digits of a number from which on it is hardly a value of another measure by accident."""
_LISTED = 3
"""Numbers of a list that are a whole column rather than some of its values."""
_MOST = 40
"""Readings that are tried."""


def plausible_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Look for a number in the readings that its own segment leaves open."""
    if (number.hedge in BOUNDS and bounds_many(context, number)) or told_together(context.sentence, number):
        return None
    found = _listing(context, number) or _whole(context, number) or _in_readings(context, number)
    found = found or counterpart_check(context, number)
    if found or not _elliptical(context):
        return found
    joined, moved = joined_with_previous(context.sentence)
    values = [moved[n] for n in context.values if n in moved]
    return _in_readings(replace(context, sentence=joined, values=values), moved[number])


def _listing(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Find a list of numbers that is a whole column in its order: `falls from 63 % to 47 % to 24 %`."""
    listed = next((group for group in lists_of(context.sentence, _plain(context)) if number in group), [])
    if len(listed) < _LISTED:
        return None
    for table in context.vocabulary.tables:
        for name, measure in table.measures.items():
            values = [row.values[name] for row in table.rows if name in row.values]
            for ordered in (values, values[::-1]):
                if _is_run(context, listed, ordered, table, measure):
                    return Check(text=number.text, verdict="verified", evidence=table.evidence, detail=f"all of {name}")
    return None


def _is_run(
    context: SentenceContext, listed: Sequence[WrittenNumber], values: Sequence[float], table: Table, measure: Measure
) -> bool:
    """Return whether a list tells all values of a column, or those of neighbours of which the sentence names one."""
    size = len(listed)
    for place in range(len(values) - size + 1):
        part = values[place : place + size]
        if all(says_cell(one, value, measure) for one, value in zip(listed, part, strict=True)):
            if _in_other_order(context, listed, table, measure):
                return False
            ends = [row for row in table.rows if row.values.get(measure.name) in (part[0], part[-1])]
            named = context.sentence.mentions
            told = any(row in ends for mention in named for row in rows_named(table, mention, context.vocabulary))
            if size == len(values) or told:
                return True
    return False


def _in_other_order(context: SentenceContext, listed: Sequence[WrittenNumber], table: Table, measure: Measure) -> bool:
    """Return whether as many entries are listed as numbers, and one of them has none of these in its place."""
    for kind in kinds_in(context.sentence):
        for group in lists_of(context.sentence, kind):
            rows = [rows_named(table, m, context.vocabulary) for m in group]
            if len(group) != len(listed) or not all(rows):
                continue
            for number, own in zip(listed, rows, strict=True):
                values = [row.values[measure.name] for row in own if measure.name in row.values]
                if values and not any(says_cell(number, value, measure) for value in values):
                    return True
    return False


def _plain(context: SentenceContext) -> list[WrittenNumber]:
    return [number for number in context.sentence.numbers if number.form == "plain"]


def _whole(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Add up what is named before a number that is said to be a whole: `of EWR's 3,239, 1,104 came in spring`."""
    sentence = context.sentence
    if number.percent or number.hedge or number.form != "plain" or not _WHOLE.search(sentence.text[: number.start]):
        return None
    start, _ = segment_at(sentence.text, number.start)
    names = [m for m in sentence.names if start <= m.start < number.start]
    times = [m for m in sentence.times if start <= m.start < number.start]
    every: list[tuple[list[Mention], list[Mention]]] = [(names, times)]
    if _PART_OF.search(sentence.text[: number.start]):
        every.append(([], []))
    for (subjects, moments), words in product(every, list(_measures(context, number))):
        view = replace(sentence, words=words, names=subjects, times=moments, before=[])
        for one in sums(view, number, context.vocabulary):
            if one.kind == "sum" and says_scaled(number, one.value, one.scale):
                return derived(number, one)
    return None


_PART_OF = re.compile(r"\d\s+(?:out\s+)?of\s+(?:the\s+)?$")
"""Words before a whole whose part is stated: that of one entry, or that of all."""


def _in_readings(context: SentenceContext, number: WrittenNumber) -> Check | None:
    for sentence in islice(_readings(context, number), _MOST):
        view = replace(context, sentence=sentence)
        if found := cell_check(view, number) or computed_check(view, number):
            return found
    return None


def _elliptical(context: SentenceContext) -> bool:
    """Return whether a sentence names no measure itself but rows, so that it has that of the one before."""
    if context.sentence.previous is None:
        return False
    groups = measure_groups(context.sentence, context.vocabulary)
    named = (m for group in groups for word in group for m in context.vocabulary.named(word, by_needs=False))
    return all(m.of_rows or m.of_result for m in named)


def _readings(context: SentenceContext, number: WrittenNumber) -> Iterator[Sentence]:
    """The sentence with one subject of each kind and one measure, for each choice of them."""
    sentence = replace(context.sentence, aggregates=_aggregates(context.sentence, number))
    context = replace(context, sentence=sentence)
    compares = number.form == "multiple" or says_change(sentence, number)
    kinds = [list(_subjects(context, number, kind)) for kind in _kinds(sentence)]
    measures = list(_measures(context, number))
    if compares:
        for words in measures:
            yield replace(sentence, words=words)
        if number.form != "fraction":
            return  # "a fifth of them fell in February" is a share
    for chosen in product(*(options for options in kinds if options)):
        for words in measures:
            yield replace(
                sentence,
                words=words,
                names=[m for m in chosen if not m.date],
                times=[m for m in chosen if m.date],
                before=[] if chosen else sentence.before,
            )


def _aggregates(sentence: Sentence, number: WrittenNumber) -> list[tuple[Token, Aggregate]]:
    """The words for aggregates up to the end of the number's segment: a later `on average` is for later numbers."""
    _, end = segment_at(sentence.text, number.start)
    there = [pair for pair in sentence.aggregates if pair[0].start < end]
    if not _precise(number):
        return there
    start, _ = segment_at(sentence.text, number.start)
    earlier = [n for n in sentence.numbers if n.end <= number.start]
    # "the lowest mean fare (11.03), it contributes 29,962.70": the word belongs to the number before.
    return [pair for pair in there if pair[0].start >= start or not any(n.start > pair[0].end for n in earlier)]


def _kinds(sentence: Sentence) -> Iterator[list[Mention]]:
    yield from dimensions(m for m in sentence.names if m not in sentence.left_out)
    times = [m for m in sentence.times if m not in sentence.left_out]
    if times:
        yield times


_WHOLE = re.compile(
    r"\b(?:of|among)\s+(?:(?:the|all|its|their|these|those|a\s+total\s+of|[\w.\u2019']+['\u2019]s)\s+)+$"
    r"|\d\s+(?:of|out\s+of)\s+$"
    r"|\b(?:in\s+total|in\s+all|altogether|overall|taken\s+together)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
"""Words before a number that is a sum of all rows: `1,104 of the 3,239`."""
_FROM = re.compile(r"\bfrom\s+$", re.IGNORECASE)
_TO = re.compile(r"\s+to\s+\d", re.IGNORECASE)
_BOUND = re.compile(r"\s+(?:[^\W\d]+\s+){1,4}[^\w\s]?")
"""Between an entry and its bound: `Moor had fewer than 30, Seeburg fewer than 50`."""


def _subjects(context: SentenceContext, number: WrittenNumber, kind: Sequence[Mention]) -> Iterator[Mention]:
    """The mentions of a kind that a number can be about, the nearest first."""
    sentence = context.sentence
    beside = tied(sentence, number, context.values, kind)
    own = in_segment(sentence.text, number, kind)
    before = [m for m in own if m.end <= number.start]
    bound = [m for m in kind if number.hedge in BOUNDS and _BOUND.fullmatch(sentence.text, m.end, number.start)]
    if bound:
        yield bound[-1]
        return
    if beside or own:
        yield from beside or [before[-1] if before else own[0]]
        return
    others = [m for m in kind if not is_reference(sentence, m)]
    if any(m.date and m.date.month for m in others):
        others = [m for m in others if not m.date or m.date.month]  # the year is that of the months
    yield from (m for m in reversed(others) if m.end <= number.start)
    yield from (m for m in others if m.start >= number.end)


def _measures(context: SentenceContext, number: WrittenNumber) -> Iterator[list[Token]]:
    """The words that _measures_named gives, then those without words such as `longest`, which need not be a column."""
    yield from _measures_named(context, number)
    words = list(context.sentence.words)
    plain = [word for word in words if not HIGHEST.fullmatch(word.text) and not LOWEST.fullmatch(word.text)]
    if len(plain) < len(words) and _precise(number):
        yield plain


def _precise(number: WrittenNumber) -> bool:
    return len(re.sub(r"\D", "", number.text).strip("0")) > _PRECISE


def _measures_named(context: SentenceContext, number: WrittenNumber) -> Iterator[list[Token]]:
    """The words of the sentence with those of one measure, for each that a number can be of."""
    sentence = context.sentence
    words = list(sentence.words)
    groups = measure_groups(sentence, context.vocabulary)
    after = following_words(sentence, number)
    if any(word in group for group in groups for word in after):
        yield words
        return
    counted = [word for n in sentence.numbers if n is not number for word in following_words(sentence, n)[:1]]
    own = [g for g in groups if in_segment(sentence.text, number, g) and g[0] not in counted]
    precise = _precise(number)
    moves = _moves(sentence.text, number)
    if own:
        yield [word for word in words if not any(word in group for group in groups if group not in own)]
        if not moves and not (precise and _taken(context, number, own)):
            return
    for group in () if own else sorted(groups, key=lambda group: abs(group[0].start - number.start)):
        others = [word for other in groups if other is not group for word in other]
        yield [word for word in words if word not in others]
    if groups and (precise or moves):
        every = [word for group in groups for word in group]
        yield [word for word in words if word not in every]


def _moves(text: str, number: WrittenNumber) -> bool:
    """Return whether a number is where something comes from: `the largest part is that of EWR: from 63 to 112`."""
    return bool(_FROM.search(text[: number.start]) and _TO.match(text, number.end))


def _taken(context: SentenceContext, number: WrittenNumber, own: Sequence[Sequence[Token]]) -> bool:
    """Return whether another number has the only measure of a segment: `tipped 3.02 on a bill of 20.09`."""
    others = [n for n in in_segment(context.sentence.text, number, context.values) if n is not number]
    return len(own) == 1 and any(own[0][-1].end <= n.start < number.start for n in others)
