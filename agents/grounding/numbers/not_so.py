"""Numbers beside words by which they are not the value of a cell: `more than 60`, `is not 60`, `twice the number`."""

import re

from agents.grounding.reading.written_numbers import WrittenNumber

_DENIED = re.compile(
    r"(?:\b(?:is|was|are|were|did|does|do|has|have|had)(?:n['\u2019]t|\s+not)|\bnever)\s+(?:[a-z]+\s+)?[^\w\s]?$",
    re.IGNORECASE,
)
_NOT_DENIED = re.compile(r"\b(?:only|just|merely|quite|exactly|yet)\s+[^\w\s]?$", re.IGNORECASE)
_STRICT = re.compile(
    r"\b(?:more|less|fewer|higher|lower|greater)\s+than\s+[^\w\s]?$|\b(?:over|under|above|below)\s+[^\w\s]?$",
    re.IGNORECASE,
)
_NONE = re.compile(r"\b(?:no|none|nobody|nothing|never|not|neither|nor)\b|n['\u2019]t\b", re.IGNORECASE)
_TIMES = re.compile(r"twice|double|thrice|triple", re.IGNORECASE)
_OF_ANOTHER = re.compile(r"\s+(?:the|as|that|those|what|its|their)\b")


def is_denied(text: str, number: WrittenNumber) -> bool:
    """Return whether a sentence says that a value is not this number: `its attendance is not 1,500`."""
    before = text[: number.start]
    return not number.hedge and bool(_DENIED.search(before)) and not _NOT_DENIED.search(before)


def is_passed(text: str, number: WrittenNumber, held: float) -> bool:
    """Return whether a value is said to be more or less than this number, but is this very number."""
    if number.form != "plain" or number.percent or number.hedge not in {"over", "under"}:
        return False
    before = text[: number.start]
    return bool(_STRICT.search(before)) and not _NONE.search(before) and held in number.values


def is_times(text: str, number: WrittenNumber) -> bool:
    """Return whether a number is a factor: `twice the number of medals` are not two of them."""
    return bool(_TIMES.fullmatch(number.text) and _OF_ANOTHER.match(text, number.end))
