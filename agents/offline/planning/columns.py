"""Kinds of columns: measures, categories, flags, years, and what is added up."""

import re

from agents.offline.planning.words import has_word, words_of
from analytics.profile.quantities import PLACES
from analytics.questions.language.vocabulary import is_summed
from analytics.results import ColumnProfile, DatasetProfile

MOST_GROUPS = 50
"""Most values of a column by which rows are grouped."""
_PARTS_OF_TIME = (
    "year", "yr", "quarter", "qtr", "season", "month", "mnth", "mth", "weekday", "wday", "day_of_week", "dayofweek",
    "dow", "hour", "hr", "year_month",
)  # fmt: skip
_DAYS_OF_MONTH = ("day", "dom", "day of month", "date of month", "day month")

_MOST_PARTS = 12
"""Largest number of parts of a thing, such as cylinders or rooms: numbers from 1 to it are no counts of events."""
_MEASURES = (
    "temp rate ratio pct percent price age score rating avg mean median level index speed delay duration year month"
    " hour minute height weight size lat lon pressure humidity wind visib"
)
"""Beginnings of names of whole numbers that are measured, not counted: adding them up over a day would mean nothing."""


def is_flag(column: ColumnProfile) -> bool:
    """A number column of zeros and ones: its mean is a share."""
    return column.role == "number" and (column.distinct, column.minimum, column.maximum) == (2, 0, 1)


def is_year(column: ColumnProfile) -> bool:
    """A number column of years: neither its mean nor its total says anything."""
    low, high = column.minimum, column.maximum
    if not (isinstance(low, int) and isinstance(high, int)):
        return False
    return "year" in words_of(column.name) and low >= 1000 and high <= 3000


def aggregate(column: ColumnProfile) -> str:
    """`sum` for a column of counts, `mean` for one of measures: the way to put rows of one time together."""
    if column.aggregate is not None or is_flag(column):
        return column.aggregate or "mean"
    if column.adds_up is False:
        return "mean"
    whole = column.dtype.lower().startswith(("int", "uint"))
    low, high = column.minimum, column.maximum
    if (
        column.quantity is None
        and whole
        and isinstance(low, int)
        and isinstance(high, int)
        and low > 0
        and high <= _MOST_PARTS
    ):
        return "mean"
    return "sum" if whole and is_summed(column) and not has_word(column.name, _MEASURES) else "mean"


def is_averaged(column: ColumnProfile) -> bool:
    """A measure that nobody adds up, such as a temperature, an age or a rate."""
    return has_word(column.name, _MEASURES) if column.adds_up is None else not column.adds_up


def measures_of(profile: DatasetProfile) -> list[ColumnProfile]:
    """Number columns that measure one thing: no coordinates, and no numbers that stand for a category in words."""
    texts = {column.name for column in profile.columns if column.role in ("category", "text")}
    codes = {each.column for each in profile.repeats if each.of in texts}
    return [
        column
        for column in profile.columns
        if _is_measure(column)
        and column.name not in codes
        and column.quantity not in PLACES
        and not column.told_apart_by
    ]


def _is_measure(column: ColumnProfile) -> bool:
    usable = column.role == "number" and column.distinct > 1 and column.placeholder is None
    return usable and not is_year(column)


def is_part_of_time(column: ColumnProfile) -> bool:
    """A weekday, month, year or time of day beside the time column, which is looked at by that."""
    clock = bool(column.top) and all(re.fullmatch(r"[012]?\d[:.h][0-5]\d.*", top.value) for top in column.top)
    return clock or "_".join(words_of(column.name)) in _PARTS_OF_TIME


def is_category(column: ColumnProfile, rows: int) -> bool:
    """A column whose values divide the rows into groups worth comparing."""
    if " ".join(words_of(column.name)) in _DAYS_OF_MONTH and column.dtype.lower().startswith(("int", "uint", "float")):
        return False  # which day of the month has most says nothing
    return column.role in {"category", "boolean"} and 2 <= column.distinct <= min(MOST_GROUPS, max(rows // 2, 1))
