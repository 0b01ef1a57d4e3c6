"""Shares of values on one side of a percentile: `95 % of trips cost 36 or less`, `half of all orders are above 147`."""

import re

from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.matching import bounds, says

_BELOW = re.compile(r"\s*(?:\w+\s+)?or\s+(?:less|fewer|below|lower|under|younger|earlier|shorter)\b", re.IGNORECASE)
_ABOVE = re.compile(r"\s*(?:\w+\s+)?or\s+(?:more|above|higher|over|older|later|longer)\b", re.IGNORECASE)
PERCENTILE = re.compile(r"(\d+)th percentile")
"""Name of a column that holds one."""


_SLACK = 0.1
"""Part of a bound by which the percentile may keep it: 10.09 for `more than 10`."""


def is_at(bound: WrittenNumber, held: float) -> bool:
    """Return whether a percentile is at a bound: 10.09 at `more than 10`, but 12,343 not at `11,350 or more`."""
    written = bound.values[-1]
    near = abs(held - written) <= min(_SLACK * abs(written), bound.unit)
    return says(bound, held) or (near and bounds(bound, held) is True)


def is_share(number: WrittenNumber) -> bool:
    """Return whether a number is a part of a whole: a percentage or a fraction."""
    return (number.percent and not number.points) or number.form == "fraction"


def side_of(sentence: Sentence, number: WrittenNumber) -> str:
    """The side of a bound on which values lie: below, above, or nothing."""
    if number.hedge in {"under", "at most"} or _BELOW.match(sentence.text, number.end):
        return "below"
    return "above" if number.hedge in {"over", "at least"} or _ABOVE.match(sentence.text, number.end) else ""
