"""Times that are told from another one: `on the following day`, `two years later`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.number_words import words_in
from agents.grounding.reading.written_dates import WrittenDate, moved_by

_NEXT = re.compile(
    r"(?:\b(?:the\s+|(?<=\())(?:following|next|(?P<back>previous|prior|preceding))\s+(?P<unit>day|month|year)"
    r"|\b(?:the|an?|one)\s+(?P<span>day|month|year)\s+(?P<way>after|before|earlier|later)(?=[\s,.;:)]))",
    re.IGNORECASE,
)


_SO_MANY = (
    r"(?P<count>\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|fifty)\s+"
    r"(?P<unit>day|month|year)s"
)
_LATER = re.compile(
    rf"\b{_SO_MANY}\s+(?P<way>later|after(?:wards|\s+that)|earlier|before(?=[\s,.;:)]))\b", re.IGNORECASE
)
_WITHIN = re.compile(rf"\b(?P<way>within)\s+(?:just\s+|only\s+)?{_SO_MANY}\b", re.IGNORECASE)
_BACK = ("earlier", "before")
_SINCE = re.compile(r"\bsince\s+$", re.IGNORECASE)


def relative_times(
    text: str, times: Sequence[Mention], vocabulary: Vocabulary, before: Sequence[Mention] = ()
) -> Iterator[Mention]:
    """The day, month or year after the one named last, or the one before it: `on the following day`.

    Args:
        text: A sentence.
        times: Its times.
        vocabulary: Times that there are.
        before: The times of the sentence before it, for a sentence that names none.
    """
    for match in _NEXT.finditer(text):
        dates = [m.date for m in times if m.end <= match.start() and m.date]
        dates = dates or [m.date for m in (() if times else before) if m.date]
        if not dates:
            continue
        unit = (match["unit"] or match["span"]).lower()
        step = -1 if match["back"] or (match["way"] or "").lower() in _BACK else 1
        date = _month_of(dates[-1], step) if match["span"] and unit == "year" else None
        date = date or moved_by(_with_year(dates[-1], vocabulary), unit, step)
        if date and vocabulary.holds_date(date):
            yield Mention(match.start(), match.end(), match[0], date=replace(date, text=match[0]))
    for match in (*_LATER.finditer(text), *_WITHIN.finditer(text)):
        dates = [m.date for m in times if m.end <= match.start() and m.date and not _SINCE.search(text[: m.start])]
        count = next((word.value for word in words_in(match["count"])), None)
        step = int(count if count is not None else float(match["count"]))
        for last in reversed(dates):
            date = moved_by(
                _with_year(last, vocabulary), match["unit"].lower(), -step if match["way"].lower() in _BACK else step
            )
            if date and vocabulary.holds_date(date):
                yield Mention(match.start(), match.end(), match[0], date=replace(date, text=match[0]))
                break


def _month_of(date: WrittenDate, step: int) -> WrittenDate | None:
    """The same month or quarter some years later or earlier; None for a day or a year."""
    if date.year is None or date.day or not (date.month or date.quarter):
        return None
    return replace(date, year=date.year + step)


def _with_year(date: WrittenDate, vocabulary: Vocabulary) -> WrittenDate:
    """The day with its year, where rows have it in one year only."""
    if date.year or not date.day:
        return date
    years = {m.year for m in vocabulary.moments if (m.month, m.day) == (date.month, date.day) and m.year}
    return replace(date, year=next(iter(years))) if len(years) == 1 else date


_END = re.compile(
    r"\bin\s+(?P<time>the\s+(?:(?P<first>first)|last|final|latest)\s+(?P<unit>day|month|year))\b(?!\s+(?:of|with|when|for|to|that)\b)",
    re.IGNORECASE,
)


def ends_of_time(text: str, vocabulary: Vocabulary) -> Iterator[Mention]:
    """The first or last of the times that there are: `in the last year`, where each row has a year."""
    for match in _END.finditer(text):
        parts = ("year", "month", "day")
        unit = parts[: parts.index(match["unit"].lower()) + 1]
        moments = [m for m in vocabulary.moments if all(getattr(m, part) for part in unit)]
        if not moments or any(getattr(m, part) for m in vocabulary.moments for part in parts[len(unit) :]):
            continue
        end = (min if match["first"] else max)(moments, key=lambda m: m.order)
        start, stop = match.span("time")
        date = WrittenDate(match["time"], start=start, end=stop, **{part: getattr(end, part) for part in unit})
        yield Mention(start, stop, match["time"], date=date)


_DAY = re.compile(
    r"\bon\s+(?P<day>the\s+(?P<number>\d{1,2})(?:st|nd|rd|th))\b(?!\s+(?:of|day|percentile|place)\b)", re.IGNORECASE
)


def days_alone(text: str, times: Sequence[Mention], vocabulary: Vocabulary) -> list[Mention]:
    """Days whose month is clear: `on the 3rd`, where all days are of one month or the sentence names the month."""
    months = {(m.date.year, m.date.month) for m in times if m.date and m.date.month and not m.date.day}
    months = months or {(m.year, m.month) for m in vocabulary.moments if m.day}
    found: list[Mention] = []
    for match in _DAY.finditer(text) if len(months) == 1 else ():
        year, month = next(iter(months))
        start, end = match.span("day")
        date = WrittenDate(match["day"], year, month, int(match["number"]), start=start, end=end)
        if vocabulary.holds_date(date):
            found.append(Mention(start, end, match["day"], date=date))
    return found
