"""Numbers beside words by which they are not the value of a cell: `more than 60`, `is not 60`, `twice the number`."""

import re

from agents.grounding.names.mentions import Mention
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.tables.matching import says

_DENIED = re.compile(
    r"(?:\b(?:is|was|are|were|did|does|do|has|have|had)(?:n['\u2019]t|\s+not)|\bnever)\s+(?:[a-z]+\s+)?[^\w\s]?$",
    re.IGNORECASE,
)
_NOT_DENIED = re.compile(r"\b(?:only|just|merely|quite|exactly|yet)\s+[^\w\s]?$", re.IGNORECASE)
_STRICT = re.compile(
    r"\b(?:more|less|fewer|higher|lower|greater)\s+than\s+[^\w\s]?$|\b(?:over|under|above|below|beyond|past)\s+[^\w\s]?$"
    r"|\b(?:exceed(?:ed|s|ing)?|surpass(?:ed|es|ing)?|topp?(?:ed|s|ing)|pass(?:ed|es|ing))\s+[^\w\s]?$",
    re.IGNORECASE,
)
_OF_TWO = re.compile(r"\d\s?%?\s+(?:is|was|are|were|lies|lay)\s+(?:\w+\s+){1,3}[^\w\s]?$")
"""Words between two values that are compared: `92 % is above 16 %`."""
_NONE = re.compile(r"\b(?:no|none|nobody|nothing|never|not|neither|nor)\b|n['\u2019]t\b", re.IGNORECASE)
_TIMES = re.compile(r"twice|double|thrice|triple", re.IGNORECASE)
_OF_ANOTHER = re.compile(r"\s+(?:the|as|that|those|what|its|their)\b")


_A_YEAR = re.compile(
    r"\s+(?:(?:an?|per|each|every)\s+(?:year|quarter|month|week|day)\b(?!\s+(?:earlier|before|later))"
    r"|(?:annual|year|month|quarter)ly\b)",
    re.IGNORECASE,
)


def is_denied(text: str, number: WrittenNumber) -> bool:
    """Return whether a sentence says that a value is not this number: `its attendance is not 1,500`."""
    before = text[: number.start]
    return not number.hedge and bool(_DENIED.search(before)) and not _NOT_DENIED.search(before)


def is_passed(text: str, number: WrittenNumber, held: float, scale: float = 1.0) -> bool:
    """Return whether a value is said to be more or less than this number, but is this very number or on its other side.

    Args:
        text: The sentence.
        number: The number.
        held: The value.
        scale: Unit of the value.
    """
    if number.form != "plain" or number.hedge not in {"over", "under"}:
        return False
    before = text[: number.start]
    if not _STRICT.search(before) or _NONE.search(before) or _OF_TWO.search(before):
        return False
    held = held if number.signed else abs(held)
    values = [held, 100 * held if number.percent and abs(held) <= 1 else scale * held]
    way = 1 if number.hedge == "over" else -1
    return any(says(number, value) and (value - number.values[-1]) * way <= 0 for value in values)


def is_times(text: str, number: WrittenNumber) -> bool:
    """Return whether a number is a factor: `twice the number of medals` are not two of them."""
    return bool(_TIMES.fullmatch(number.text) and _OF_ANOTHER.match(text, number.end))


_BESIDE = re.compile(r"(?:^|[,;]\s+)(?:\w+\s+)?(?:before|prior\s+to|after)\s+$", re.IGNORECASE)


def is_beside(text: str, time: Mention) -> bool:
    """Return whether what a clause says holds before or after a time that it opens with."""
    return bool(_BESIDE.search(text[: time.start])) and text[time.end : time.end + 1] == ","


def is_each_time(text: str, number: WrittenNumber) -> bool:
    """Return whether a percentage is one of each period, which that over all of them is not: `grew by 3.5 % a year`."""
    return number.percent and bool(_A_YEAR.match(text, number.end))
