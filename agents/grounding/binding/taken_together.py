"""Entries and times of which a number is said together, and those of each of which it is said."""

import re

from agents.grounding.binding.directions import MOVED_DOWN, MOVED_UP
from agents.grounding.binding.owners import Owner, dimensions
from agents.grounding.names.mentions import Mention
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence

_TOGETHER = re.compile(r"\b(?:together|combined|jointly|in\s+total|in\s+all|altogether|zusammen)\b", re.IGNORECASE)
_LISTED = re.compile(r"\s*(?:,\s*and|,|and|und|sowie)\s*(?:(?:in|for|on|at)\s+)?(?:the\s+)?")
_SAID_OF = re.compile(r"[\s\"\u201d]+(?:[^\W\d]+\s+){1,4}[^\w\s]?")
"""Between a list and what is said of each: `UA and B6 had more than`."""
_IN = re.compile(r"[^,;()\d]{0,40}\s(?:in|on|at|for)\s+(?:the\s+)?[\"\u201c]?")
"""Between what is said of each and the list: `above 9 in 2009, 2010 and 2011`."""


def told_together(sentence: Sentence, number: WrittenNumber) -> bool:
    """Return whether a number is that of several entries together: `UA and B6 together had 113,300`."""
    for match in _TOGETHER.finditer(sentence.text[: number.start]):
        if re.search(r"[,;:()]", sentence.text[match.end() : number.start]):
            continue
        for group in lists_named(sentence):
            if group[-1].end <= match.start() and re.fullmatch(
                r"[^,;()\d]{0,20}", sentence.text[group[-1].end : match.start()]
            ):
                return True
    return False


_BOTH = re.compile(r"\b(?:both|all)\s+(?:[^\W\d]+\s+){1,2}(?:together|combined|zusammen)\b", re.IGNORECASE)


def told_of_all(sentence: Sentence) -> bool:
    """Return whether a sentence takes all of a kind together: `in both cities together`."""
    return bool(_BOTH.search(sentence.text)) and not sentence.names


def said_of_each(sentence: Sentence, number: WrittenNumber) -> list[Mention]:
    """The listed entries or times of each of which a bound is said; none if they are taken together."""
    if _TOGETHER.search(sentence.text):
        return []
    for group in lists_named(sentence):
        before, after = sentence.text[group[-1].end : number.start], sentence.text[number.end : group[0].start]
        if group[-1].end <= number.start and _SAID_OF.fullmatch(before):
            return group
        if group[0].start >= number.end and _IN.fullmatch(after):
            return group
    return []


def lists_named(sentence: Sentence) -> list[list[Mention]]:
    """Lists of two and more names of one kind, or of times."""
    found: list[list[Mention]] = []
    for kind in (*dimensions(sentence.names), list(sentence.times)):
        group: list[Mention] = []
        for mention in kind:
            if group and not _LISTED.fullmatch(sentence.text, group[-1].end, mention.start):
                found.append(group)
                group = []
            group.append(mention)
        found.append(group)
    return [group for group in found if len({m.date.key if m.date else m.names for m in group}) > 1]


EXTREME = re.compile(
    r"\b(?:max\w*|min\w*|highest|lowest|largest|smallest|most|least|up to|down to|peak\w*|range\w*|record|from|between"
    r"|extreme\w*|greatest|biggest|longest|shortest|top)\b",
    re.IGNORECASE,
)
"""Words for one of several values, which is no sum of them."""
_OF_ALL = re.compile(r"\W*(?:overall|in\s+total|altogether|across\s+all|all\s+in\s+all|insgesamt)\b", re.IGNORECASE)


def of_everything(sentence: Sentence) -> bool:
    """Return whether a sentence says that it is about everything, and tells no extreme."""
    named = sentence.names or sentence.times or sentence.before
    of_all = _OF_ALL.match(sentence.text) or (not named and _OF_ALL_ROWS.search(sentence.text))
    return bool(of_all) and not EXTREME.search(sentence.text)


def over_all_times(sentence: Sentence, number: WrittenNumber, owner: Owner) -> bool:
    """Return whether a number is one over all times: neither its sentence nor the one before names a time or a move."""
    earlier = sentence.previous and (sentence.previous.times or sentence.previous.before)
    years = any(n.year and n is not number for n in sentence.numbers)
    if sentence.times or years or earlier or any(m.date for m in (*owner.mentions, *sentence.before)):
        return False
    return bool(_HAD.search(sentence.text[: number.start])) and not (
        EXTREME.search(sentence.text) or MOVED_UP.search(sentence.text) or MOVED_DOWN.search(sentence.text)
    )


_HAD = re.compile(
    r"\b(?:had|has|have|recorded|saw|made|sold|with|there\s+were|there\s+was|totall?ed|amounted\s+to|came\s+to)\s+"
    r"(?:(?:a\s+total\s+of|about|around|only|just)\s+)*[^\w\s]?$",
    re.IGNORECASE,
)
_OF_ALL_ROWS = re.compile(
    r"\b(?:together|combined|altogether|in\s+total|in\s+all)\b"
    r"|\b(?:across|over)\s+all\s+(?:the\s+)?(?:[a-z\d]+\s+)?[a-z]{3,}s\b"
    r"|\b(?:overall|grand)\s+(?:average|mean|median|total|share|rate)\b"
    r"|\b(?:averag\w*|mean|median)\b[^.;,]{0,40}\b(?:over|across|of)\s+(?:the|all)\s+(?:[a-z\d]+\s+)?[a-z]{3,}s\b",
    re.IGNORECASE,
)
