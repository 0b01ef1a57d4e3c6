"""Dates and times written as text: many orders and spellings, day or month first by evidence."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.columns import Series
from analytics.reading.cells.times.buddhist_years import AHEAD, are_buddhist
from analytics.reading.cells.times.buddhist_years import NOTE as BUDDHIST
from analytics.reading.cells.times.centuries import first_year
from analytics.reading.cells.times.months import MONTHS

_CLOCK = (
    r"(?:(?:[T,]|\s)\s*(?P<hour>\d{1,2})[:.h](?P<minute>[0-5]\d)(?:[:.](?P<second>[0-6]\d)(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"\s*(?P<half>[AaPp]\.?\s?[Mm]\.?)?)?\s*(?P<zone>Z|[A-Z]{3,4}|(?<=\d|\s)[+-]\d{2}:?(?:\d{2})?)?(?:\s?\(?(?:UTC|GMT)\)?)?"
)
_SHORT_CLOCK = r"(?:T(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})Z?)?"
_WEEKDAY = r"(?:[^\W\d_]{2,10}\.?,?\s+)?"
_MONTH = r"(?P<name>[^\W\d_]{3,12})\.?"
_SHAPES = [
    ("ymd", r"(?P<year>[12]\d{3})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})" + _CLOCK),
    ("ymd", r"(?P<year>[12]\d{3})\u5e74(?P<month>\d{1,2})\u6708(?P<day>\d{1,2})\u65e5"),
    ("ymd", r"(?P<year>[12]\d{3})(?P<month>[01]\d)(?P<day>[0-3]\d)" + _SHORT_CLOCK),
    ("ab", r"(?P<a>\d{1,2})(?P<mark>[-/.])(?P<b>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})" + _CLOCK),
    ("ymd", _WEEKDAY + r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?[-\s/]?\s*(?:de\s|of\s)?" + _MONTH
     + r"(?:\s?[-,/]?\s?|\sde\s)(?P<year>\d{4}|\d{2})" + _CLOCK),
    ("ymd", _WEEKDAY + _MONTH + r"[-\s](?P<day>\d{1,2})(?:st|nd|rd|th)?(?:,\s?|\s|-)(?P<year>\d{4}|\d{2})" + _CLOCK),
    ("ymd", r"(?P<year>\d{4})[-/\s]" + _MONTH + r"[-/\s](?P<day>\d{1,2})" + _CLOCK),
    ("unix", r"[^\W\d_]{3} " + _MONTH + r"\s+(?P<day>\d{1,2}) (?P<hour>\d{2}):(?P<minute>\d{2}):(?P<second>\d{2}) "
     r"(?:[A-Z]{3,4} )?(?P<year>\d{4})"),
    ("ab", r"(?P<a>[0-3]\d)(?P<b>[0-3]\d)(?P<year>(?:19|20)\d{2})"),
    ("fiscal", r"(?P<year>(?:19|20)\d{2})[-/\u2013](?P<next>(?:19|20)?\d{2})"),
    ("month", r"(?P<year>[12]\d{3})[-/](?P<month>0?[1-9]|1[0-2])"),
    ("month", r"(?P<year>[12]\d{3})[Mm](?P<month>0?[1-9]|1[0-2])"),
    ("month", r"(?P<month>0[1-9]|1[0-2])[-/.](?P<year>[12]\d{3})"),
    ("month", _MONTH + r"(?:[-\s/,]|,\s)(?P<year>\d{4}|\d{2})"),
    ("month", r"(?P<year>\d{4})[-\s/]?" + _MONTH),
    ("quarter", r"(?P<year>[12]\d{3})[-\s/:.]?[QqTK](?P<quarter>[1-4])"),
    ("quarter", r"[QqTK](?P<quarter>[1-4])[-\s/:']*(?P<year>[12]\d{3}|\d{2})"),
    ("quarter", r"(?P<quarter>[1-4])[-\s/]?[QqTK][-\s/]?(?P<year>[12]\d{3})"),
    ("quarter", (r"(?P<quarter>[1-4])(?:\.|st|nd|rd|th|er|e|\u00ba)?\s?(?:Quartal|quarter|trimestre|kwartal|kwartaal)"
     r"[\s,/-]*(?:de\s)?(?P<year>[12]\d{3})")),
    ("fiscal_quarter", r"FY\s?'?(?P<year>[12]\d{3}|\d{2})[-\s/]?Q(?P<quarter>[1-4])"),
    ("fiscal_quarter", r"Q(?P<quarter>[1-4])[-\s/]?FY\s?'?(?P<year>[12]\d{3}|\d{2})"),
    ("fiscal_period", r"FY\s?'?(?P<year>[12]\d{3}|\d{2})[-\s/]?P(?P<month>0?[1-9]|1[0-2])"),
    ("fiscal_period", r"P(?P<month>0?[1-9]|1[0-2])[-\s/]?FY\s?'?(?P<year>[12]\d{3}|\d{2})"),
    ("fiscal_period", r"(?P<year>[12]\d{3})[-\s/]?P(?P<month>0[1-9]|1[0-2])"),
    ("half", r"(?P<year>[12]\d{3})[-\s/]?[HhSs](?P<semester>[12])"),
    ("half", r"[HhSs](?P<semester>[12])[-\s/]?(?P<year>[12]\d{3})"),
    ("week", r"(?P<year>[12]\d{3})[-\s]?[Ww](?:eek\s?)?(?P<week>0?[1-9]|[1-4]\d|5[0-3])(?:-(?P<weekday>[1-7]))?"),
    ("week", (r"(?:KW|CW|[Ww]eek|[Ww]k|W|[Ss]emaine|[Ss]emana)\s?(?P<week>0?[1-9]|[1-4]\d|5[0-3])[-\s/,]+"
     r"(?P<year>[12]\d{3})")),
    ("fiscal", r"FY\s?'?(?P<year>[12]\d{3}|\d{2})"),
    ("fiscal", r"FY\s?'?(?P<year>[12]\d{3}|\d{2})[-/\u2013](?P<next>(?:19|20)?\d{2})"),
]  # fmt: skip
_ZONES = {
    "Z": "+0000", "UTC": "+0000", "GMT": "+0000", "WET": "+0000", "WEST": "+0100", "BST": "+0100", "CET": "+0100",
    "MEZ": "+0100", "CEST": "+0200", "MESZ": "+0200", "EET": "+0200", "EEST": "+0300", "MSK": "+0300", "EST": "-0500",
    "EDT": "-0400", "CST": "-0600", "CDT": "-0500", "MST": "-0700", "MDT": "-0600", "PST": "-0800", "PDT": "-0700",
    "JST": "+0900", "KST": "+0900", "SGT": "+0800", "HKT": "+0800", "AEST": "+1000", "AEDT": "+1100", "SAST": "+0200",
}  # fmt: skip
"""Offsets of zones with one usual meaning; IST, say, has three."""
_COMPILED = [
    (kind, re.compile(pattern, re.IGNORECASE if "FY" in pattern or "Quartal" in pattern else 0))
    for kind, pattern in _SHAPES
]
BECAME_UTC = "Times with zones or offsets became UTC"
IN_UTC = re.compile(r"(?:Z|[-+]00(?::?00)?)$")
"""End of a time that is in UTC already."""
_YEAR = ("year", re.compile(r"(?P<year>(?:1[5-9]|20)\d\d)"))
_NOTES = {
    "year": "Years alone, among whole dates, dated by 1 January",
    "quarter": "Quarters dated by their first day",
    "fiscal_quarter": "Quarters of fiscal years dated as if these began on 1 January",
    "fiscal_period": "Periods of fiscal years dated as the months of a year that begins on 1 January",
    "half": "Half years dated by their first day",
    "week": "ISO weeks dated by their Monday",
    "fiscal": "Fiscal or split years dated by 1 January of the year they name first",
}


@dataclass(frozen=True)
class Dates:
    """Times of a column."""

    stamps: Series
    """Times of the different cells, with the cells as index; NaT for those that are no date in the calendar."""
    notes: list[str]
    """Decisions, one sentence each without the column's name."""
    ambiguous: bool = False
    """Day and month could be the other way round."""
    day_first: bool | None = None
    """True if the day stands before the month; None where the cells do not show it."""


def looks_like_dates(text: str) -> bool:
    """Check whether a cell is written like a date."""
    return any(
        (found := pattern.fullmatch(text)) and (found.groupdict().get("name") or "may").casefold() in MONTHS
        for _, pattern in _COMPILED
    )


_LOOSE = re.compile(
    r"(?<!\d)\d{1,4}([-/.\s])\d{1,2}\1\d{1,4}(?!\d)|(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)(?:19|20)\d{6}(?!\d)"
)


def may_be_dates(text: str) -> bool:
    """Check loosely whether a cell may be a date in a spelling that is not known."""
    if len(text) > 40 or not any(letter.isdigit() for letter in text):
        return False
    words = re.findall(r"[^\W\d_]{3,}", text.casefold())
    return any(word in MONTHS for word in words) or (len(words) < 3 and _LOOSE.search(text) is not None)


def parse_dates(values: list[str], *, day_first: bool | None) -> Dates | None:
    """Read the different cells of a column as dates, if all are written like dates of one kind.

    Args:
        values: The cells, in the order in which they first occur, without outer spaces, empty and missing ones.
        day_first: The order that other columns of the file show, where a column fits both.
    """
    for kind, pattern in _COMPILED:
        if not pattern.fullmatch(values[0]):
            continue
        found = [pattern.fullmatch(text) for text in values]
        if all(found) and (dates := _assemble(kind, values, [one.groupdict() for one in found if one], day_first)):
            return dates
    return None


def parse_mixed_dates(values: list[str], *, day_first: bool | None) -> Dates | None:
    """Read different cells that are written like dates in several ways, or nearly all of which are.

    Args:
        values: As for `parse_dates`.
        day_first: As for `parse_dates`.

    Returns:
        None if more than one in twenty of the cells is no date.
    """
    rest = values
    parsed: list[Dates] = []
    for _, pattern in [*_COMPILED, _YEAR]:
        if not any(pattern.fullmatch(text) for text in rest[:200]):
            continue
        alike = [text for text in rest if pattern.fullmatch(text)]
        if dates := parse_dates(alike, day_first=day_first) if pattern is not _YEAR[1] else _years(alike, parsed):
            parsed.append(dates)
            rest = [text for text in rest if not pattern.fullmatch(text)]
    if not parsed or len(rest) > 0.05 * len(values) or len({one.stamps.dt.tz for one in parsed}) > 1:
        return None
    notes = [note for one in parsed for note in one.notes]
    if len(parsed) > 1:
        notes.append("Dates written in several ways")
    stamps = pd.concat([one.stamps for one in parsed]).reindex(pd.Index(values, dtype=object))
    shown = {one.day_first for one in parsed} - {None}
    return Dates(stamps, notes, any(one.ambiguous for one in parsed), shown.pop() if len(shown) == 1 else None)


def _years(alike: list[str], parsed: list[Dates]) -> Dates | None:
    return _assemble("year", alike, [{"year": text} for text in alike], None) if parsed and alike else None


def _assemble(kind: str, values: list[str], rows: list[dict[str, Any]], day_first: bool | None) -> Dates | None:
    parts = pd.DataFrame(rows, index=pd.Index(values, dtype=object))
    notes = [_NOTES[kind]] if kind in _NOTES else []
    if "name" in parts:
        months = [MONTHS.get(str(name).casefold()) for name in parts["name"]]
        if None in months:
            return None
        parts["month"] = months
    if kind == "fiscal" and "next" in parts:
        last = parts["next"].astype(str).str[-2:].astype(int)
        if len(parts) == 1 and int(last.iloc[0]) <= 12:
            return None  # 2010-11 alone is a month
        if not ((parts["year"].astype(int) + 1) % 100 == last).all():
            return None
    if kind == "month" and _are_terms(parts):
        return None
    year: Series = pd.to_numeric(parts["year"]).astype("int64")
    if (parts["year"].str.len() == 2).any():
        first = first_year(year[parts["year"].str.len() == 2] % 100)
        year = year.where(parts["year"].str.len() == 4, first + (year - first) % 100)
        notes.append(f"Years of two digits read as {first} to {first + 99}")
    if are_buddhist(year):
        year = year - AHEAD
        notes.append(BUDDHIST)
    ambiguous = False
    if kind == "ab" and _is_year_first(parts):
        parts["month"], parts["day"] = parts["b"], parts["year"]
        year = 2000 + parts["a"].astype("int64")
        kind, notes = "ymd", ["Dates read as year-month-day with years of two digits"]
    if kind == "ab":
        order = _order(parts, year, day_first)
        if order is None:
            return None
        first, ambiguous = order
        parts["day"], parts["month"] = (parts["a"], parts["b"]) if first else (parts["b"], parts["a"])
        if ambiguous:
            notes.append(f"Dates read as {'day/month' if first else 'month/day'}, though the other order would fit too")
    if "zone" in parts and not all(zone in _ZONES or zone[0] in "+-" for zone in parts["zone"].dropna()):
        return None
    stamps = _calendar(parts, year)
    if stamps is None:
        return None
    shown = bool((parts["day"] == parts["a"]).all()) if kind == "ab" and not ambiguous else None
    if "zone" in parts and not all(map(IN_UTC.search, parts["zone"].dropna().replace(_ZONES))):
        notes.append(BECAME_UTC)
    return Dates(_with_clock(parts, stamps), notes, ambiguous, shown)


def _are_terms(parts: pd.DataFrame) -> bool:
    """Check for 2000-1, 2000-2, 2001-1: terms or quarters of several years, since no month is after April."""
    written = parts["month"].astype(str)
    one_digit = bool((written.str.len() == 1).all()) and bool(written.str.isdecimal().all())
    return one_digit and parts["year"].nunique() > 1 and len(parts) > 3 and written.max() <= "4"


def _is_year_first(parts: pd.DataFrame) -> bool:
    """Check for 24-01-31: the last number is a day, and the steps between the rows are far more even that way."""
    a, b, last = (pd.to_numeric(parts[name]) for name in ("a", "b", "year"))
    if (parts["year"].str.len() != 2).any() or int(last.max()) > 31 or int(b.max()) > 12 or len(parts) < 5:
        return False
    if int(last.min()) < 1 or last.nunique() <= a.nunique():
        return False
    orders = [(a, b, last), (last, b, a), (last, a, b)]
    steps = [_steps(2000 + year, month, day) for year, month, day in orders]
    return steps[0] * 2 <= min(steps[1:])


def _steps(year: Series, month: Series, day: Series) -> int:
    """Different steps between one row and the next; many where the dates are in no calendar.

    Months, quarters and years are steps of one length, though their days differ.
    """
    stamps = pd.to_datetime(pd.DataFrame({"year": year, "month": month, "day": day}), errors="coerce")
    if bool(stamps.isna().any()):
        return len(stamps)
    days = np.diff(stamps.to_numpy()).astype("timedelta64[D]").astype(int)
    for shortest, longest in ((28, 31), (90, 92), (365, 366)):
        days[(days >= shortest) & (days <= longest)] = longest
    return int(np.unique(days).size)


def _order(parts: pd.DataFrame, year: Series, day_first: bool | None) -> tuple[bool, bool] | None:
    """Return whether the day stands first, and whether that is a guess; None if neither order fits.

    Evidence, strongest first: a number above 12; points between (dates with points are European); other columns; steps
    of one length between the rows.
    """
    a, b = parts["a"].astype(int), parts["b"].astype(int)
    if int(a.max()) > 12 or int(b.max()) > 12:
        if int(a.max()) > 12 and int(b.max()) > 12:
            return None
        return int(a.max()) > 12, False
    if "mark" in parts and (parts["mark"] == ".").all():
        return True, False
    if day_first is not None:
        return day_first, False
    steps = [_steps(year, month, day) for day, month in ((a, b), (b, a))]
    if len(parts) > 5 and min(steps) * 2 <= max(steps):
        return steps[0] < steps[1], False
    return False, True


def _calendar(parts: pd.DataFrame, year: Series) -> Series | None:
    """Midnight of each day; None if most are in no calendar."""
    if "week" in parts:
        weekday = parts["weekday"].fillna("1") if "weekday" in parts else "1"
        text = year.astype(str) + "-" + parts["week"].str.zfill(2) + "-" + weekday
        stamps: Any = pd.to_datetime(text, format="%G-%V-%u", errors="coerce")
    else:
        month: Any = 1
        if "quarter" in parts:
            month = parts["quarter"].astype(int) * 3 - 2
        elif "semester" in parts:
            month = parts["semester"].astype(int) * 6 - 5
        elif "month" in parts:
            month = parts["month"].astype(int)
        day = parts["day"].astype(int) if "day" in parts else 1
        days = pd.DataFrame({"year": year, "month": month, "day": day}, index=parts.index)
        stamps = pd.to_datetime(days, errors="coerce")
    stamps = pd.Series(stamps, index=parts.index).dt.as_unit("us")
    return stamps if stamps.notna().mean() > 0.9 else None


def _with_clock(parts: pd.DataFrame, stamps: Series) -> Series:
    if "hour" not in parts or parts["hour"].isna().all():
        return stamps
    hour = parts["hour"].fillna("0").astype(int)
    if "half" in parts and parts["half"].notna().any():
        half = parts["half"].fillna("").str[:1].str.lower()
        hour = hour.where(half != "a", hour % 12).where(half != "p", hour % 12 + 12)
    micro = pd.Series(0, index=parts.index, dtype="int64")
    if "fraction" in parts:
        micro = parts["fraction"].fillna("0").str.ljust(6, "0").str[:6].astype("int64")
    seconds = hour * 3600 + _whole(parts, "minute") * 60 + _whole(parts, "second")
    stamps = stamps.where(hour < 25) + pd.to_timedelta(seconds * 1_000_000 + micro, unit="us")
    zones = parts["zone"] if "zone" in parts else pd.Series(None, index=parts.index, dtype=object)
    if zones.isna().all():
        return stamps.dt.as_unit("us")
    zones = zones.fillna("UTC").replace(_ZONES)
    text = zones.str.replace(":", "", regex=False).str.ljust(5, "0")
    minutes = text.str[1:3].astype(int) * 60 + text.str[3:5].astype(int)
    offset = minutes.where(text.str[:1] == "+", -minutes)
    return (stamps - pd.to_timedelta(offset, unit="min")).dt.as_unit("us").dt.tz_localize("UTC")


def _whole(parts: pd.DataFrame, name: str) -> Series:
    return parts[name].fillna("0").astype("int64") if name in parts else 0
