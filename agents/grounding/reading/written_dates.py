"""Dates, parts of dates and times of day as a sentence writes them."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta

from analytics.questions.language.calendar_words import MONTHS

_GERMAN = {"mär": 3, "mai": 5, "okt": 10, "dez": 12}
_MONTH = (
    r"(?:jan(?:uar(?:y)?)?|feb(?:ruar(?:y)?)?|mar(?:ch)?|märz|apr(?:il)?|may|mai|june?|juni|july?|juli|aug(?:ust)?"
    r"|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)\b\.?"
)
_DAY = r"(?<![\d.,:])\d{1,2}(?:st|nd|rd|th|\.)?(?![\d%]|\.\d|,\d(?!\d{3}\b)|\s(?:%|percent\b|per\s+cent\b))"
_DAYS = rf"{_DAY}(?:\s*(?:,\s*and|,|and|or|to|&|[-\u2010-\u2015])\s*(?:the\s+)?{_DAY})*"
_DAY_RANGE = re.compile(r"(\d{1,2})\s*(?:to|[-\u2010-\u2015])\s*(?:the\s+)?(\d{1,2})")
_YEAR = r"(?:1[6-9]|2[01])\d\d(?![\d%]|[.,]\d)"
_WORD_QUARTERS = ("first", "second", "third", "fourth")
_GERMAN_QUARTERS = ("erste", "zweite", "dritte", "vierte")
_DATES = (
    re.compile(
        r"(?<![\d.])(?P<y>\d{4})-(?P<m>\d{2})-(?P<days>\d{2})(?:[T ](?P<H>\d{2}):(?P<M>\d{2})(?::\d{2}(?:\.\d+)?)?)?"
        r"(?:Z|\+00:00)?(?![\d-])"
    ),
    re.compile(r"(?<![\d.-])(?P<y>(?:1[6-9]|2[01])\d\d)-(?P<m>0[1-9]|1[0-2])(?![\d-])"),
    re.compile(r"(?<![\d./])(?P<days>\d{1,2})(?P<mark>[./])(?P<m>\d{1,2})(?P=mark)(?P<y>\d{4})(?![\d/])"),
    re.compile(rf"(?P<days>{_DAYS})\s+(?:of\s+)?(?P<month>{_MONTH})(?:(?:,\s*|\s+)(?P<y>{_YEAR}))?", re.IGNORECASE),
    re.compile(rf"\b(?P<month>{_MONTH})\s+(?:the\s+)?(?P<days>{_DAYS})(?:(?:,\s*|\s+)(?P<y>{_YEAR}))?", re.IGNORECASE),
    re.compile(rf"\b(?P<month>{_MONTH}),?\s+(?:of\s+)?(?P<y>{_YEAR})", re.IGNORECASE),
    re.compile(rf"\bQ(?P<q>[1-4])(?:\s+(?:of\s+)?(?P<y>{_YEAR}))?", re.IGNORECASE),
    re.compile(r"\b[Qq]uarter\s+(?P<q>[1-4])(?![\d%]|[.,]\d)"),
    re.compile(rf"\b(?P<q>{'|'.join(_WORD_QUARTERS)})[\s-]+quarter(?:\s+(?:of\s+)?(?P<y>{_YEAR}))?", re.IGNORECASE),
    re.compile(rf"\b(?P<q>erste|zweite|dritte|vierte)[nsm]?\s+Quartal(?:s)?\b(?:\s+(?P<y>{_YEAR}))?"),
    re.compile(rf"\bH(?P<half>[12])(?:\s+(?:of\s+)?(?P<y>{_YEAR}))?(?!\w)"),
    re.compile(
        rf"\b(?P<half>first|second)\s+half(?:\s+(?:of\s+(?:the\s+year\b\s*)?)?(?P<y>{_YEAR})|\s+of\s+the\s+year\b|(?=\s*[,.;:()]|\s*$|\s+(?:\d|only|just|saw|had|with|came)))",
        re.IGNORECASE,
    ),
    re.compile(rf"\b(?P<half>ersten?|zweiten?)\s+(?:Halbjahr|Jahreshälfte)(?:\s+(?P<y>{_YEAR}))?"),
    re.compile(r"(?<![\d:.,])(?P<H>1[0-2]|0?[1-9])(?::(?P<M>[0-5]\d))?\s?(?P<noon>[ap])\.?m\b\.?", re.IGNORECASE),
    re.compile(r"(?<![\d:.,])(?P<H>[01]?\d|2[0-3])(?:(?::(?P<M>[0-5]\d))?\s+(?:o['\u2019]clock|Uhr)\b)"),
    re.compile(r"(?<![\d:])(?P<H>[01]?\d|2[0-3]):(?P<M>[0-5]\d)(?::[0-5]\d)?(?![\d:]|\.\d)"),
    # A month alone counts only as it is written: `may` and `mar` are other words.
    re.compile(
        r"\b(?P<month>January|February|March|April|May|June|July|August|September|October|November|December"
        r"|Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember"
        r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)(?![\w-])"
    ),
)


@dataclass(frozen=True)
class WrittenDate:
    """A date, part of one, or a time of day. Parts that are not written are None."""

    text: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    hour: int | None = None
    minute: int | None = None
    quarter: int | None = None
    half: int | None = None
    """Half of the year, 1 or 2."""
    start: int = 0
    """Position in the sentence."""
    end: int = 0
    """Position after it."""
    may_be_count: bool = False
    """One of several days in a row that is not next to the month: the 12 of `12 and 9 February`."""
    month_first: bool = False
    """Written like 8/2/2013, where day and month may be the other way round."""
    between: bool = False
    """Not written, but inside a written range: the 7 of `6-8 March`, which the data need not have."""

    @property
    def key(self) -> tuple[int | None, ...]:
        """Its parts, by which two written dates are the same."""
        return self.year, self.half, self.quarter, self.month, self.day, self.hour, self.minute

    @property
    def order(self) -> tuple[int, ...]:
        """A key to sort by."""
        return tuple(part or 0 for part in self.key)


def moved_by(written: WrittenDate, unit: str, step: int) -> WrittenDate | None:
    """The date a `day`, `month` or `year` later or earlier; None if not all of it is known."""
    year, month, day = written.year, written.month, written.day
    if unit == "day" and year and month and day:
        with suppress(ValueError, OverflowError):
            moved = date(year, month, day) + timedelta(days=step)
            return replace(written, year=moved.year, month=moved.month, day=moved.day)
    if unit == "month" and month and not day:
        years, months = divmod(month - 1 + step, 12)
        return replace(written, year=year + years if year else None, month=months + 1)
    if unit == "year" and year and not month:
        return replace(written, year=year + step)
    return None


def read_dates(text: str) -> list[WrittenDate]:
    """Dates of `text`, in order. A year alone is read as a number, by `agents.grounding.reading.written_numbers`."""
    return blanked(text)[1]


def blanked(text: str) -> tuple[str, list[WrittenDate]]:
    """`text` with every date overwritten by null characters, and the dates, in order."""
    dates: list[WrittenDate] = []
    written = text
    for pattern in _DATES:
        for match in list(pattern.finditer(text)):
            dates += _dates(match)
            text = text[: match.start()] + "\x00" * len(match[0]) + text[match.end() :]
    text = _elliptical(text, dates)
    dates = _with_times(written, dates)
    dates = _years_shared(text, sorted(dates, key=lambda one: (one.start, one.order)))
    return text, dates


_BARE = re.compile(
    r"\b(?:the\s+(?P<which>first|second|third|fourth)(?=\s*[,.;:()]|\s*$|\s+(?:with|to|and|at|had|saw)\b)"
    r"|im\s+(?P<welche>ersten|zweiten|dritten|vierten)(?=\s*[,.;:()]|\s*$|\s+(?:waren|kamen|gab|nur|sogar|\d)))"
)


def _place_of(word: str) -> int:
    """The place of an ordinal word, from 0."""
    word = word.lower()
    return _WORD_QUARTERS.index(word) if word in _WORD_QUARTERS else _GERMAN_QUARTERS.index(word.rstrip("nsm"))


def _elliptical(text: str, dates: list[WrittenDate]) -> str:
    """Read `the fourth` as a quarter, or `the first` as a half, where the sentence speaks of such."""
    kinds = {"quarter" if one.quarter else "half" for one in dates if one.quarter or one.half}
    if len(kinds) != 1:
        return text
    for match in list(_BARE.finditer(text)):
        name = "which" if match["which"] else "welche"
        which = _place_of(match[name]) + 1
        start, end = match.span(name)
        if kinds == {"half"} and which > 2:
            continue
        dates.append(replace(WrittenDate(match[name], start=start, end=end), **{next(iter(kinds)): which}))
        text = text[:start] + "\x00" * (end - start) + text[end:]
    return text


def _with_times(text: str, dates: list[WrittenDate]) -> list[WrittenDate]:
    """Take the time of day after a day as its own: `3 March 2019, 21:00`, `2 May at 10:30`."""
    kept: list[WrittenDate] = []
    for one in sorted(dates, key=lambda date: (date.start, date.order)):
        day = kept[-1] if kept else None
        if (
            day is not None
            and day.day is not None
            and day.hour is None
            and one.hour is not None
            and one.day is None
            and _AT.fullmatch(text[day.end : one.start])
        ):
            kept[-1] = replace(day, text=text[day.start : one.end], hour=one.hour, minute=one.minute, end=one.end)
        else:
            kept.append(one)
    return kept


_AT = re.compile(r",?\s+(?:at\s+|um\s+)?")


def _years_shared(text: str, dates: list[WrittenDate]) -> list[WrittenDate]:
    """Give a month without a year that of the date after it: `in January and March 2013`."""
    for place in range(len(dates) - 2, -1, -1):
        one, after = dates[place], dates[place + 1]
        between = text[one.end : after.start]
        if (
            one.month
            and one.year is None
            and after.year
            and re.fullmatch(r"[\s,\x00]*(?:and|to|or|[-\u2013])?\s*", between)
        ):
            dates[place] = replace(one, year=after.year)
    return dates


def _dates(match: re.Match[str]) -> Iterator[WrittenDate]:
    parts = match.groupdict()
    start, end = match.span()
    month = int(parts["m"]) if parts.get("m") else None
    if parts.get("month"):
        short = parts["month"][:3].lower()
        month = _GERMAN.get(short) or MONTHS[1].index(short) + 1
    year, hour, minute = (int(parts[key]) if parts.get(key) and parts[key] else None for key in ("y", "H", "M"))
    if quarter := parts.get("q"):
        count = int(quarter) if quarter.isdigit() else _place_of(quarter) + 1
        yield WrittenDate(match[0], year, quarter=count, start=start, end=end)
        return
    if half := parts.get("half"):
        yield WrittenDate(match[0], year, half=1 if half[0] in "1fFeE" else 2, start=start, end=end)
        return
    if noon := parts.get("noon"):
        hour = int(parts["H"]) % 12 + (12 if noon in "pP" else 0)
    if not parts.get("days"):
        # 24:00-like scores such as 3:10 are rare; a colon between two numbers is read as a time of day.
        yield WrittenDate(match[0], year, month, None, hour, minute, start=start, end=end)
        return
    days = re.findall(r"\d{1,2}", parts["days"])
    if parts.get("mark"):
        yield WrittenDate(match[0], year, month, int(days[0]), month_first=parts["mark"] == "/", start=start, end=end)
        return
    nearest = days[-1] if len(days) > 1 and match.start("days") < match.start("month") else days[0]
    for day in days:
        name = match[0] if len(days) == 1 else f"{day} {parts['month']}" + (f" {year}" if year else "")
        yield WrittenDate(name, year, month, int(day), hour, minute, may_be_count=day != nearest, start=start, end=end)
    for first, last in _DAY_RANGE.findall(parts["days"]):
        for day in range(int(first) + 1, int(last)):
            yield WrittenDate(match[0], year, month, day, between=True, start=start, end=end)
