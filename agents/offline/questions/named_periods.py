"""Months and years that a question names."""

import re
from dataclasses import dataclass
from datetime import MAXYEAR, datetime

from analytics.questions.language.calendar_words import MONTHS


@dataclass(frozen=True)
class Period:
    """A month or a year that a question names.

    Attributes:
        label: As it is told.
        start: First moment.
        end: First moment after it.
    """

    label: str
    start: datetime
    end: datetime

    @property
    def text(self) -> str:
        """As tools take it: 2013-02 or 2013."""
        return f"{self.start:%Y}" if self.label == f"{self.start:%Y}" else f"{self.start:%Y-%m}"


def period_in(question: str | None, start: datetime | None, end: datetime | None) -> Period | None:
    """The month or year that a question names, if the data has it; of several such months the last.

    Args:
        question: Such as `why did sales fall in May?`
        start: First moment of the data.
        end: Last moment of the data.
    """
    if not question or start is None or end is None:
        return None
    start, end = start.replace(tzinfo=None), end.replace(tzinfo=None)
    year_named = re.search(r"\b(1[6-9]\d\d|2[01]\d\d)\b", question)
    month = month_in(question)
    years = [int(year_named[1])] if year_named else list(range(end.year, start.year - 1, -1))
    for year in [year for year in years if year < MAXYEAR] if month or year_named else []:
        first = datetime(year, month or 1, 1)  # noqa: DTZ001 - clock time, as the data has it
        after = datetime(year + (month in (None, 12)), (month or 0) % 12 + 1, 1)  # noqa: DTZ001 - as above
        if first <= end and after > start:
            return Period(f"{first:%B %Y}" if month else str(year), first, after)
    return None


def month_in(question: str) -> int | None:
    """The month that a question names, from 1."""
    if iso := re.search(r"\b\d{4}-(0[1-9]|1[0-2])\b", question):
        return int(iso[1])
    for names in MONTHS[:2]:
        for place, month in enumerate(names, 1):
            # Of `may` only the month is written with a capital.
            word = month.capitalize() if month == "may" else f"(?i:{month})"
            if re.search(rf"\b{word}\b", question):
                return place
    return None
