"""The rows of a series, of a frame or of a table on disk: who takes part in an event is told from them."""

from functools import cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.columns import Floats, Series, is_number, is_text, label, numbers
from analytics.engine.facts import facts_of
from analytics.engine.figures import finite, is_number_type
from analytics.engine.relation import Relation
from analytics.engine.relation import is_text as is_text_type
from analytics.engine.series import grouped_by_time

Times = NDArray[np.int64]
"""Microseconds since 1970 in UTC; times without a zone count as UTC."""

_MOST_VALUES = 50
"""Different values up to which a column is a category."""
_MOST_CATEGORIES = 6
"""Most category columns by whose groups an event is taken apart."""
_FEWEST_VALUES = 10
"""Different values of a number column from which it is looked at beside an event."""
_MOST_NUMBERS = 30
"""Most other number columns that are looked at."""


class Span(NamedTuple):
    """The time of an event."""

    start: int
    """First microsecond."""
    end: int
    """First microsecond after it."""


class Groups(NamedTuple):
    """A measure by the groups of a category, in an event and outside."""

    column: str
    """The category."""
    names: list[str]
    """Names of the groups."""
    sums: Floats
    """Sum of each group in the event."""
    counts: Floats
    """Rows of each group in the event."""
    outer: Floats
    """Sum of each group outside."""
    others: Floats
    """Rows of each group outside."""


class ByTime(NamedTuple):
    """Another number column by time."""

    times: Times
    """Times, one or more for each point."""
    sums: Floats
    """Sum of the values at each."""
    counts: Floats
    """Values at each."""
    mean: float
    """Mean of all values, also of those without a time."""


class EventRows(Protocol):
    """Rows of a measure over time."""

    @property
    def least(self) -> float:
        """Smallest value of the measure."""
        ...

    def groups(self, span: Span) -> list[Groups]:
        """The measure by each category."""
        ...

    @property
    def other_numbers(self) -> list[str]:
        """Other number columns that vary."""
        ...

    def by_time(self, column: str) -> ByTime:
        """One of these by time: all its values, also in rows without the measure."""
        ...


def epochs(stamps: Series) -> Times:
    """Times as microseconds since 1970 in UTC; the least integer for a missing one."""
    plain = stamps if stamps.dt.tz is None else stamps.dt.tz_convert("UTC").dt.tz_localize(None)
    return plain.to_numpy().astype("datetime64[us]").astype(np.int64)


class FrameRows:
    """Rows of a frame.

    Args:
        frame: All rows.
        values: The measure of each, NaN for missing.
        stamps: Time of each.
        name: Column of the measure.
        time: Column of the times.
    """

    def __init__(self, frame: pd.DataFrame, values: Floats, stamps: Series, name: str, time: str) -> None:
        self._frame, self._values, self._skip = frame, values, {name, time}
        self._times = epochs(stamps)
        self._timed = stamps.notna().to_numpy(dtype=np.bool_)

    @property
    def least(self) -> float:
        """Smallest value of the measure."""
        return float(np.nanmin(self._values))

    @cached_property
    def _categories(self) -> dict[str, tuple[Any, list[str]]]:
        found: dict[str, tuple[Any, list[str]]] = {}
        for name in map(str, self._frame.columns):
            column = self._frame[name]
            kind = is_text(column) or pd.api.types.is_bool_dtype(column.dtype)
            if name not in self._skip and kind and 2 <= column.nunique() <= _MOST_VALUES:
                codes, names = pd.factorize(column)
                found[name] = (codes, [label(each) for each in names])
                if len(found) == _MOST_CATEGORIES:
                    break
        return found

    def groups(self, span: Span) -> list[Groups]:
        """The measure by each category."""
        within = (self._times >= span.start) & (self._times < span.end)
        found: list[Groups] = []
        for column, (codes, names) in self._categories.items():
            known = (codes >= 0) & ~np.isnan(self._values) & self._timed
            inside, outside = known & within, known & ~within
            by = [
                np.bincount(codes[rows], weights=weights, minlength=len(names)).astype(np.float64)
                for rows in (inside, outside)
                for weights in (self._values[rows], None)
            ]
            found.append(Groups(column, names, *by))
        return found

    @property
    def other_numbers(self) -> list[str]:
        """Other number columns that vary."""
        return self._numbers

    @cached_property
    def _numbers(self) -> list[str]:
        names = [str(name) for name in self._frame.columns if str(name) not in self._skip]
        names = [name for name in names if is_number(self._frame[name])][:_MOST_NUMBERS]
        return [name for name in names if self._frame[name].nunique() >= _FEWEST_VALUES]

    def by_time(self, column: str) -> ByTime:
        """One of these by time: all its values, also in rows without the measure."""
        values = numbers(self._frame, column)
        known = ~np.isnan(values) & self._timed
        return ByTime(self._times[known], values[known], np.ones(int(known.sum())), float(np.nanmean(values)))


class RelationRows:
    """Rows of a table on disk, put together by DuckDB.

    Args:
        relation: The table.
        name: Column of the measure.
        time: Column of the times.
        most_points: Points in time that a series has room for.
    """

    def __init__(self, relation: Relation, name: str, time: str, most_points: int) -> None:
        self._relation, self._name, self._time, self._most = relation, name, time, most_points

    @property
    def least(self) -> float:
        """Smallest value of the measure."""
        return float(facts_of(self._relation, [self._name])[self._name].low)

    @cached_property
    def _categories(self) -> list[str]:
        names = [
            name
            for name, dtype in self._relation.dtypes.items()
            if (is_text_type(dtype) or pd.api.types.is_bool_dtype(dtype)) and name not in (self._name, self._time)
        ]
        known = facts_of(self._relation, names) if names else {}
        return [name for name in names if 2 <= known[name].distinct <= _MOST_VALUES][:_MOST_CATEGORIES]

    @cached_property
    def _all(self) -> list[dict[Any, tuple[float, int]]]:
        return self._summed(f"{self._relation.sql(self._time)} IS NOT NULL")

    def groups(self, span: Span) -> list[Groups]:
        """The measure by each category."""
        if not self._categories:
            return []
        moment = f"epoch_us({self._relation.sql(self._time)})"
        inside = self._summed(f"{moment} >= {span.start} AND {moment} < {span.end}")
        found: list[Groups] = []
        for column, whole, part in zip(self._categories, self._all, inside, strict=True):
            cells = [(*part.get(value, (0.0, 0)), *totals) for value, totals in whole.items()]
            sums, counts, total, rows = np.array(cells, dtype=np.float64).reshape(-1, 4).T
            found.append(Groups(column, [label(value) for value in whole], sums, counts, total - sums, rows - counts))
        return found

    def _summed(self, condition: str) -> list[dict[Any, tuple[float, int]]]:
        """Sum and number of values of each group of each category, in the order of the table, from one pass."""
        names = [self._relation.sql(name) for name in self._categories]
        value = finite(self._relation, self._name)
        sets = ", ".join(f"({name})" for name in names)
        rows = self._relation.ask(
            f"SELECT {', '.join(names)}, grouping({', '.join(names)}), sum({value})::DOUBLE, count({value}) "  # noqa: S608 - our own names
            f"FROM data WHERE {condition} AND {value} IS NOT NULL GROUP BY GROUPING SETS ({sets}) "
            "ORDER BY min(row_number)"
        )
        found: list[dict[Any, tuple[float, int]]] = [{} for _ in names]
        for *values, mask, total, count in rows:
            # Of the bits, one for each name, only that of the grouped column is not set.
            place = next(at for at in range(len(names)) if not mask >> (len(names) - 1 - at) & 1)
            if values[place] is not None:
                found[place][values[place]] = (total, count)
        return found

    @property
    def other_numbers(self) -> list[str]:
        """Other number columns that vary."""
        return self._numbers

    @cached_property
    def _numbers(self) -> list[str]:
        names = [name for name, dtype in self._relation.dtypes.items() if is_number_type(dtype)]
        names = [name for name in names if name not in (self._name, self._time)][:_MOST_NUMBERS]
        known = facts_of(self._relation, names) if names else {}
        return [name for name in names if known[name].distinct >= _FEWEST_VALUES]

    def by_time(self, column: str) -> ByTime:
        """One of these by time: all its values, also in rows without the measure."""
        found = grouped_by_time(self._relation, column, self._time, self._most)
        mean = facts_of(self._relation, [column])[column].mean
        return ByTime(epochs(found.stamps), found.sums, found.counts.astype(np.float64), float(mean or 0.0))
