"""Spans of time as they are written (`2013-02`), their neighbours and their names."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from analytics.errors import AnalysisInputError

Unit = Literal["year", "quarter", "month", "days"]

_DAY = r"(\d{4})-(\d{1,2})-(\d{1,2})"
_WAYS = "write 2013, 2013-Q1, 2013-02, 2013-02-08 or 2013-02-08 to 2013-02-14"


@dataclass(frozen=True)
class Span:
    """A stretch of clock time.

    Attributes:
        start: First moment.
        end: First moment after it.
        unit: A calendar unit, or a number of days.
    """

    start: datetime
    end: datetime
    unit: Unit

    @property
    def label(self) -> str:
        """Its name: 2013, Q1 2013, February 2013, 8 February 2013."""
        last = self.end - timedelta(days=1)
        if self.unit == "year":
            return f"{self.start:%Y}"
        if self.unit == "quarter":
            return f"Q{(self.start.month + 2) // 3} {self.start:%Y}"
        if self.unit == "month":
            return f"{self.start:%B %Y}"
        if last <= self.start:
            return f"{self.start.day} {self.start:%B %Y}"
        same = (self.start.year, self.start.month) == (last.year, last.month)
        first = f"{self.start.day}" if same else f"{self.start.day} {self.start:%B %Y}"
        return f"{first} to {last.day} {last:%B %Y}"

    def moved(self, steps: int) -> "Span":
        """The span of the same kind so many steps later; earlier for a negative number."""
        if self.unit == "days":
            by = (self.end - self.start) * steps
            return Span(self.start + by, self.end + by, self.unit)
        months = {"year": 12, "quarter": 3, "month": 1}[self.unit] * steps
        return Span(_months_later(self.start, months), _months_later(self.end, months), self.unit)


def span_of(text: str) -> Span:
    """Read a span.

    Raises:
        AnalysisInputError: It is not written in one of the ways that the message names.
    """
    plain = re.sub(r"\s+", " ", text.strip().strip("\"'")).casefold()
    try:
        return _read(plain)
    except (ValueError, OverflowError):
        raise AnalysisInputError(f"{text!r} is no period: {_WAYS}") from None


def _read(text: str) -> Span:
    if match := re.fullmatch(rf"{_DAY}(?: ?(?:to|until|\.\.+|/|-|\u2013) ?{_DAY})?", text):
        parts = [int(part) for part in match.groups() if part]
        first = datetime(parts[0], parts[1], parts[2])  # noqa: DTZ001 - clock time, as the data has it
        last = datetime(parts[-3], parts[-2], parts[-1])  # noqa: DTZ001 - as above
        if last < first:
            raise ValueError(text)
        return Span(first, last + timedelta(days=1), "days")
    if match := re.fullmatch(r"(\d{4})(?:[- ]?q([1-4]))?|q([1-4])[- ](\d{4})", text):
        year, quarter = int(match[1] or match[4]), match[2] or match[3]
        start = datetime(year, 3 * int(quarter or 1) - 2, 1)  # noqa: DTZ001 - as above
        return Span(start, _months_later(start, 3 if quarter else 12), "quarter" if quarter else "year")
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})", text):
        return _month(int(match[1]), int(match[2]))
    if match := re.fullmatch(r"([a-z]{3,9}) (\d{4})", text):
        names = [name.casefold() for name in calendar.month_name]
        found = [place for place, name in enumerate(names) if place and name.startswith(match[1])]
        return _month(int(match[2]), found[0] if len(found) == 1 else 0)
    raise ValueError(text)


def _month(year: int, month: int) -> Span:
    start = datetime(year, month, 1)  # noqa: DTZ001 - as above
    return Span(start, _months_later(start, 1), "month")


def _months_later(time: datetime, months: int) -> datetime:
    place = 12 * time.year + time.month - 1 + months
    return time.replace(year=place // 12, month=place % 12 + 1)


def quiet_pairs(after: Span, before: Span, first: datetime, last: datetime, most: int = 12) -> list[tuple[Span, Span]]:
    """Pairs of spans as far apart as the two compared that touch neither, those nearest in time first.

    Args:
        after: The later span of the comparison.
        before: The earlier one.
        first: First moment of the data.
        last: Last moment.
        most: Most pairs.
    """
    if before.unit != after.unit or (after.end - after.start).days < 1:
        return []
    apart = next((steps for steps in range(1, 61) if after.moved(-steps).start == before.start), 1)
    found: list[tuple[Span, Span]] = []
    for steps in _nearest():
        try:
            later, earlier = after.moved(steps), after.moved(steps - apart)
        except (ValueError, OverflowError):
            continue
        inside = earlier.start >= first and later.end <= last + timedelta(days=1)
        apart_from = all(not _meet(one, other) for one in (later, earlier) for other in (after,))
        if inside and apart_from:
            found.append((earlier, later))
            if len(found) == most:
                break
    return found


def _nearest() -> Iterator[int]:
    for steps in range(1, 61):
        yield from (-steps, steps)


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
