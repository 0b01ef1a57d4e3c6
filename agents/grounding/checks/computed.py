"""Numbers that follow from the rows: changes, ratios, shares, sums, averages and extremes."""

import re
from collections.abc import Iterator
from dataclasses import replace

from agents.grounding.binding.directions import MOVED_DOWN, MOVED_UP
from agents.grounding.checks.compared.between_extremes import between_extremes, is_between_extremes
from agents.grounding.checks.compared.changes import COMPARED_BY, between_aggregates, changes, ratios, steps
from agents.grounding.checks.compared.said_changes import says_change
from agents.grounding.checks.compared.unnamed_sides import unnamed_sides
from agents.grounding.checks.parts.shares import shares
from agents.grounding.checks.series import Computed
from agents.grounding.checks.stated import of_stated
from agents.grounding.checks.sums import extremes, per_each, sums
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence

_MOVED_BY = re.compile(
    rf"(?:{MOVED_UP.pattern}|{MOVED_DOWN.pattern})[^.;,]{{0,20}}\s+by\s+(?:[a-z]+\s+)?$", re.IGNORECASE
)
"""Words before a change, which is no share: `rose by 9 %`."""
_OF_ITS = re.compile(r"\s+of\s+(?:its|theirs?|(?:that|those)\s+(?:of|in|for|at|on)|what)\b", re.IGNORECASE)


def computed(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> Iterator[Computed]:
    """Everything that a number can have been computed as, given the words around it."""
    if number.form == "multiple":
        yield from of_stated(sentence, number)
        yield from between_extremes(sentence, number, vocabulary)
        yield from ratios(sentence, number, vocabulary)
        yield from unnamed_sides(sentence, number, vocabulary)
        return
    yield from of_stated(sentence, number)
    change = says_change(sentence, number)
    if change:
        yield from steps(sentence, number, vocabulary)
        yield from changes(sentence, number, vocabulary)
        yield from between_aggregates(sentence, number, vocabulary)
        yield from between_extremes(sentence, number, vocabulary)
        yield from unnamed_sides(sentence, number, vocabulary)
    if number.points:
        return
    if number.percent or number.form == "fraction":
        if len(sentence.names) > 1 and _OF_ITS.match(
            sentence.text, number.end
        ):  # "more counties than MI but only 60 % of its population"
            scale = 100 if number.percent else 1
            for one in ratios(sentence, number, vocabulary):
                yield replace(one, value=scale * one.value, kind="share")
        moved = _MOVED_BY.search(sentence.text[: number.start]) or COMPARED_BY.match(sentence.text, number.end)
        if not (change and moved):
            yield from shares(sentence, number, vocabulary)
        return
    if number.form == "plain" and re.search(r"\b(?:times|factor|ratio|multiple)\b", sentence.text, re.IGNORECASE):
        yield from ratios(sentence, number, vocabulary)
    if not (change and is_between_extremes(sentence)):  # the gap of both is none of them
        yield from extremes(sentence, number, vocabulary)
    yield from sums(sentence, number, vocabulary)
    yield from per_each(sentence, number, vocabulary)
