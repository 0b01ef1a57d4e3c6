"""Claims about days of the year, computed again from the calendar and the rows."""

import re
from datetime import date, timedelta

import numpy as np
import pandas as pd

from agents.outputs.claims import YearlyClaim

_MONTHS = [f"{date(2000, month, 1):%B}" for month in range(1, 13)]
_WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_FROM_EASTER = {
    "Ash Wednesday": -46,
    "Good Friday": -2,
    "Easter Sunday": 0,
    "Easter Monday": 1,
    "Ascension Day": 39,
    "Whit Sunday": 49,
    "Whit Monday": 50,
    "Corpus Christi": 60,
}


def yearly_problem(claim: YearlyClaim, frame: pd.DataFrame) -> str | None:
    """Return what is false in a claim about days of the year; None if it is true."""
    stamps = pd.to_datetime(frame[claim.time])
    values = frame[claim.column].astype("float64").replace([np.inf, -np.inf], np.nan)
    days = values.dropna().groupby(stamps.dt.tz_localize(None).dt.normalize()).agg(claim.aggregate)
    ends = [[pd.Timestamp(str(text)).tz_localize(None) for text in (each.start, each.end)] for each in claim.where]
    spans = [pd.date_range(start, end, inclusive="left") for start, end in ends]
    for span in spans:
        if not named(claim.days, span[0].date(), span[-1].date()):
            return f"{span[0]} to {span[-1]} are not {claim.days}"
    if [span[0].year for span in spans] != list(range(spans[0][0].year, spans[-1][0].year + 1)):
        return "a year is missing"
    here, around = [], []
    for span in spans:
        near = {day + timedelta(weeks=n) for day in span for n in range(-claim.weeks, claim.weeks + 1)} - set(span)
        here.append(days[list(span)])
        around.append(days[days.index.isin(near)])
        if (here[-1].mean() > around[-1].mean()) != (claim.direction == "above"):
            return f"not so in {span[0].year}"
    found = pd.concat(here).mean(), pd.concat(around).mean()
    return None if np.allclose(found, (claim.value, claim.usual), rtol=1e-6) else f"is {found}"


def named(days: str, first: date, last: date) -> bool:
    """Return whether the days from the first to the last are what they are called, in their year."""
    if written := re.fullmatch(r"(\d+)(?: (\w+))?(?:(?:\u2013| to )(\d+) (\w+))?", days):
        end = int(written[3] or written[1]), written[4] or written[2]
        start = int(written[1]), written[2] or written[4]
        return all((day.day, _MONTHS[day.month - 1]) == said for day, said in ((first, start), (last, end)))
    if days in _FROM_EASTER:
        return first == last == easter(first.year) + timedelta(days=_FROM_EASTER[days])
    written = re.fullmatch(r"the (\w+) (\w+day) in (\w+)", days)
    if written is None or first != last:
        return False
    ordinal, weekday, month = written.groups()
    rows = [day for n in range(31) if f"{(day := first.replace(day=1) + timedelta(n)):%B}" == month]
    rows = [day for day in rows if _WEEKDAYS[day.weekday()] == weekday]
    place = -1 if ordinal == "last" else ("first", "second", "third", "fourth").index(ordinal)
    return rows[place] == first


def easter(year: int) -> date:
    """Easter Sunday of the Western churches, by the anonymous Gregorian algorithm."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)
