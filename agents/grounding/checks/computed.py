"""Numbers that follow from the rows: changes, ratios, shares, sums, averages and extremes."""

import re
from collections.abc import Iterator

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


def _of_stated(sentence: Sentence, number: WrittenNumber) -> Iterator[Computed]:
    """Numbers that follow from two others of the sentence, which are checked themselves: `1,261 of 24,951 (5.1 %)`."""
    if not (number.percent or number.form == "fraction"):
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
