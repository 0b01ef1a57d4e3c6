"""Lengths of time: `in the 40 years since 1980`, `over the two years`."""

import re
from datetime import date

from agents.grounding.checks.counted.counted_moves import STREAK
from agents.grounding.numbers.context import SentenceContext
from agents.grounding.reading.written_dates import WrittenDate
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.tables.moments import Moment
from agents.outputs import Check

_LENGTH = re.compile(r"[\s-](year|quarter|month|day)s?\b", re.IGNORECASE)


def length_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Accept the time between two times that a sentence names, or from one to the last that there is."""
    match = _LENGTH.match(context.sentence.text, number.end)
    if match is None or number.percent or number.form != "plain" or number.hedge in {"over", "under"}:
        return None
    if STREAK.match(context.sentence.text, number.end):
        return None  # each step has to go the same way
    unit = match[1].lower()
    places = {place for m in context.sentence.times if m.date and (place := _place(m.date, unit)) is not None}
    ends = {place for m in context.vocabulary.moments if (place := _place(m, unit)) is not None}
    within = _WITHIN.search(context.sentence.text[: number.start])
    if within and (len(places) == 1 or (unit == "year" and not places)):
        places |= {min(ends), max(ends)} if ends else set()
    if any(abs(a - b) == number.values[0] > 1 for a in places for b in places):
        return Check(text=number.text, verdict="derived", detail=f"{unit}s between two times")
    return None


_WITHIN = re.compile(r"\b(?:in|over|within|after|during)\s+(?:just\s+|only\s+|the\s+)?$", re.IGNORECASE)


def _place(time: Moment | WrittenDate, unit: str) -> int | None:
    """The number of a unit from the first year on; None if it is not known."""
    year, quarter, month, day = time.year, time.quarter, time.month, time.day
    if year is None:
        return None
    if unit == "year":
        return year
    if unit == "quarter":
        return 4 * year + quarter if quarter else None
    if unit == "month":
        return 12 * year + month if month else None
    return date(year, month, day).toordinal() if month and day else None
