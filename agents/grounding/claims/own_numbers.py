"""Claims that the numbers beside them refute: `rose from 63 % to 24 %`, `significant (p = 0.57)`."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from agents.grounding.binding.directions import MOVED_DOWN, MOVED_UP
from agents.grounding.binding.sentences import Sentence
from agents.grounding.checks.series import plain
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import Judged
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.tables.cells import cells_of

_FROM = re.compile(r"\b(?:from|von)\s+(?:\w+\s+)?[^\w\s]?\s?$", re.IGNORECASE)
_TO = re.compile(r"\b(?:to|auf)\s+(?:(?:only|just|about|almost|nearly|over)\s+)?[^\w\s]?\s?$", re.IGNORECASE)
_SIGNIFICANT = re.compile(
    r"(?P<no>\b(?:not|no|nor|hardly|n't|nicht|kein\w*)\b[^.;,]{0,40})?\b(?:statistically\s+|statistisch\s+)?(?P<word>(?P<un>in)?signifi[ck]ant)",
    re.IGNORECASE,
)
_CHANCE = 0.05
"""A difference with a larger p-value is not called significant unless another level is named."""
_CERTAIN = 0.01
"""A difference with a smaller p-value is called significant by everybody."""
_LEVEL = re.compile(r"\b(?:10\s?%|ten\s+percent|weakly|marginally|borderline)", re.IGNORECASE)


def refuted_by_own_numbers(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Directions that the two ends of a change refute, and significance that the p-value refutes."""
    yield from _ends(sentence)
    yield from _above(sentence)
    yield from _significance(sentence, vocabulary)


def _ends(sentence: Sentence) -> Iterator[Judged]:
    for left, right in pairwise(sentence.numbers):
        text = sentence.text
        same = left.form == right.form == "plain" and (left.percent == right.percent or not left.percent)
        if not same or not _FROM.search(text[: left.start]) or not _TO.search(text[: right.start]):
            continue
        if ";" in text[left.end : right.start]:
            continue
        moves = [(match, sign) for way, sign in _WAYS for match in way.finditer(text[: left.start])]
        match, sign = max(moves, key=lambda move: move[0].start(), default=(None, 0))
        if match and all((b - a) * sign < 0 for a in _sizes(left, right) for b in _sizes(right, left)):
            yield Judged(match[0], match.start(), False, f"from {left.text} to {right.text} is the other way round", "")


_ABOVE = re.compile(
    r"\s+(?:is|was|lies|lay|remains?|stays?)\s+(?:(?:well|far|slightly|just|clearly|still|much|even)\s+)*"
    r"(?:(?P<up>above|higher\s+than|greater\s+than|more\s+than)|below|lower\s+than|less\s+than)\s+(?:the\s+|that\s+of\s+|its\s+)?"
)


def _above(sentence: Sentence) -> Iterator[Judged]:
    """Two numbers of which one is said to be above the other: `a rate of 1.7 % is above the 3.0 %`."""
    for left, right in pairwise(sentence.numbers):
        match = _ABOVE.fullmatch(sentence.text, left.end, right.start)
        if match is None or left.form != "plain" or right.form != "plain" or left.percent != right.percent:
            continue
        if (left.values[0] < right.values[0]) if match["up"] else (left.values[0] > right.values[0]):
            told = f"{left.text} against {right.text} is the other way round"
            yield Judged(match[0].strip(), match.start(), False, told, "")


_WAYS = ((MOVED_UP, 1), (MOVED_DOWN, -1))


def _sizes(number: WrittenNumber, other: WrittenNumber) -> Sequence[float]:
    """Its values; its digits alone where the unit is written once: `from 471.3 to 468.8 million`."""
    units = [re.sub(r"[^a-z]", "", one.text.casefold()) for one in (number, other)]
    if units[0] == units[1]:
        return number.values
    digits = re.search(r"\d+(?:[.,]\d+)?", number.text.replace(",", ""))
    return [float(digits[0])] if digits else number.values


def _significance(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    match = _SIGNIFICANT.search(sentence.text)
    tests = [
        cell for cell in cells_of(vocabulary.tables) if cell.measure.name == "p_value" and len(cell.table.rows) == 1
    ]
    if match is None or len(tests) != 1:
        return
    value = tests[0].value
    denied = bool(match["no"] or match["un"])
    said, start = (match[0], match.start()) if match["no"] else (match["word"], match.start("word"))
    chance = 2 * _CHANCE if _LEVEL.search(sentence.text) else _CHANCE
    if (value > chance) if not denied else (value < _CERTAIN):
        yield Judged(said, start, False, f"p is {plain(value)}", tests[0].table.evidence)
