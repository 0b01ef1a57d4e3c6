"""Names and times that a statement says are not counted: `April 2024 is incomplete and left out`, `except HA`."""

import re
from collections.abc import Sequence

from agents.grounding.names.mentions import Mention

_EXCEPT = re.compile(
    r"\b(?:except(?:\s+for)?|apart\s+from|excluding|not\s+(?:counting|including)|other\s+than|ignoring"
    r"|leaving\s+(?:out|aside)|aside\s+from|besides|without|ohne|abgesehen\s+von"
    r"|(?<=\w)\s(?:all|every|each|any|no)\s+(?:\w+\s+){1,2}but|^(?:all|every|no)\s+(?:\w+\s+){1,2}but|au\u00dfer)\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*(?:[^\W\d]+\s+){0,2}[\"\u201c(]?")
"""Between these words and the first name: `excluding the month of February`."""
_LISTED = re.compile(r"\s*(?:,|and|or|,\s*and|und)\s*(?:(?:in|for)\s+)?(?:the\s+)?")
_LAST = re.compile(r"\b(?:and|or|und)\b")
_NOT_COUNTED = re.compile(r"\b(?:left\s+out|not\s+counted|excluded|ignored|disregarded|set\s+aside)\b", re.IGNORECASE)
_OF_THEM = re.compile(
    r"[\"\u201d]?\s*(?:\([^()]*\)|,?\s*(?:which|who|where|when|with|at|whose)\b(?:[^,;]|,(?=\d)){0,80}|:\s*\d[\d.,]*\s?%?)"
)
"""Words after such a name that are still about it: `besides HA (342)`, `apart from HA with 342 flights`."""


def left_out(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The names and times of a sentence that it says are not counted."""
    if match := _EXCEPT.search(text):
        return _listed(text, [m for m in mentions if m.start >= match.end()])
    return list(mentions) if _NOT_COUNTED.search(text) else []


def excepted(text: str, mentions: Sequence[Mention]) -> tuple[list[Mention], tuple[int, int]]:
    """The names and times without which a sentence is told, and the part of it that is about these alone.

    `Excluding February 2024, EWR had 25 cancellations` is said of all other rows.
    """
    match = _EXCEPT.search(text)
    after = [m for m in mentions if match and m.start >= match.end()]
    if match is None or not after or not _BETWEEN.fullmatch(text, match.end(), after[0].start):
        return [], (0, 0)
    gone = _listed(text, after)
    of_them = _OF_THEM.match(text, gone[-1].end)
    return gone, (match.start(), of_them.end() if of_them else gone[-1].end)


def _listed(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The first of some mentions, with those of its kind that are listed with it: a list has an `and` or `or`."""
    listed, sure = list(mentions[:1]), 1
    for mention in mentions[1:]:
        joint = _LISTED.fullmatch(text, listed[-1].end, mention.start)
        alike = bool(mention.date) == bool(listed[0].date) and (mention.date or mention.columns & listed[0].columns)
        if not joint or not alike:
            break
        listed.append(mention)
        if _LAST.search(joint[0]):
            sure = len(listed)
    return listed[:sure]  # "excluding HA, UA had the fewest" leaves out HA alone
