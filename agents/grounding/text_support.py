"""Numbers and dates that a text holds, to check a statement about it."""

import re
from collections.abc import Collection, Iterable, Sequence

from agents.grounding.evidence import unsupported_numbers
from agents.grounding.facts import Facts
from agents.grounding.support import Mentioned, held_number
from agents.grounding.written_numbers import WrittenDate, read
from agents.outputs import Evidence

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_WORDS = {word: float(value) for value, word in enumerate(_SMALL.split())} | {"half": 0.5, "dozen": 12.0}
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9}
_WRITTEN_OUT = re.compile(rf"\b({'|'.join(_WORDS)})(?:[\s-]+({'|'.join(_SCALES)}))?\b", re.IGNORECASE)
_ID = re.compile(r"\[?\b[SE]\d+(?:\s?#\s?\d+)?\b\]?")
"""An id of a passage or result in running text; its digits are no numbers."""


def unsupported_in(
    statement: str, texts: Iterable[str], evidence: Sequence[Evidence] = (), names: Collection[str] = ()
) -> list[str]:
    """Numbers and dates of a statement that neither the texts nor the results hold, as they are written.

    A number counts as held by a text if the text has it in any unit, rounded to the digits of the statement or written
    out; a date if each of its parts is there.

    Args:
        statement: Prose.
        texts: The passages that it cites.
        evidence: The data results that it cites.
        names: Names whose digits are no numbers, such as those of files.
    """
    statement = _ID.sub(" ", statement)
    missing = unsupported_numbers(statement, evidence, names)
    if not missing:
        return []
    facts, dates = Facts(), list[WrittenDate]()
    for text in texts:
        _add(facts, dates, text)
    numbers, written = read(statement, names)
    held = {number.text for number in numbers if held_number(number, facts, Mentioned([], []), statement)}
    held |= {date.text for date in written if _held(date, dates, facts)}
    return [each for each in missing if each not in held]


def _add(facts: Facts, dates: list[WrittenDate], text: str) -> None:
    numbers, found = read(text)
    for number in numbers:
        facts.numbers += number.values
        if number.percent:
            facts.shares += [value / 100 for value in number.values]
    for match in _WRITTEN_OUT.finditer(text):
        facts.numbers.append(_WORDS[match[1].lower()] * _SCALES.get((match[2] or "").lower(), 1.0))
    dates += found
    facts.numbers += [float(part) for date in found for part in (date.year, date.day) if part is not None]


def _held(date: WrittenDate, dates: Sequence[WrittenDate], facts: Facts) -> bool:
    def agrees(other: WrittenDate, part: str) -> bool:
        wanted, there = getattr(date, part), getattr(other, part)
        # A report names its year once and leaves it out after that.
        return wanted is None or wanted == there or (part == "year" and there is None and wanted in facts.numbers)

    parts = ("year", "month", "day", "hour", "minute")
    return any(all(agrees(other, part) for part in parts) for other in dates)
