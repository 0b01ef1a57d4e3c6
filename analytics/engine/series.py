"""A number column by time, put together by DuckDB: one row for each point in time."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analytics.engine.facts import facts_of
from analytics.engine.figures import LOCK, Facts, finite, is_number_type
from analytics.engine.relation import Relation

_MOST_STAMPS = 200_000
"""Different times up to which each is a point. More are first put into a unit."""
_FEWEST_ROWS = 5
"""Rows of a point, on average, as the grid of a series asks for (`analytics.anomalies.series.time_grid`)."""
_MOST_AT_ONCE = 8
"""Columns that are put together by time in one pass."""
_NEARLY_ALL = 0.95
"""Share of different values from which numbers are codes rather than something measured."""
_MOST_GAPS = 100_000
"""Points in time among which gaps are looked for."""
_UNITS = [("1 second", 1), ("10 seconds", 10), ("1 minute", 60), ("5 minutes", 300), ("10 minutes", 600),
          ("15 minutes", 900), ("30 minutes", 1800), ("1 hour", 3600), ("3 hours", 10_800), ("6 hours", 21_600),
          ("12 hours", 43_200), ("1 day", 86_400), ("7 days", 604_800)]  # fmt: skip


class Grouped(NamedTuple):
    """Rows by time."""

    stamps: Any
    """Series of different times in order, with the column's zone."""
    sums: "np.ndarray[Any, np.dtype[np.float64]]"
    """Sum of the values of each."""
    counts: "np.ndarray[Any, np.dtype[np.int64]]"
    """Rows with a value of each."""
    unit: str | None
    """Length of a point in time; null where each is one moment."""


def times_of(relation: Relation, time: str) -> tuple[Any, str | None]:
    """Different times of a column in order, and the unit that they were put into, if there are very many."""
    key, unit = _key(relation, time, _MOST_GAPS)
    found = relation.arrays(f"SELECT DISTINCT {key} AS t FROM data WHERE {relation.sql(time)} IS NOT NULL ORDER BY 1")
    return _stamps(relation, time, found["t"]), unit


def grouped_by_time(relation: Relation, column: str, time: str, most_points: int) -> Grouped:
    """Sums and counts of a number column by time. Rows without a value or a time are left out.

    Args:
        relation: The table.
        column: The number column.
        time: The time column.
        most_points: Points of the grid that the series is put on later: very many times are first put into the
            smallest unit that it has room for.
    """
    key, unit = _key(relation, time, min(most_points, relation.rows // _FEWEST_ROWS))
    with LOCK:
        known: dict[tuple[str, str], Grouped] = relation.__dict__.setdefault("by_time", {})
        if (key, column) not in known:
            for name, grouped in _grouped(relation, [column, *_asked_next(relation, column, key)], time, key).items():
                known[key, name] = grouped._replace(unit=unit)
        return known[key, column]


def _asked_next(relation: Relation, column: str, key: str) -> list[str]:
    """Other number columns of a profiled table: they are looked at, too, as a rule, and one pass reads all."""
    known: dict[str, Facts] = relation.__dict__.get("facts", {})
    done: dict[tuple[str, str], Grouped] = relation.__dict__["by_time"]
    varied = [
        name
        for name, one in known.items()
        if is_number_type(relation.dtypes[name]) and one.low != one.high and one.distinct < _NEARLY_ALL * one.present
    ]
    return [name for name in varied if name != column and (key, name) not in done][: _MOST_AT_ONCE - 1]


def _grouped(relation: Relation, columns: list[str], time: str, key: str) -> dict[str, Grouped]:
    parts = ", ".join(
        f"sum({finite(relation, name)})::DOUBLE AS s{place}, count({finite(relation, name)}) AS n{place}"
        for place, name in enumerate(columns)
    )
    found = relation.arrays(
        f"SELECT {key} AS t, {parts} FROM data WHERE {relation.sql(time)} IS NOT NULL GROUP BY 1 ORDER BY 1"
    )
    grouped: dict[str, Grouped] = {}
    for place, name in enumerate(columns):
        counts = np.asarray(found[f"n{place}"], dtype=np.int64)
        some = counts > 0
        sums = np.asarray(np.ma.filled(found[f"s{place}"], 0.0), dtype=np.float64)
        grouped[name] = Grouped(_stamps(relation, time, found["t"][some]), sums[some], counts[some], None)
    return grouped


def _key(relation: Relation, time: str, most_points: int) -> tuple[str, str | None]:
    known = facts_of(relation, [time])[time]
    moment = f"epoch_us({relation.sql(time)})"
    if known.distinct <= _MOST_STAMPS:
        return moment, None
    span = (known.high - known.low).total_seconds()
    name, seconds = next((unit for unit in _UNITS if span // unit[1] < most_points), _UNITS[-1])
    length = seconds * 1_000_000
    if known.low.timestamp() >= 0:
        return f"{moment} - {moment} % {length}", name
    # Floored, also before 1970, where the rest of a division is negative.
    return f"{moment} - (({moment} % {length}) + {length}) % {length}", name


def _stamps(relation: Relation, time: str, moments: Any) -> Any:
    zone = getattr(relation.dtypes[time], "tz", None)
    stamps: Any = pd.Series(np.asarray(moments, dtype=np.int64).view("datetime64[us]"))
    return stamps if zone is None else stamps.dt.tz_localize("UTC").dt.tz_convert(zone)
