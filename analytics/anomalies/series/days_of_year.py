"""Days that are lower or higher every year, such as holidays: part of how a series goes, and no events.

Each day is compared with the same weekdays of the weeks around it, which takes out level, trend and week. A day of the
year (25 December, the fourth Thursday in November, Easter Monday) is told if it lies on one side in every year, so far
out that chance would hardly bring it for any of the days that were tried (Bonferroni). The chance for one year is the
rank of its difference among those of the season around it (a conformal p-value, Vovk et al. 2005).
"""

import calendar
import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analytics.anomalies.scores.candidates import Candidate
from analytics.anomalies.series.check import SeriesCheck
from analytics.anomalies.series.time_grid import Aggregate, Grid
from analytics.columns import Floats

_FEWEST_YEARS = 3
_WEEKS, _FEWEST_AROUND = 4, 4
"""Weeks before and after a day, and values on its weekday there, that say what is usual for it."""
WEEKS_TOLD = 3
"""Weeks before and after whose average is told beside that of the days."""
_NEAR, _SEASON = 10, 60
"""Days around a day of the year that may belong to it, and days around it that it is ranked among."""
_CHANCE = 0.01
"""Most days of the year that chance may bring in a whole series."""
_LEAST = 0.1
"""Difference from what is usual, as a part of the larger of both, in the median year: less matters little."""
_FARTHER = 2.0
"""Times the usual difference of such days from which one of them is an event all the same."""
_DAY: Any = pd.Timedelta(1, "D")
_ORDINALS = ("first", "second", "third", "fourth")
_EASTER = {
    -48: "the Monday before Ash Wednesday",
    -47: "the day before Ash Wednesday",
    -46: "Ash Wednesday",
    -2: "Good Friday",
    -1: "the day before Easter Sunday",
    0: "Easter Sunday",
    1: "Easter Monday",
    39: "Ascension Day",
    49: "Whit Sunday",
    50: "Whit Monday",
    60: "Corpus Christi",
}
"""Days by their distance from Easter Sunday (of the Western churches)."""


@dataclass(frozen=True, kw_only=True)
class DaysOfYear:
    """Days of the year that are on one side of what is usual in every year.

    Attributes:
        name: As they are told: `25 December`, `24\u201326 December`, `the last Monday in May`.
        spans: First and last day of each year's.
        direction: 1 above, -1 below what is usual.
        value: Average of the days.
        usual: Average of the same weekdays in the three weeks before and after.
        chance: Such days of the year that chance brings in a series like this.
    """

    name: str
    spans: list[tuple[pd.Timestamp, pd.Timestamp]]
    direction: int
    value: float
    usual: float
    chance: float


def find_days_of_year(grid: Grid, aggregate: Aggregate) -> list[DaysOfYear]:
    """Find the days of the year that are lower or higher every year, least likely by chance first.

    Args:
        grid: A series of days, or of a shorter step.
        aggregate: Way in which its values are put together to days.
    """
    days = _days(grid, aggregate)
    if days is None or len(days) < 365 * (_FEWEST_YEARS - 1):
        return []
    series = _Days(days)
    keys = [(name, places) for name, places in _keys(days.index) if len(places) >= _FEWEST_YEARS]
    found: list[tuple[str, list[int], int, float]] = []
    taken: set[int] = set()
    more = True
    while more:  # the days that are found would else hide those of which less is left
        more = False
        usual = series.without(taken)
        for name, places in keys:
            if set(places) <= taken:
                continue
            side, chance = usual.chance(places)
            if 2 * len(keys) * chance <= _CHANCE:
                found.append((name, places, side, 2 * len(keys) * chance))
                taken |= set(places)
                more = True
    told = [series.told(*each) for each in _stretches(sorted(found, key=lambda each: each[1][0]))]
    return sorted((each for each in told if each is not None), key=lambda each: each.chance)


def without_days(check: SeriesCheck, grid: Grid, yearly: Sequence[DaysOfYear]) -> SeriesCheck:
    """The check without events on days that are so every year, unless one is much farther out than the others.

    Args:
        check: The check of the series.
        grid: The series.
        yearly: Its days of the year.
    """
    away = grid.values - check.baseline.expected

    def is_told(event: Candidate) -> bool:
        start, end = grid.stamps[event.start], grid.ends[event.end - 1]
        for days in yearly:
            inside = [first <= start and end <= last + _DAY for first, last in days.spans]
            if event.kind != "values" or event.direction != days.direction or not any(inside):
                continue
            sizes = [
                abs(float(np.nanmean(away[(grid.stamps >= first) & (grid.stamps < last + _DAY)])))
                for first, last in days.spans
            ]
            others = [size for size, its in zip(sizes, inside, strict=True) if not its]
            return sizes[inside.index(True)] <= _FARTHER * float(np.median(others))
        return False

    return replace(check, candidates=[event for event in check.candidates if not is_told(event)])


def _days(grid: Grid, aggregate: Aggregate) -> "pd.Series[float] | None":
    """The series by day, without gaps in its index; None if its steps are longer than days."""
    lengths = (grid.ends - grid.stamps).to_numpy()
    one = np.timedelta64(1, "D")
    midnight = bool((grid.stamps == grid.stamps.normalize()).all())
    if lengths.max() > one or (lengths.max() == one and not midnight):
        return None
    values = np.where(np.isnan(grid.values), 0.0, grid.values)
    weights = np.where(np.isnan(grid.values), 0, grid.counts)
    if lengths.max() == one:
        return pd.Series(grid.values, index=grid.stamps)
    table = pd.DataFrame({"sum": values * (weights if aggregate == "mean" else 1), "rows": weights})
    table = table.groupby(grid.stamps.normalize()).sum().asfreq("D").iloc[1:-1]  # the first and last may be cut off
    found = table["sum"] / (table["rows"] if aggregate == "mean" else 1)
    return found.where(table["rows"] > 0).astype("float64")


class _Days:
    """A series of days with the difference of each from the same weekdays around it."""

    def __init__(self, days: "pd.Series[float]") -> None:
        self._index = pd.DatetimeIndex(days.index)
        self._values: Floats = np.asarray(days.to_numpy(dtype=np.float64), dtype=np.float64)
        around = np.stack([_shifted(self._values, 7 * week) for week in _around(_WEEKS)])
        enough = (~np.isnan(around)).sum(axis=0) >= _FEWEST_AROUND
        self._usual = np.full(self._values.size, np.nan)
        self._usual[enough] = np.nanmedian(around[:, enough], axis=0)
        positive = bool(np.nanmin(self._values) >= 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            away = self._values - self._usual
            self._away = np.where(self._usual > 0, away / self._usual, np.nan) if positive else away
        larger = np.maximum(np.abs(self._values), np.abs(self._usual))
        self._parts = np.abs(self._values - self._usual) / np.where(larger > 0, larger, 1.0)
        self._of_year = np.asarray(self._index.day_of_year, dtype=np.intp)
        self._counts = ~np.isnan(self._away)

    def without(self, taken: set[int]) -> "_Days":
        """The same days, of which some no longer count for what is usual in a season."""
        other = copy.copy(self)
        other._counts = self._counts.copy()
        other._counts[list(taken)] = False
        return other

    def chance(self, places: Sequence[int]) -> tuple[int, float]:
        """The side of these days, and the probability that all of them are as far out; 1 if one of them is not."""
        side = 1 if self._away[places[0]] > 0 else -1
        away = side * self._away
        here = away[places]
        if not (here > 0).all() or float(np.median(self._parts[places])) < _LEAST:
            return side, 1.0
        apart = np.abs(self._of_year - self._of_year[places[len(places) // 2]])
        apart = np.minimum(apart, 365 - apart)
        season = away[(apart > _NEAR) & (apart <= _SEASON) & self._counts]
        most = float(np.count_nonzero(season >= here.min()) + 1) / (season.size + 1)
        return side, most ** len(places)

    def told(self, name: str, spans: list[tuple[int, int]], side: int, chance: float) -> DaysOfYear | None:
        """The days with their averages; None where a year's average is not on that side."""
        values: list[Any] = []
        usual: list[Any] = []
        for first, last in spans:
            inside = range(first, last + 1)
            near = {place + 7 * week for place in inside for week in _around(WEEKS_TOLD)} - set(inside)
            around = self._values[[place for place in near if 0 <= place < self._values.size]]
            values.append(self._values[first : last + 1])
            usual.append(around[~np.isnan(around)])
            if np.isnan(values[-1]).any() or not usual[-1].size:
                return None
            if not side * (values[-1].mean() - usual[-1].mean()) > 0:
                return None
        return DaysOfYear(
            name=name,
            spans=[(self._index[first], self._index[last]) for first, last in spans],
            direction=side,
            value=float(np.concatenate(values).mean()),
            usual=float(np.concatenate(usual).mean()),
            chance=chance,
        )


def _around(weeks: int) -> list[int]:
    return [week for week in range(-weeks, weeks + 1) if week]


def _shifted(values: Floats, by: int) -> Floats:
    """The values so many days later, NaN where there are none."""
    moved = np.full(values.size, np.nan)
    if abs(by) < values.size:
        moved[max(-by, 0) : values.size - max(by, 0)] = values[max(by, 0) : values.size + min(by, 0)]
    return moved


def _keys(index: Any) -> Iterator[tuple[str, list[int]]]:
    """Days of the year by name, each with its places: dates, then days around Easter, then weekdays of months."""
    from dateutil.easter import easter

    dates: dict[tuple[int, int], list[int]] = {}
    weekdays: dict[str, list[int]] = {}
    from_easter: dict[int, list[int]] = {}
    sundays = {year: pd.Timestamp(easter(year)) for year in range(index[0].year, index[-1].year + 1)}
    for place, day in enumerate(index):
        dates.setdefault((day.month, day.day), []).append(place)
        distance = (day - sundays[day.year]).days
        if distance in _EASTER:
            from_easter.setdefault(distance, []).append(place)
        at = f"{calendar.day_name[day.weekday()]} in {calendar.month_name[day.month]}"
        if day.day <= 28:
            weekdays.setdefault(f"the {_ORDINALS[(day.day - 1) // 7]} {at}", []).append(place)
        if day.day + 7 > day.days_in_month:
            weekdays.setdefault(f"the last {at}", []).append(place)
    for month, day in sorted(dates):
        yield date_name(month, day), dates[month, day]
    yield from ((_EASTER[distance], places) for distance, places in sorted(from_easter.items()))
    yield from weekdays.items()


def date_name(month: int, day: int) -> str:
    """`25 December`."""
    return f"{day} {calendar.month_name[month]}"


def _stretches(
    found: list[tuple[str, list[int], int, float]],
) -> Iterator[tuple[str, list[tuple[int, int]], int, float]]:
    """Dates that follow each other on one side as one stretch of each year, others as they are."""
    left = list(found)
    while left:
        name, places, side, chance = left.pop(0)
        spans, last = [(place, place) for place in places], name
        while (following := _following(left, spans, side)) is not None:
            last, more, _, other = left.pop(following)
            spans = [(first, end + 1) for first, end in spans if end + 1 in more]
            chance = min(chance, other)  # the stretch is no likelier than its farthest day
        yield _joined(name, last), spans, side, chance


def _following(found: list[tuple[str, list[int], int, float]], spans: list[tuple[int, int]], side: int) -> int | None:
    """The place of the dates that are the next day in nearly every year."""
    for place, (_, places, other, _) in enumerate(found):
        together = sum(end + 1 in places for _, end in spans)
        if other == side and together >= _FEWEST_YEARS and together == max(len(spans), len(places)):
            return place
    return None


def _joined(first: str, last: str) -> str:
    if first == last:
        return first
    day, _, month = first.partition(" ")
    return f"{day}\u2013{last}" if last.endswith(f" {month}") else f"{first} to {last}"
