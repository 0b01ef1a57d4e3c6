"""Numbers that follow from two others that the sentence states, which are checked themselves."""

import re
from collections.abc import Iterator
from itertools import pairwise, product

from agents.grounding.binding.parts import pairs_of
from agents.grounding.checks.compared.said_changes import says_change
from agents.grounding.checks.series import Computed
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import bracket_at, brackets
from agents.grounding.sentences.sentence import Sentence


def of_stated(sentence: Sentence, number: WrittenNumber) -> Iterator[Computed]:
    """Shares, changes, differences and ratios of numbers of the sentence: `1,261 of 24,951 (5.1 %)`."""
    if number.form == "multiple":
        yield from _ratios(sentence, number)
        return
    if number.points:
        yield from _points(sentence, number)
        return
    if not (number.percent or number.form == "fraction"):
        yield from _between(sentence, number)
        yield from _differences(sentence, number)
        return
    scale = 100 if number.percent else 1
    again = next((n for n in sentence.numbers if n.start >= number.end and n.percent), None)
    if number.form == "fraction" and again and _IN_BRACKET.fullmatch(sentence.text, number.end, again.start):
        yield Computed(again.values[-1] / 100, f"{again.text} said again", "", "share")
    if number.percent and _REST.search(sentence.text[: number.start]):
        parts = [n for n in sentence.numbers if n.percent and not n.points and n.end <= number.start]
        parts = parts or [n for n in (sentence.previous.numbers if sentence.previous else ()) if n.percent]
        if parts:
            left = 100 - sum(n.values[-1] for n in parts)
            yield Computed(left, "100 % less " + " and ".join(n.text for n in parts), "", "share")
    stated = [n for n in _plain(sentence, number) if not n.percent]
    change = says_change(sentence, number)
    bracket = next((span for span in brackets(sentence.text) if span[0] == number.end + 2), None)
    beside = [n for n in stated if bracket and bracket[0] <= n.start < bracket[1]]
    if len(beside) == 2 and list(pairs_of(sentence.text, beside)):
        stated = beside  # "62 % (342 of 549) compared with 42 % (342 of 891)"
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


def _plain(sentence: Sentence, number: WrittenNumber) -> list[WrittenNumber]:
    parts = [part for part, _ in pairs_of(sentence.text, sentence.numbers)]
    return [
        n
        for n in sentence.numbers
        if n is not number
        and n.form == "plain"
        and not n.points
        and (not n.word or n in parts)
        and (not n.hedge or _THAN.search(sentence.text[: n.start]))
    ]


_IN_BRACKET = re.compile(r"[^.;,()\d]{0,40}\((?:about\s+|exactly\s+)?")
"""Between a fraction and the percentage that it is: `about a third of the women (32.2 %)`."""
_REST = re.compile(
    r"\b(?:remain(?:ing|der|s)|rest|others?|other\s+\w+)\b[^.;]{0,40}$|\bleav(?:es|ing)\s+(?:about\s+|only\s+|just\s+)?$",
    re.IGNORECASE,
)
"""Words before what other shares leave of the whole."""
_THAN = re.compile(r"\bthan\s+(?:the\s+|its\s+)?$")


def _between(sentence: Sentence, number: WrittenNumber) -> Iterator[Computed]:
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


_PRECISE = 3
"""Digits from which on a difference of two stated numbers is hardly one by accident."""


def _differences(sentence: Sentence, number: WrittenNumber) -> Iterator[Computed]:
    """Subtract stated numbers from each other, in the order in which they are compared."""
    gap = _GAP.search(sentence.text[: number.start])
    digits = len(re.sub(r"\D", "", number.text).strip("0"))
    if not (gap or says_change(sentence, number)):
        return
    stated = [n for n in _plain(sentence, number) if not n.percent]
    for left, right in pairwise(stated):
        span = bracket_at(sentence.text, left.start)
        explained = span is not None and span == bracket_at(sentence.text, right.start) and span[0] > number.end
        if digits < _PRECISE and not (explained and digits == _PRECISE - 1):
            continue
        for a, b in ((left, right), (right, left)):
            yield Computed(a.values[-1] - b.values[-1], f"{a.text} less {b.text}", "", "change", oriented=a is left)


_GAP = re.compile(r"\b(?:gap|difference|spread|margin|lead|apart)\b", re.IGNORECASE)


def _points(sentence: Sentence, number: WrittenNumber) -> Iterator[Computed]:
    """Percentage points between two stated percentages."""
    stated = [n for n in _plain(sentence, number) if n.percent]
    for left, right in pairwise(stated):
        yield Computed(left.values[-1] - right.values[-1], f"{left.text} less {right.text}", "", "change")
        yield Computed(right.values[-1] - left.values[-1], f"{right.text} less {left.text}", "", "change")


def _ratios(sentence: Sentence, number: WrittenNumber) -> Iterator[Computed]:
    """Divide each stated number by each other one."""
    stated = _plain(sentence, number)
    for left, right in pairwise(stated):
        if _FROM.fullmatch(sentence.text, number.end, left.start) and _TO.fullmatch(
            sentence.text, left.end, right.start
        ):
            if left.values[-1]:  # "almost quadrupled from 100 to 393"
                yield Computed(
                    right.values[-1] / left.values[-1], f"from {left.text} to {right.text}", "", "ratio", True
                )
            return
    for left, right in product(stated, stated):
        if left.percent == right.percent and right.values[-1] and left.end <= number.start <= right.start:
            yield Computed(left.values[-1] / right.values[-1], f"{left.text} of {right.text}", "", "ratio", True)
    before = [n for n in stated if n.end <= number.start]
    if len(before) > 1 and _ENDS.match(sentence.text, number.end):  # "665,000, the cheapest 333,857, half as much"
        first, last = before[-2:]
        if first.percent == last.percent and first.values[-1]:
            yield Computed(last.values[-1] / first.values[-1], f"{last.text} of {first.text}", "", "ratio", True)


_FROM = re.compile(r"[^.;,\d]{0,30},?\s*\bfrom\s+(?:about\s+|only\s+|just\s+)?[^\w\s]?")
_TO = re.compile(r"[^.;,\d]{0,30}\bto\s+(?:about\s+|only\s+|just\s+|over\s+)?[^\w\s]?")
_ENDS = re.compile(r"\s*(?:much|many|often|large|high|long|expensive)?\s*[.;!)]?\s*$")
