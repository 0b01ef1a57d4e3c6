"""Claims that the numbers beside them refute: `rose from 63 % to 24 %`, `significant (p = 0.57)`."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from agents.grounding.binding.directions import LESS, MORE, MOVED_DOWN, MOVED_UP
from agents.grounding.binding.owners import Owner
from agents.grounding.binding.parts import pairs_of
from agents.grounding.binding.rows import rows_of
from agents.grounding.checks.compared.said_changes import says_change
from agents.grounding.checks.series import plain
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import NOT, Judged
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import bracket_at, clause_span
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Measure, Row, cells_of, in_time
from agents.grounding.tables.matching import says, says_cell

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
    yield from _ends(sentence, vocabulary)
    yield from _above(sentence)
    yield from _beside(sentence)
    yield from _in_brackets(sentence)
    yield from _most(sentence)
    yield from _parts(sentence)
    yield from _significance(sentence, vocabulary)


def _ends(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    for left, right in pairwise(sentence.numbers):
        text = sentence.text
        same = left.form == right.form == "plain" and (left.percent == right.percent or not left.percent)
        if not same or not _FROM.search(text[: left.start]) or not _TO.search(text[: right.start]):
            continue
        moves = [(match, sign) for way, sign in _WAYS for match in way.finditer(text[: left.start])]
        match, sign = max(moves, key=lambda move: move[0].start(), default=(None, 0))
        if (equal := _CHANGED.search(text[: left.start])) and left.text == right.text:
            yield Judged(equal["moved"], equal.start(), False, f"from {left.text} to {right.text} is no change", "")
        elif match and all((b - a) * sign < 0 for a in _sizes(left, right) for b in _sizes(right, left)):
            yield Judged(match[0], match.start(), False, f"from {left.text} to {right.text} is the other way round", "")
        elif match and not sentence.times and (evidence := _backwards(sentence, left, right, vocabulary)):
            yield Judged(match[0], match.start(), False, f"{right.text} was before {left.text}", evidence)


def _backwards(sentence: Sentence, left: WrittenNumber, right: WrittenNumber, vocabulary: Vocabulary) -> str:
    """The result in which an entry has the second end of a move before the first one, and never after it."""
    for table in vocabulary.tables if sentence.names else ():
        rows = rows_of(table, Owner(tuple(sentence.names), frozenset(sentence.names)), vocabulary) or []
        rows = in_time(rows)
        for measure in table.measures.values():
            places = [[i for i, row in enumerate(rows) if _is(n, row, measure)] for n in (left, right)]
            if all(places) and max(places[1]) < min(places[0]):
                return table.evidence
    return ""


def _is(number: WrittenNumber, row: Row, measure: Measure) -> bool:
    return measure.name in row.values and says_cell(number, row.values[measure.name], measure)


_CHANGED = re.compile(
    rf"(?P<moved>\b(?:went|moved|changed|shifted)\b|{MOVED_UP.pattern}|{MOVED_DOWN.pattern})[^.;]{{0,40}}\s[^\w\s]?$",
    re.IGNORECASE,
)
_ABOVE = re.compile(
    r"\s+(?:is|was|lies|lay|remains?|stays?)\s+(?:(?:well|far|slightly|just|clearly|still|much|even)\s+)*"
    r"(?:(?P<up>above|higher\s+than|greater\s+than|more\s+than)|below|lower\s+than|less\s+than)\s+(?:the\s+|that\s+of\s+|its\s+)?"
)


_UP_FROM = re.compile(
    r"(?:\s+[^\W\d]+){0,3}(?:\s+\d{4})?,?\s+\(?(?:(?P<up>up)|down)\s+from\s+(?:(?:about|just|only|the)\s+)*[^\w\s]?"
)
"""Between a value and the one before it: `265 in 2024, up from 260`."""
_PLACED = re.compile(r"\b(?:rank\w*|place[ds]?|positions?|seed\w*)\b", re.IGNORECASE)
"""Words for a place, which is better by a smaller number: `rank 3, up from 5`."""


def _above(sentence: Sentence) -> Iterator[Judged]:
    """Two numbers of which one is said to be above the other: `a rate of 1.7 % is above the 3.0 %`, `5, up from 3`."""
    for left, right in pairwise(sentence.numbers):
        match = _ABOVE.fullmatch(sentence.text, left.end, right.start)
        if match is None and not (_PLACED.search(sentence.text[: left.start]) or says_change(sentence, left)):
            match = _UP_FROM.fullmatch(sentence.text, left.end, right.start)
        if match is None or left.form != "plain" or right.form != "plain" or left.percent != right.percent:
            continue
        if (left.values[0] < right.values[0]) if match["up"] else (left.values[0] > right.values[0]):
            told = f"{left.text} against {right.text} is the other way round"
            yield Judged(match[0].strip(" ,"), match.start(), False, told, "")


_SECOND = re.compile(
    r"(?P<noun>\s+[a-z]+(?:\s+[a-z]+)?)?(?:\s+over\s+[\d,]+\s+[a-z]+)?,\s+(?:(?:well|far|slightly|just|clearly|still|much|even|and)\s+)*"
    r"(?:(?P<up>more|higher|greater|larger|above)|fewer|less|lower|smaller|below)\b(?:\s+than)?"
    r"(?:\s+[\w\u2019'-]+){0,5}\s*[\s(][^\w\s]?",
    re.IGNORECASE,
)
"""Between two numbers of which one is said to be more: `58,665 flights, more than the 54,635 of B6`."""


_OVER = re.compile(r"\baveraged\s+\S+\s+over\s+$", re.IGNORECASE)
"""Words before the number of values that a mean is taken over, which is not compared."""


def _beside(sentence: Sentence) -> Iterator[Judged]:
    """Two values side by side of which the smaller is said to be more: `58,665 flights, fewer than the 54,635`."""
    for left, right in pairwise(n for n in sentence.numbers if not _OVER.search(sentence.text[: n.start])):
        match = _SECOND.fullmatch(sentence.text, left.end, right.start)
        if match is None or left.form != "plain" or right.form != "plain" or left.percent != right.percent:
            continue
        if left.points or left.hedge or right.hedge not in {None, "over", "under"} or left.word or right.word:
            continue
        a, b = _sizes(left, right)[0], _sizes(right, left)[0]
        if (a < b) if match["up"] else (a > b):
            word = match["up"] or next(w for w in _LESS_WORDS if w in match[0].lower())
            start = sentence.text.lower().find(word.lower(), match.start())
            yield Judged(word, start, False, f"{left.text} against {right.text} is the other way round", "")


_THAN = re.compile(r"\bthan\b", re.IGNORECASE)


def _in_brackets(sentence: Sentence) -> Iterator[Judged]:
    """Two values in brackets behind what is compared: `fewer strikes in climb (1,956) than in taxi (1,592)`."""
    placed = [(n, span) for n in sentence.numbers if (span := bracket_at(sentence.text, n.start))]
    firsts = {span: n for n, span in reversed(placed)}  # the first number of each bracket
    pairs = list(pairwise(sorted(firsts.values(), key=lambda n: n.start)))
    pairs += [(a, b) for (a, one), (b, other) in pairwise(placed) if one == other]
    for left, right in pairs:
        alike = left.form == right.form == "plain" and left.percent == right.percent
        than = _THAN.search(sentence.text, left.end, right.start)
        if than is None and _AGAINST.fullmatch(sentence.text, left.end, right.start):
            than = _THAN.search(sentence.text, clause_span(sentence.text, left.start)[0], left.start)
        if than is None or not alike or left.hedge or right.hedge or left.points or right.points:
            continue
        start, _ = clause_span(sentence.text, left.start)
        ways = ((MORE, 1), (LESS, -1))
        words = [(m, sign) for way, sign in ways for m in way.finditer(sentence.text, start, than.start())]
        if len(words) != 1 or NOT.search(sentence.text[: words[0][0].start()]):
            continue
        (match, sign), a, b = words[0], _sizes(left, right)[0], _sizes(right, left)[0]
        if _STRENGTH.match(sentence.text, match.end()):
            a, b = abs(a), abs(b)  # -0.65 is more strongly related than -0.60
        if (a - b) * sign < 0:
            yield Judged(match[0], match.start(), False, f"{left.text} against {right.text} is the other way round", "")


_STRENGTH = re.compile(r"\s+(?:strongly|closely|tightly|weakly)\b")
_AGAINST = re.compile(r"\s*(?:[a-z]+\s+)?(?:vs\.?|versus|against|compared\s+(?:with|to))\s*[^\w\s]?")
"""Between the two numbers of one bracket behind a comparison: `spend more than others ($13.17 vs $11.78)`."""
_PERCENT_BEHIND = re.compile(r"\s*(?:[\w'-]+\s+){0,3}\((?:about\s+|or\s+|i\.e\.\s+)?")
_PERCENT_BEFORE = re.compile(r"\s*(?:[a-z]+\s+){0,3}\(")


def _parts(sentence: Sentence) -> Iterator[Judged]:
    """A part and its whole beside another share than they make: `150 of 200 (60 %)`."""
    text = sentence.text
    for part, whole in pairs_of(text, sentence.numbers):
        for share in sentence.numbers:
            beside = (share.start >= whole.end and _PERCENT_BEHIND.fullmatch(text, whole.end, share.start)) or (
                share.end <= part.start and _PERCENT_BEFORE.fullmatch(text, share.end, part.start)
            )
            plain_ = part.form == share.form == "plain" and not part.percent and bool(whole.values[0])
            if not (beside and plain_ and share.percent) or share.points or says_change(sentence, share):
                continue
            right = 100 * part.values[0] / whole.values[0]
            if share.hedge in {None, "about"} and not says(share, right):
                told = f"{part.text} of {whole.text} are {plain(right)} %"
                yield Judged(share.text, share.start, False, told, "")


_LESS_WORDS = ("fewer", "less", "lower", "smaller", "below")
_MOST = re.compile(r"(?:^|[,;]\s+|\b(?:and|but)\s+)(?:Most|(?:The|A)\s+majority)\b(?!\s+\w*est\b)", re.IGNORECASE)
_HALF = 50.0


def _most(sentence: Sentence) -> Iterator[Judged]:
    """A majority whose share is less than a half: `most said no (30 %)`."""
    for match in _MOST.finditer(sentence.text):
        _, end = clause_span(sentence.text, match.end())
        inside = [n for n in sentence.numbers if match.end() <= n.start < end]
        shares = [n for n in inside if n.percent and not n.points]
        if len(shares) != 1 or shares[0].hedge or says_change(sentence, shares[0]):
            continue
        share = shares[0]
        named = [m for m in sentence.names if match.end() <= m.start and m.end <= share.start]
        beside = len(named) == 1 and _IN_BRACKET.fullmatch(sentence.text, named[0].end, share.start)
        if beside and share.values[0] + share.half_units[0] < _HALF:
            word = match[0].strip(" ,;")
            yield Judged(word, sentence.text.find(word), False, f"{share.text} are less than half", "")


_IN_BRACKET = re.compile(r"[\"\u201d]?\s*\((?:[\d.,]+(?:\s+of\s+[\d.,]+)?\s*[,;:=]\s*)?")
_WAYS = ((MOVED_UP, 1), (MOVED_DOWN, -1))


_POWER = r"(?<=\d)e[-+\u2212]?\d+"
"""The power of ten of `1.58e-05`, which is no unit."""


def _sizes(number: WrittenNumber, other: WrittenNumber) -> Sequence[float]:
    """Its values; its digits alone where the unit is written once: `from 471.3 to 468.8 million`."""
    units = [re.sub(_POWER + r"|[^a-z]", "", one.text.casefold()) for one in (number, other)]
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
