"""Comparisons that the check could not read: words for more, most, every or rose that no verdict is about.

Such a word says something, so that its sentence is not checked in full. It is neither right nor wrong by the evidence,
which a reader has to know: a sentence without any mark is taken for a checked one.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from agents.grounding.binding.directions import (
    HIGHEST,
    LESS,
    LOWEST,
    MORE,
    MOVED_DOWN,
    MOVED_UP,
    OVERTOOK,
    WON,
)
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence
from agents.outputs import Check
from agents.outputs.analysis import FLAGGED

_THAN = r"(?:\s+[\w'-]+){0,5}?\s+than\b"
_COMPARED = re.compile(
    rf"\b(?:more|less|fewer|better|worse|(?!(?:rath|oth|eith|togeth)er\b)\w{{2,}}er){_THAN}"
    r"|\b(?:are|is|was|were)\s+(?:about\s+)?the\s+same\b|\bthe\s+same\s+(?:number|amount|share|level|value)\b|\bno\s+(?:[\w-]+\s+){0,2}difference\b"
    r"|\bthe\s+(?!(?:inter|for|w|r|t|gu|qu|requ|harv|manif|prot|cont|conqu|ch|n)est\b)\w{2,}est\b"
    r"|\b(?:beats?|beaten|outnumber\w*|exceed\w*|surpass\w*|overtook|overtake[ns]?|outperform\w*)\b",
    re.IGNORECASE,
)
"""Words by which a sentence compares, whatever it is about."""
_LOST = re.compile(r"\b(?:lost|loses)\b", re.IGNORECASE)
_BEST = re.compile(r"\b(?:best|worst)\b(?!\s+(?:of|one|ones|case|known)\b)", re.IGNORECASE)
_ORDER = re.compile(
    r"\b(?:followed\s+by|ahead\s+of|out-?(?:produc|sold|sell|pac|perform|scor|rank|grew|earn|spen)\w*|gefolgt\s+von"
    r"|folg(?:t|en|te|ten)\s+auf)\b",
    re.IGNORECASE,
)
"""Words that put entries in order."""
_EACH = re.compile(
    r"\b(?:every|each|both|neither|none|never|always|jede[rsnm]?|beide)\b"
    r"|(?<!\bof )(?<!\bin )(?<!\bat )(?<!\babove )(?<!\bover )\ball\b(?!-)"
    r"|\bin\s+a\s+row\b|\bconsecutive\b|\bdaily\b|\byear\s+by\s+year\b|\bmonth\s+by\s+month\b|\bday\s+by\s+day\b",
    re.IGNORECASE,
)
"""Words that say something of each entry or time."""
_ABOUT_ENTRIES = (HIGHEST, LOWEST, MOVED_UP, MOVED_DOWN, MORE, LESS, WON, _LOST, _BEST, OVERTOOK, _ORDER, _EACH)
"""Such words as well, where a sentence names something of the evidence."""
_NO_CLAIM = re.compile(
    r"\b(?:at\s+(?:the\s+)?(?:most|least|latest|earliest)|most\s+of|(?:a\s+|one\s+)?(?:year|month|day|week|quarter|decade)s?"
    r"\s+(?:later|earlier)|more\s+or\s+less|more\s+data|top\s+\w+|leads?\s+to|led\s+to|the\s+latest|the\s+rest"
    r"|falls?\s+(?:in|into|within|between|on)|one\s+of\s+the\s+\w+|among\s+the\s+\w+|would|could|should|may|might|if"
    r"|(?:low|upp)er\s+(?:quartile|decile|half|tail|bound|limit)|or\s+(?:more|less|fewer)|each\s+other|half\s+or\s+more|no\s+more|not\s+only|all\s+(?:other|the\s+same)|above\s+all|after\s+all)\b"
    r"|\?",
    re.IGNORECASE,
)
"""Words that only look like a comparison, or that say what could be."""
_NEAR = 14
"""Characters before a number in which a word belongs to it: `fewer than 50`, `only about 20`."""
_EXTREMES = re.compile(rf"{HIGHEST.pattern}|{LOWEST.pattern}", re.IGNORECASE)
_EXTREME_CELL = re.compile(
    r"\b(?:min|max|lowest|highest|smallest|largest|least|most|peak|record|first|last)", re.IGNORECASE
)
_COMPUTED = re.compile(r"\b(?:change|difference|growth|ratio|gap|times|up|down|from \S+ to|less)\b", re.IGNORECASE)
"""Words in the detail of a number for which a direction or a comparison has been read with it."""
_COUNTED = re.compile(r"(?<!number )\b[\d,]+ of \d|\d times\b|\beach\b", re.IGNORECASE)
"""Words in a detail that say for how many rows something holds."""
_BY = re.compile(r"^(?:E\d+: )?[\d,]+ (?:by|with)\b|\b(?:rose|fell) \d")
_OF_ALL = re.compile(rf"{_EACH.pattern}|\b(?:only|no|not|most|any|nur|kein\w*|alone|nobody|nothing)\b", re.IGNORECASE)
"""Claims about several entries, in which the words of their clause are held against each."""
_FROM_TO = re.compile(r"\s[^;]{0,30}?\b(?:from|von)\s[^;]*?\d[^;]*?\s(?:to|auf)\s[^;]*?\d", re.IGNORECASE)
_ADDED = re.compile(r"\bsum\b| \+ ")
_BY_NUMBER = re.compile(r"\s+(?:of|by|um|von)\s+(?:\w+\s+){0,2}", re.IGNORECASE)
_THE_THE = re.compile(r"^\W*(?:the|je)\s[^;]*,\s*(?:the|desto|umso)\s", re.IGNORECASE)
"""Beginning of a sentence that puts two measures together: `the more cylinders, the lower the mpg`."""


class Read(NamedTuple):
    """A part of a sentence that has a verdict."""

    start: int
    check: Check
    claim: bool

    @property
    def end(self) -> int:
        """Its last character's place, and one."""
        return self.start + len(self.check.text)


def unread(sentence: Sentence, vocabulary: Vocabulary, read: Sequence[Read]) -> Iterator[tuple[int, Check]]:
    """Yield each comparison of a sentence that no verdict is about, with its place.

    Args:
        sentence: The sentence.
        vocabulary: Names and measures of the evidence.
        read: Its parts with a verdict.
    """
    if "?" in sentence.text or any(one.check.verdict in FLAGGED for one in read):
        return  # what is marked is not taken for checked
    gone = [match.span() for match in _NO_CLAIM.finditer(sentence.text)]
    gone += [(m.start, m.end) for m in (*sentence.names, *sentence.times)]
    gone += [(number.start - _NEAR, number.end) for number in sentence.numbers if number.hedge]
    gone += [(number.start, number.end + 2 * (number.form == "rank")) for number in sentence.numbers]
    patterns = [_COMPARED, *(_ABOUT_ENTRIES if _names_something(sentence, vocabulary) else ())]
    matches = [match for pattern in patterns for match in pattern.finditer(sentence.text)]
    free = [m for m in matches if not any(a <= m.start() < b for a, b in gone)]
    free = [m for m in free if not any(one.start < m.end() and m.start() < one.end for one in read)]
    free = [m for m in free if not _is_list(sentence, m) and not _is_of_column(sentence, m, vocabulary)]
    last = -1
    for match in sorted(free, key=lambda match: (match.start(), -match.end())):
        if match.start() < last or _is_in_another(sentence, match, read):
            continue
        last = match.end()
        yield match.start(), Check(text=match[0], verdict="unread", detail="no row was compared for it")


def _is_in_another(sentence: Sentence, match: re.Match[str], read: Sequence[Read]) -> bool:
    """Return whether a verdict on something else in the clause holds a comparison: `rose by 12`, `only Rome grew`."""
    start, end = clause_span(sentence.text, match.start())
    moves = MOVED_UP.fullmatch(match[0]) or MOVED_DOWN.fullmatch(match[0])
    numbers = [number for number in sentence.numbers if start <= number.start < end]
    if _ORDER.fullmatch(match[0]):
        return False
    if WON.fullmatch(match[0]) or _LOST.fullmatch(match[0]):
        return bool(numbers) or any(one.claim and start <= one.start < end for one in read)
    if moves and _FROM_TO.match(sentence.text, match.end()):
        return True
    if moves and any(_BY_NUMBER.fullmatch(sentence.text, match.end(), number.start) for number in numbers):
        return True
    if match[0].casefold() in {"each", "both"} and len(sentence.names) > 1 and numbers:
        return True  # a number is held against each of the names
    if _is_shown(sentence, match, read):
        return True
    every = _EACH.fullmatch(match[0]) is not None
    extreme = _EXTREMES.search(match[0]) is not None
    if extreme and any(n.end + 1 == match.start() for n in numbers):
        return True  # the two busiest are a choice, and what is said of them is held against it
    for one in read:
        told = one.check.detail
        if one.claim and (_THE_THE.match(sentence.text) or (start <= one.start < end and _COUNTED.search(told))):
            return True
        if not start <= one.start < end:
            continue
        if one.claim and _OF_ALL.search(one.check.text):
            return True
        if not one.claim and any(known.search(told) for known in (_COMPUTED, _COUNTED, _BY)):
            return True
        if every and not one.claim and _ADDED.search(told):
            return True
        if extreme and not one.claim and _EXTREME_CELL.search(told):
            return True
    return False


def _is_shown(sentence: Sentence, match: re.Match[str], read: Sequence[Read]) -> bool:
    """Return whether the numbers on both sides of a `than` are right, and compare so: `lower (3.89) than B (4.02)`."""
    sign = 1 if MORE.search(match[0]) else -1 if LESS.search(match[0]) else 0
    than = re.compile(r"\bthan\b").search(sentence.text, match.start())
    right = {one.start for one in read if not one.claim and one.check.verdict in ("verified", "derived")}
    plain = [n for n in sentence.numbers if n.form == "plain" and n.start in right]
    before = [n for n in plain if than and n.end <= than.start()]
    after = [n for n in plain if than and n.start >= than.end()]
    if not (sign and before and after) or before[-1].percent != after[0].percent:
        return False
    return sign * (before[-1].values[0] - after[0].values[0]) > 0


def _is_list(sentence: Sentence, match: re.Match[str]) -> bool:
    """Return whether a `both` only begins a list: `both 2021 and 2022`."""
    return match[0].casefold() == "both" and any(m.start == match.end() + 1 for m in sentence.mentions)


def _is_of_column(sentence: Sentence, match: re.Match[str], vocabulary: Vocabulary) -> bool:
    """Return whether a word is part of a column's name: the `highest` of `highest_wind`."""
    words = [word for word in sentence.words if match.start() <= word.start < match.end()]
    return any(word.stem in m.words for word in words for m in vocabulary.own)


def _names_something(sentence: Sentence, vocabulary: Vocabulary) -> bool:
    """Return whether a sentence names an entry, a time or a column of what it cites."""
    if sentence.names or sentence.times:
        return True
    return any(m in vocabulary.own and m.sure for word in sentence.words for m in vocabulary.named(word))
