"""Further readings of a number whose likeliest one does not hold.

A dense sentence has several subjects, measures and times. What stands in a number's own segment, between the marks and
conjunctions around it, belongs to it. What that segment leaves out is carried over from another one, and from which one
is a guess: such a number is right if any of these readings holds.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, product

from agents.grounding.binding.clauses import in_segment, segment_at
from agents.grounding.binding.directions import is_reference
from agents.grounding.binding.measures import following_words, measure_groups
from agents.grounding.binding.mentions import Mention
from agents.grounding.binding.owners import dimensions, tied
from agents.grounding.binding.sentences import Sentence, joined_with_previous
from agents.grounding.checks.changes import says_change
from agents.grounding.reading.words import Token
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.verdicts.cells import cell_check
from agents.grounding.verdicts.computations import computed_check
from agents.grounding.verdicts.context import SentenceContext
from agents.outputs import Check

_PRECISE = 2
"""Digits of a number from which on it is hardly a value of another measure by accident."""
_MOST = 40
"""Readings that are tried."""


def plausible_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Look for a number in the readings that its own segment leaves open."""
    found = _in_readings(context, number)
    if found or not _elliptical(context):
        return found
    joined, moved = joined_with_previous(context.sentence)
    values = [moved[n] for n in context.values if n in moved]
    return _in_readings(replace(context, sentence=joined, values=values), moved[number])


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
    sentence = context.sentence
    compares = number.form == "multiple" or says_change(sentence, number)
    kinds = [list(_subjects(context, number, kind)) for kind in _kinds(sentence)]
    measures = list(_measures(context, number))
    if compares:
        for words in measures:
            yield replace(sentence, words=words)
        return
    for chosen in product(*(options for options in kinds if options)):
        mentions = [mention for mention in chosen if mention]
        for words in measures:
            yield replace(
                sentence,
                words=words,
                names=[m for m in mentions if not m.date],
                times=[m for m in mentions if m.date],
                before=[] if mentions else sentence.before,
            )


def _kinds(sentence: Sentence) -> Iterator[list[Mention]]:
    yield from dimensions(m for m in sentence.names if m not in sentence.left_out)
    times = [m for m in sentence.times if m not in sentence.left_out]
    if times:
        yield times


def _subjects(context: SentenceContext, number: WrittenNumber, kind: Sequence[Mention]) -> Iterator[Mention | None]:
    """The mentions of a kind that a number can be about, the nearest first; None stands for all entries."""
    sentence = context.sentence
    if own := tied(sentence, number, context.values, kind):
        yield from own
        return
    if own := in_segment(sentence.text, number, kind):
        before = [m for m in own if m.end <= number.start]
        yield before[-1] if before else own[0]
        return
    others = [m for m in kind if not is_reference(sentence, m)]
    if any(m.date and m.date.month for m in others):
        others = [m for m in others if not m.date or m.date.month]  # the year is that of the months
    yield from (m for m in reversed(others) if m.end <= number.start)
    yield from (m for m in others if m.start >= number.end)


def _measures(context: SentenceContext, number: WrittenNumber) -> Iterator[list[Token]]:
    """The words of the sentence with those of one measure, for each that a number can be of."""
    sentence = context.sentence
    words = list(sentence.words)
    groups = measure_groups(sentence, context.vocabulary)
    after = following_words(sentence, number)
    if any(word in group for group in groups for word in after):
        yield words
        return
    own = [group for group in groups if in_segment(sentence.text, number, group)]
    if own:
        yield [word for word in words if not any(word in group for group in groups if group not in own)]
        return
    for group in sorted(groups, key=lambda group: abs(group[0].start - number.start)):
        others = [word for other in groups if other is not group for word in other]
        yield [word for word in words if word not in others]
    precise = len(re.sub(r"\D", "", number.text).strip("0")) > _PRECISE
    if groups and precise:
        start, end = segment_at(sentence.text, number.start)
        every = [word for group in groups for word in group]
        yield [word for word in words if word not in every or start <= word.start < end]
