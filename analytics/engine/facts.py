"""Different values of the columns of a relation, and how often they stand.

Above 2,000,000 rows, of columns with more than 100,000 different values only a part of these is counted: those whose
hash falls into one of `k` classes, the same ones every time.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from analytics.engine.figures import COLUMNS_AT_ONCE, LOCK, Facts, figures_of, finite, is_number_type, is_time
from analytics.engine.relation import EXACT_ROWS, Relation

_MOST_COUNTED = 100_000
"""Different values up to which they are all counted."""
_CLASS_VALUES = 200_000
"""Different values, about, of the class of hashes that stands for all: an error of 0.5 %."""
_VARIED = 0.05
"""Share of different values from which a column stands for whole rows when these are put into classes."""


def facts_of(relation: Relation, names: Sequence[str] | None = None) -> dict[str, Facts]:
    """Facts of columns by name, of all of them by default. Each column is looked at once for each relation.

    Raises:
        AnalysisInputError: The snapshot cannot be read.
    """
    with LOCK:
        known: dict[str, Facts] = relation.__dict__.setdefault("facts", {})
        wanted = [name for name in names or relation.columns if name not in known]
        if wanted:
            known |= _counted(relation, figures_of(relation, wanted))
        return {name: known[name] for name in names or relation.columns}


def _counted(relation: Relation, found: dict[str, Facts]) -> dict[str, Facts]:
    """Count different values: all of them where they are few, else a class of them; and how often each stands."""
    found = dict(found)
    guessed = {name: 0 if relation.rows <= EXACT_ROWS else _guessed(relation, name, found[name]) for name in found}
    few = [name for name in found if guessed[name] <= _MOST_COUNTED]
    numbers = [name for name in few if is_number_type(relation.dtypes[name]) or is_time(relation, name)]
    # Of many rows, each column by itself is counted faster than all together.
    at_once = COLUMNS_AT_ONCE if relation.rows <= EXACT_ROWS else 1
    for start in range(0, len(numbers), at_once):
        part = numbers[start : start + at_once]
        counts = ", ".join(
            f"count(DISTINCT {relation.sql(name)})"
            + (f" FILTER ({_no_nan(relation, name)})" if found[name].nan else "")
            for name in part
        )
        for name, count in zip(part, relation.ask(f"SELECT {counts} FROM data")[0], strict=True):
            found[name] = replace(found[name], distinct=count)
    for name in few:
        if name not in numbers:
            top, distinct = most_frequent(relation, name)
            found[name] = replace(found[name], distinct=distinct, top=top)
    for name in (name for name in found if name not in set(few)):
        classes = max(2, guessed[name] // _CLASS_VALUES)
        column = relation.sql(name)
        also = f" AND {_no_nan(relation, name)}" if found[name].nan else ""
        values, different = relation.ask(
            f"SELECT count({column}), count(DISTINCT {column}) FROM data WHERE hash({column}) % {classes} = 0{also}"
        )[0]
        present = found[name].present
        # Where none of the class repeats, hardly any other does.
        estimate = present if values == different else min(present, different * classes)
        found[name] = replace(found[name], distinct=estimate, is_estimate=True)
    return found


def _no_nan(relation: Relation, name: str) -> str:
    column = relation.sql(name)
    return f"(isfinite({column}) OR isinf({column}))"  # `NOT isnan` keeps NaN where a file's statistics leave it out


def _guessed(relation: Relation, name: str, known: Facts) -> int:
    """About how many different values a column has, if those of a sample are all about equally frequent.

    Of `d` such values, a sample of `n` rows holds `d (1 - exp(-n / d))`. The guess decides only what is counted.
    """
    values = relation.sample()[name].dropna()
    seen, rows = int(values.nunique()), len(values)
    low, high = float(max(seen, 1)), float(max(known.present, seen, 1))
    while high - low > 0.01 * low:
        middle = (low + high) / 2
        if -middle * np.expm1(-rows / middle) < seen:
            low = middle
        else:
            high = middle
    return round(high)


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


def duplicate_rows(relation: Relation) -> tuple[int, bool]:
    """Rows that repeat an earlier row, and whether that is an estimate from a class of hashes.

    Rows are compared by a hash of 64 bits: two different ones of 10 million are taken for equal once in 400,000 tables.
    Of many rows, those are compared that fall into one class by a column in which nearly all rows differ, if there is
    one: rows that repeat each other fall into the same.
    """
    complete = {name: one for name, one in facts_of(relation).items() if one.present == relation.rows}
    unique = [one.is_estimate for one in complete.values() if one.distinct == relation.rows]
    if unique:
        return 0, all(unique)
    key = f"hash({', '.join(relation.sql(name) for name in relation.columns)})"
    classes = 1 if relation.rows <= EXACT_ROWS else max(2, relation.rows // _CLASS_VALUES)
    varied = max(complete, key=lambda name: complete[name].distinct, default=None)
    by = key
    if varied is not None and complete[varied].distinct >= _VARIED * relation.rows:
        by = f"hash({relation.sql(varied)})"
    part = f" WHERE {by} % {classes} = 0" if classes > 1 else ""
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
