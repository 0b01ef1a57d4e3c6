"""Figures of all columns of a relation, from a few passes over the table.

Above 2,000,000 rows, medians are those of about a million rows, and of columns with more than 100,000 different
values only a part of these is counted: those whose hash falls into one of `k` classes. Both take the same rows every
time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from analytics.engine.relation import EXACT_ROWS, QUANTILE_ROWS, Relation

_MOST_COUNTED = 100_000
"""Different values up to which they are all counted."""
_CLASS_VALUES = 200_000
"""Different values, about, of the class of hashes that stands for all: an error of 0.5 %."""
_COLUMNS_AT_ONCE = 100
"""Columns of a statement. The time to plan one grows faster than its length."""
_LARGEST = 1e150
"""Absolute value from which a square would overflow."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Facts of one column.

    Attributes:
        present: Rows with a value.
        distinct: Different values.
        is_estimate: Whether `distinct` is estimated from a class of hashes.
        low: Smallest finite number or earliest time.
        high: Largest finite number or latest time.
        mean: Mean of the finite numbers.
        std: Their standard deviation (n - 1).
        median: Their median.
        is_median_sampled: Whether the median is that of a sample.
        is_whole: Whether all numbers are finite and whole.
        infinite: Infinite numbers.
        top: Most frequent values with their counts, where they were counted.
    """

    present: int
    distinct: int = 0
    is_estimate: bool = False
    low: Any = None
    high: Any = None
    mean: float | None = None
    std: float | None = None
    median: float | None = None
    is_median_sampled: bool = False
    is_whole: bool = False
    infinite: int = 0
    top: list[tuple[Any, int]] = field(default_factory=list[tuple[Any, int]])


def is_number_type(dtype: Any) -> bool:
    """Check that a pandas type holds numbers; true and false are none."""
    return pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_bool_dtype(dtype)


def facts_of(relation: Relation, names: Sequence[str] | None = None) -> dict[str, Facts]:
    """Facts of columns by name, of all of them by default. Each column is looked at once for each relation.

    Raises:
        AnalysisInputError: The snapshot cannot be read.
    """
    known: dict[str, Facts] = relation.__dict__.setdefault("facts", {})
    wanted = [name for name in names or relation.columns if name not in known]
    found: dict[str, Facts] = {}
    for start in range(0, len(wanted), _COLUMNS_AT_ONCE):
        found |= _first_pass(relation, wanted[start : start + _COLUMNS_AT_ONCE])
    known |= _counted(relation, found)
    return {name: known[name] for name in names or relation.columns}


def finite(relation: Relation, name: str) -> str:
    """The column in SQL, with infinite numbers and NaN as missing."""
    column = relation.sql(name)
    if pd.api.types.is_float_dtype(relation.dtypes[name]):
        return f"CASE WHEN isfinite({column}) THEN {column} END"
    return column


def _first_pass(relation: Relation, names: Sequence[str]) -> dict[str, Facts]:
    parts: list[str] = []
    share = max(1, relation.rows // QUANTILE_ROWS) if relation.rows > EXACT_ROWS else 1
    for name in names:
        column, value = relation.sql(name), finite(relation, name)
        dtype = relation.dtypes[name]
        is_float = pd.api.types.is_float_dtype(dtype)
        parts += [f"count({column})" + (f" - count(*) FILTER (isnan({column}))" if is_float else "")]
        parts += [f"approx_count_distinct({column})"]
        if pd.api.types.is_datetime64_any_dtype(dtype):
            parts += [f"epoch_us(min({column}))", f"epoch_us(max({column}))"]
        if is_number_type(dtype):
            square = f"CASE WHEN abs({column}) < {_LARGEST} THEN {column} END" if is_float else column
            sampled = f" FILTER (hash(row_number) % {share} = 0)" if share > 1 else ""
            parts += [f"min({value})", f"max({value})", f"avg({value})", f"stddev_samp({square})"]
            parts += [f"median({value}){sampled}"]
            parts += [f"bool_and({value} = floor({value}))" if is_float else "true"]
            parts += [f"count(*) FILTER (isinf({column}))" if is_float else "0"]
    row = iter(relation.ask(f"SELECT {', '.join(parts)} FROM data")[0])
    found: dict[str, Facts] = {}
    for name in names:
        one = Facts(present=next(row), distinct=next(row))
        if pd.api.types.is_datetime64_any_dtype(relation.dtypes[name]):
            zone = getattr(relation.dtypes[name], "tz", None)
            one = replace(one, low=_stamp(next(row), zone), high=_stamp(next(row), zone))
        if is_number_type(relation.dtypes[name]):
            low, high, mean, std, median, is_whole, infinite = (next(row) for _ in range(7))
            large = low is not None and max(abs(low), abs(high)) >= _LARGEST
            one = replace(
                one,
                low=low,
                high=high,
                mean=mean if mean is None or np.isfinite(mean) else None,
                std=None if large or std is None or not np.isfinite(std) else std,
                median=None if median is None else float(median),
                is_median_sampled=share > 1,
                is_whole=bool(is_whole) and not infinite,
                infinite=infinite,
            )
        found[name] = one
    return found


def _stamp(moment: int | None, zone: Any) -> Any:
    if moment is None:
        return None
    stamp: Any = pd.Timestamp(moment, unit="us").as_unit("us")
    return stamp if zone is None else stamp.tz_localize("UTC").tz_convert(zone)


def _counted(relation: Relation, found: dict[str, Facts]) -> dict[str, Facts]:
    """Count different values: all of them where they are few, else a class of them; and how often each stands."""
    few = [name for name, one in found.items() if one.distinct <= _MOST_COUNTED or relation.rows <= EXACT_ROWS]
    many = [name for name in found if name not in set(few)]
    numbers = [name for name in few if is_number_type(relation.dtypes[name]) or _is_time(relation, name)]
    for start in range(0, len(numbers), _COLUMNS_AT_ONCE):
        part = numbers[start : start + _COLUMNS_AT_ONCE]
        counts = ", ".join(
            f"count(DISTINCT {relation.sql(name)})"
            + (
                f" FILTER (NOT isnan({relation.sql(name)}))"
                if pd.api.types.is_float_dtype(relation.dtypes[name])
                else ""
            )
            for name in part
        )
        for name, count in zip(part, relation.ask(f"SELECT {counts} FROM data")[0], strict=True):
            found[name] = replace(found[name], distinct=count)
    for name in few:
        if name not in numbers:
            top, distinct = most_frequent(relation, name)
            found[name] = replace(found[name], distinct=distinct, top=top)
    for name in many:
        classes = max(2, found[name].distinct // _CLASS_VALUES)
        column = relation.sql(name)
        values, different = relation.ask(
            f"SELECT count({column}), count(DISTINCT {column}) FROM data WHERE hash({column}) % {classes} = 0"
        )[0]
        present = found[name].present
        # Where none of the class repeats, hardly any other does.
        estimate = present if values == different else min(present, different * classes)
        found[name] = replace(found[name], distinct=estimate, is_estimate=True)
    return found


def most_frequent(relation: Relation, name: str) -> tuple[list[tuple[Any, int]], int]:
    """The five most frequent values of a column with their counts, and how many different ones there are.

    Of values that are equally frequent, the one that stands first in the table comes first.
    """
    column = relation.sql(name)
    grouped = (
        f"SELECT {column} AS v, count(*) AS n, min(row_number) AS f FROM data WHERE {column} IS NOT NULL GROUP BY 1"
    )
    rows = relation.ask(f"SELECT v, n, count(*) OVER () FROM ({grouped}) ORDER BY n DESC, f LIMIT 5")
    return [(value, count) for value, count, _ in rows], rows[0][2] if rows else 0


def different_values(relation: Relation, name: str) -> list[Any]:
    """Different values of a column, in the order in which they first stand in the table."""
    column = relation.sql(name)
    found = relation.ask(f"SELECT {column} FROM data WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY min(row_number)")
    return [value for (value,) in found]


def _is_time(relation: Relation, name: str) -> bool:
    return pd.api.types.is_datetime64_any_dtype(relation.dtypes[name])


def duplicate_rows(relation: Relation) -> tuple[int, bool]:
    """Rows that repeat an earlier row, and whether that is an estimate from a class of hashes.

    Rows are compared by a hash of 64 bits: two different ones of 10 million are taken for equal once in 400,000 tables.
    """
    known = facts_of(relation).values()
    if any(one.present == relation.rows == one.distinct and not one.is_estimate for one in known):
        return 0, False
    key = f"hash({', '.join(relation.sql(name) for name in relation.columns)})"
    classes = 1 if relation.rows <= EXACT_ROWS else max(2, relation.rows // _CLASS_VALUES)
    part = f" WHERE {key} % {classes} = 0" if classes > 1 else ""
    rows, different = relation.ask(f"SELECT count(*), count(DISTINCT {key}) FROM data{part}")[0]
    return (rows - different) * classes, classes > 1


def placeholder_ends(relation: Relation, name: str, extreme: float) -> tuple[int, float | None, float | None]:
    """Count the rows with a number at an end of the range, and return the range of all others."""
    value = finite(relation, name)
    others = f"{value} <> {extreme!r}"
    return relation.ask(
        f"SELECT count(*) FILTER ({value} = {extreme!r}), min({value}) FILTER ({others}), "
        f"max({value}) FILTER ({others}) FROM data"
    )[0]
