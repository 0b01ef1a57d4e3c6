"""Points and spans of time in a table's cells, and whether a date of a sentence means one of them."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from agents.grounding.reading.written_dates import WrittenDate, read_dates

_QUARTER = re.compile(r"(?:(\d{4})[\s-]*)?[Qq]([1-4])(?:[\s-]*(\d{4}))?")
_MONTH_COLUMN = {"month", "monat", "mon"}
_YEAR_COLUMN = {"year", "jahr", "yr", "decade", "jahrzehnt", "century", "jahrhundert"}
_HOUR_COLUMN = {"hour", "hourofday", "stunde"}
_QUARTER_COLUMN = {"quarter", "quartal", "qtr"}
_HALVES = {1: range(1, 7), 2: range(7, 13)}
_PARTS = ("year", "quarter", "month", "day", "hour", "minute")
_LAST_DAY = 31
"""Years of two digits from here on are those of the 1900s: `model_year` 70 is 1970. Smaller numbers may count years."""


@dataclass(frozen=True)
class Moment:
    """A point in time or a span of it; parts that are not known are None."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    hour: int | None = None
    minute: int | None = None
    quarter: int | None = None

    @property
    def order(self) -> tuple[int, ...]:
        """A key to sort by."""
        return tuple(-1 if (part := getattr(self, name)) is None else part for name in _PARTS)


def moment_of(time: date) -> Moment:
    """The moment of a date or time. Midnight counts as the whole day."""
    if isinstance(time, datetime) and (time.hour or time.minute):
        return Moment(time.year, time.month, time.day, time.hour, time.minute)
    return Moment(time.year, time.month, time.day)


@lru_cache(maxsize=20_000)
def moment_in(text: str, column: str = "") -> Moment | None:
    """Return the moment in a cell's text: `2013`, `2013-02`, `2013-02-08T10:00`, `Feb 2013`, `2013-Q3`; else None."""
    text = text.strip()
    if not text or len(text) > 40:
        return None
    try:
        if re.match(r"\d{4}-\d{2}-\d{2}", text):
            return moment_of(datetime.fromisoformat(text))
    except ValueError:
        return None
    kind = re.sub(r"[^a-z]", "", column.casefold())
    if re.fullmatch(r"\d{1,4}", text):
        number = int(text)
        if any(kind.endswith(name) or kind.startswith(name) for name in _YEAR_COLUMN) and 1000 <= number <= 2500:
            return Moment(year=number)
        if kind.endswith("year") and len(text) == 2 and number > _LAST_DAY:
            return Moment(year=1900 + number)
        if any(kind.endswith(name) or kind.startswith(name) for name in _MONTH_COLUMN) and 1 <= number <= 12:
            return Moment(month=number)
        if any(kind.endswith(name) for name in _HOUR_COLUMN) and 0 <= number <= 23:
            return Moment(hour=number)
        if any(kind.endswith(name) for name in _QUARTER_COLUMN) and 1 <= number <= 4:
            return Moment(quarter=number)
        return None
    if quarter := _QUARTER.fullmatch(text):
        year = quarter[1] or quarter[3]
        return Moment(year=int(year) if year else None, quarter=int(quarter[2]))
    dates = read_dates(text)
    if len(dates) == 1 and dates[0].text.strip() == text and dates[0].month:
        one = dates[0]
        return Moment(one.year, one.month, one.day, one.hour, one.minute)
    return None


def means(written: WrittenDate, moment: Moment) -> bool:
    """Return whether a written date is this moment or a span that holds it. A year that it lacks may be left out."""
    if written.half is not None and (moment.month or 3 * (moment.quarter or 0)) not in _HALVES[written.half]:
        return False
    for part in _PARTS:
        wanted, there = getattr(written, part), getattr(moment, part)
        if part == "quarter" and wanted is not None and there is None and moment.month is not None:
            there = (moment.month + 2) // 3
        if wanted is None or wanted == there:
            continue
        if there is None and (part == "year" or (wanted == 0 and (part == "minute" or moment.day))):
            continue
        return False
    return True
