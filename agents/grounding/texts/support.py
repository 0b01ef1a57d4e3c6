"""Numbers and dates that a text holds, to check a statement about it."""

import re
from collections.abc import Collection, Iterable, Sequence

from agents.grounding.checker import unsupported_numbers
from agents.grounding.reading.written_dates import WrittenDate
from agents.grounding.reading.written_numbers import WrittenNumber, read
from agents.grounding.tables.matching import says
from agents.outputs import Evidence

_ID = re.compile(r"\[?\b[SE]\d+(?:\s?#\s?\d+)?\b\]?")
"""An id of a passage or result in running text; its digits are no numbers."""


def unsupported_in(
    statement: str, texts: Iterable[str], evidence: Sequence[Evidence] = (), names: Collection[str] = ()
) -> list[str]:
    """Numbers and dates of a statement that neither the texts nor the results hold, as they are written.

    A number counts as held by a text if the text has it in any unit, rounded to the digits of the statement or written
    out; a date if each of its parts is there. What only prose could say, such as a name, is not looked up here.

    Args:
        statement: Prose.
        texts: The passages that it cites.
        evidence: The data results that it cites.
        names: Names whose digits are no numbers, such as those of files.
    """
    statement = _ID.sub(" ", statement)
    numbers, dates = read(statement, names)
    held = [read(text) for text in texts]
    there = [number for found, _ in held for number in found]
    days = [date for _, found in held for date in found]
    missing = [date.text for date in dates if not _date_held(date, days, there)]
    missing += [number.text for number in numbers if not (number.word or _held(number, there, days))]
    if not missing or not evidence:
        return list(dict.fromkeys(missing))
    wrong = unsupported_numbers(statement, evidence, names)
    return [each for each in dict.fromkeys(missing) if each in wrong]


def _held(number: WrittenNumber, there: Sequence[WrittenNumber], days: Sequence[WrittenDate]) -> bool:
    values = [value for other in there for value in other.values]
    if number.percent:
        values += [100 * value for other in there if not other.percent for value in other.values if abs(value) <= 1]
    values += [float(part) for date in days for part in (date.year, date.day) if part is not None]
    return any(says(number, value) for value in values)


def _date_held(date: WrittenDate, days: Sequence[WrittenDate], there: Sequence[WrittenNumber]) -> bool:
    years = {number.values[0] for number in there if number.year} | {day.year for day in days if day.year}

    def agrees(other: WrittenDate, part: str) -> bool:
        wanted, held = getattr(date, part), getattr(other, part)
        # A report names its year once and leaves it out after that.
        return wanted is None or wanted == held or (part == "year" and held is None and wanted in years)

    parts = ("year", "quarter", "month", "day", "hour", "minute")
    return any(all(agrees(other, part) for part in parts) for other in days)
