"""Shares of values on one side of a percentile: `95 % of trips cost 36 or less`, `half of all orders are above 147`."""

import re
from collections.abc import Iterator

from agents.grounding.binding.owners import owners
from agents.grounding.binding.rows import rows_of
from agents.grounding.checks.series import Computed, plain
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Measure
from agents.grounding.tables.matching import bounds, says

_BELOW = re.compile(r"\s*(?:\w+\s+)?or\s+(?:less|fewer|below|lower|under|younger|earlier|shorter)\b", re.IGNORECASE)
_ABOVE = re.compile(r"\s*(?:\w+\s+)?or\s+(?:more|above|higher|over|older|later|longer)\b", re.IGNORECASE)
PERCENTILE = re.compile(r"(\d+)th percentile")
"""Name of a column that holds one."""


def percentiles(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> Iterator[Computed]:
    """The percentile that a share and a bound of the sentence say together, for either of the two numbers."""
    place = sentence.numbers.index(number) if number in sentence.numbers else -1
    if is_share(number):
        share, value = number, next((n for n in sentence.numbers[place + 1 :] if side_of(sentence, n)), None)
    else:
        share, value = next((n for n in reversed(sentence.numbers[:place]) if is_share(n)), None), number
    if share is None or value is None or not (below := side_of(sentence, value)):
        return
    part = share.values[0] * (100 if share.form == "fraction" else 1)
    wanted = part if below == "below" else 100 - part
    for owner in owners(sentence, value, [value]):
        for table in vocabulary.tables:
            rows = rows_of(table, owner, vocabulary) or []
            for row in rows if len(rows) == 1 else ():
                for name, held in row.values.items():
                    rank = _rank(table.measures[name])
                    if rank is not None and abs(rank - wanted) < 0.5 and is_at(value, held):
                        told = f"{name} {plain(held)}"
                        yield Computed(number.values[0], told, table.evidence, "share")


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
    if number.form != "plain" or number.percent:
        return ""
    if number.hedge in {"under", "at most"} or _BELOW.match(sentence.text, number.end):
        return "below"
    return "above" if number.hedge in {"over", "at least"} or _ABOVE.match(sentence.text, number.end) else ""


def _rank(measure: Measure) -> float | None:
    """The share of values below a percentile, in per cent."""
    if measure.aggregate == "median":
        return 50.0
    match = PERCENTILE.fullmatch(measure.name)
    return float(match[1]) if match else None
