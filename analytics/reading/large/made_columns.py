"""Columns that cleaning makes of others (a moment of date and time of day, a date of year and month), made on disk."""

from typing import Any, NamedTuple

import pandas as pd

from analytics.columns import is_number
from analytics.engine.database import quoted
from analytics.reading.cells.times.buddhist_years import AHEAD, FIRST, LAST, are_buddhist
from analytics.reading.cells.times.clock_times import clock_in_sql, moment_of_columns
from analytics.reading.cells.times.integer_times import date_of_parts, part_of_date


class Made(NamedTuple):
    """A column that a sample shows to be made of others."""

    name: str
    """Its name."""
    place: int
    """Its position among the columns."""
    value: str
    """Its value in SQL."""
    fits: str
    """Aggregate in SQL that is true when all rows are of the kind that the sample is of."""


def made_columns(sample: pd.DataFrame, tidied: pd.DataFrame) -> list[Made]:
    """Columns of a cleaned sample that the sample itself has not, as far as SQL can make them of all rows.

    Args:
        sample: Rows of a table.
        tidied: The same rows, cleaned.
    """
    new = [str(name) for name in tidied.columns if name not in sample.columns]
    if len(new) != 1:
        return []
    before: Any = tidied.drop(columns=new)
    place = list(tidied.columns).index(new[0])
    if made := moment_of_columns(before):
        date, clock = (quoted(part) for part in made[1])
        duration = clock_in_sql(clock)
        whole_days = f"coalesce({date} = date_trunc('day', {date}), true)"
        fits = f"bool_and(({clock} IS NULL OR {duration} IS NOT NULL) AND {whole_days})"
        return [Made(new[0], place, f"{date} + {duration}", fits)]
    made = date_of_parts(before)
    if made is None or not all(is_number(before[part]) for part in made[1]):
        return []
    year, month, day = [*(f"CAST({quoted(part)} AS BIGINT)" for part in made[1]), "1"][:3]
    most, first, last = 12, 1000, 2999
    if are_buddhist(before[made[1][0]]):
        year, first, last = f"({year} - {AHEAD})", FIRST - AHEAD, LAST - AHEAD
    if part_of_date(made[1][1]) == "quarter":
        month, most = f"({month} * 3 - 2)", 10
    value = f"try_strptime({year} || '-' || {month} || '-' || {day}, '%Y-%m-%d')"
    fits = (
        f"bool_and(coalesce({year} BETWEEN {first} AND {last}, true) AND coalesce({month} BETWEEN 1 AND {most}, true)) "
        f"AND avg(CAST({value} IS NULL AS DOUBLE)) <= 0.1"
    )
    return [Made(new[0], place, value, fits)]
