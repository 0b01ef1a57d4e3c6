"""Numbers that follow from the rows: changes, ratios, shares, sums, averages and extremes."""

import re
from collections.abc import Iterator
from itertools import pairwise

from agents.grounding.binding.sentences import Sentence
from agents.grounding.binding.vocabulary import Vocabulary
from agents.grounding.checks.changes import changes, ratios, says_change
from agents.grounding.checks.series import Computed
from agents.grounding.checks.sums import extremes, shares, sums
from agents.grounding.reading.written_numbers import WrittenNumber


def computed(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> Iterator[Computed]:
    """Everything that a number can have been computed as, given the words around it."""
    if number.form == "multiple":
        yield from ratios(sentence, number, vocabulary)
        return
    if number.form == "rank":
        return
    yield from _of_stated(sentence, number)
    change = says_change(sentence, number)
    if change:
        yield from changes(sentence, number, vocabulary)
    if number.points:
        return
    if number.percent or number.form == "fraction":
        yield from shares(sentence, number, vocabulary)
        return
    if number.form == "plain" and re.search(r"\b(?:times|factor|ratio|multiple)\b", sentence.text, re.IGNORECASE):
        yield from ratios(sentence, number, vocabulary)
    yield from extremes(sentence, number, vocabulary)
    yield from sums(sentence, number, vocabulary)


def _between_stated(sentence: Sentence, number: WrittenNumber) -> Iterator[Computed]:
    """The difference of the two ends of a change that the sentence states: `from 1,120 to 940, a cut of 180`."""
    if not says_change(sentence, number):
        return
    for left, right in pairwise(sentence.numbers):
        if number in (left, right) or left.form != "plain" or right.form != "plain" or left.percent or right.percent:
            continue
        before, between = sentence.text[: left.start], sentence.text[left.end : right.start]
        if re.search(r"\bfrom\s+\W?$", before) and re.fullmatch(r"[\w\s]{0,20}\bto\s+\W?", between):
            value = right.values[-1] - left.values[-1]
            yield Computed(value, f"from {left.text} to {right.text}", "", "change", oriented=True)


def _of_stated(sentence: Sentence, number: WrittenNumber) -> Iterator[Computed]:
    """Numbers that follow from two others of the sentence, which are checked themselves: `1,261 of 24,951 (5.1 %)`."""
    if not (number.percent or number.form == "fraction"):
        yield from _between_stated(sentence, number)
        return
    scale = 100 if number.percent else 1
    stated = [
        n for n in sentence.numbers if n is not number and n.form == "plain" and n.percent is False and not n.hedge
    ]
    change = says_change(sentence, number)
    for left in stated:
        for right in stated:
            a, b = left.values[-1], right.values[-1]
            if left is right or not b:
                continue
            if not change and 0 <= a <= b:
                yield Computed(scale * a / b, f"{left.text} of {right.text}", "", "share")
            if change:
                yield Computed(
                    scale * (a - b) / abs(b), f"from {right.text} to {left.text}", "", "change", oriented=True
                )
