"""Figures of the columns of a relation from sums over all rows: counts, ends, means, spreads and medians.

Above 2,000,000 rows, medians are those of about a million rows, the same ones every time.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from analytics.engine.relation import Relation

COLUMNS_AT_ONCE = 100
"""Columns of a statement. The time to plan one grows faster than its length."""
_LARGEST = 1e150
"""Absolute value from which a square would overflow."""
LOCK = threading.RLock()
"""Tools side by side ask for the same facts: one computes them, the others wait."""


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
        nan: Rows with a NaN, which counts as missing.
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
    nan: int = 0
    top: list[tuple[Any, int]] = field(default_factory=list[tuple[Any, int]])


def is_number_type(dtype: Any) -> bool:
    """Check that a pandas type holds numbers; true and false are none."""
    return pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_bool_dtype(dtype)


def figures_of(relation: Relation, names: Sequence[str]) -> dict[str, Facts]:
    """Facts of columns without the number of different values, which takes longest.

    Raises:
        AnalysisInputError: The snapshot cannot be read.
    """
    with LOCK:
        known: dict[str, Facts] = relation.__dict__.setdefault("figures", {})
        wanted = [name for name in names if name not in known]
        for start in range(0, len(wanted), COLUMNS_AT_ONCE):
            known |= _figures(relation, wanted[start : start + COLUMNS_AT_ONCE])
        return {name: known[name] for name in names}


def finite(relation: Relation, name: str) -> str:
    """The column in SQL, with infinite numbers and NaN as missing."""
    column = relation.sql(name)
    if pd.api.types.is_float_dtype(relation.dtypes[name]):
        return f"CASE WHEN isfinite({column}) THEN {column} END"
    return column


def _figures(relation: Relation, names: Sequence[str]) -> dict[str, Facts]:
    """Figures from one pass over sums, without a test of each number for infinity.

    Sums are those of distances from a number near the median, whose squares do not cancel out (Chan, Golub and LeVeque
    1983). A sum over numbers that are not finite is not finite either: then the column is looked at number by number.
    """
    counts = relation.ask(f"SELECT {', '.join(f'count({relation.sql(name)})' for name in names)} FROM data")[0]
    found = {name: Facts(present=count) for name, count in zip(names, counts, strict=True)}
    for name in names:
        if is_time(relation, name):
            column, zone = relation.sql(name), getattr(relation.dtypes[name], "tz", None)
            ends = relation.ask(f"SELECT epoch_us(min({column})), epoch_us(max({column})) FROM data")[0]
            found[name] = replace(found[name], low=_stamp(ends[0], zone), high=_stamp(ends[1], zone))
    numbers = [name for name in names if is_number_type(relation.dtypes[name])]
    if not numbers:
        return found
    shifts, maybe_whole = _near(relation, numbers)
    sums: list[str] = []
    for name in numbers:
        away = f"({relation.sql(name)}::DOUBLE - {shifts[name]!r}::DOUBLE)"
        sums += [f"sum({away})", f"sum({away} * {away})", _wholeness(relation, name) if maybe_whole[name] else "false"]
    # Smallest and largest numbers stand in the file beside the rows, and cost nothing where nothing else is asked for.
    ends = relation.ask(f"SELECT {', '.join(_ends(relation, name) for name in numbers)} FROM data")[0]
    row = relation.ask(f"SELECT {', '.join(sums)} FROM data")[0]
    for place, name in enumerate(numbers):
        total, squares, whole = row[3 * place : 3 * place + 3]
        one, low, high = found[name], *ends[2 * place : 2 * place + 2]
        if one.present and not np.isfinite([total, squares]).all():
            found[name] = _carefully(relation, name)
            continue
        mean = shifts[name] + total / one.present if one.present else None
        spread = None
        if one.present > 1:
            spread = float(np.sqrt(max(0.0, squares - total * total / one.present) / (one.present - 1)))
        found[name] = replace(one, low=low, high=high, mean=mean, std=spread, is_whole=bool(whole))
    medians = ", ".join(f"median({finite(relation, name)})" for name in numbers)
    for name, median in zip(numbers, relation.ask(f"SELECT {medians} FROM {relation.part()}")[0], strict=True):
        sampled = relation.share > 1
        found[name] = replace(found[name], median=None if median is None else float(median), is_median_sampled=sampled)
    return found


def _near(relation: Relation, names: Sequence[str]) -> tuple[dict[str, float], dict[str, bool]]:
    """The median of a sample of each column, or 0, and whether all finite numbers of it are whole."""
    sample = relation.sample()
    shifts: dict[str, float] = {}
    whole: dict[str, bool] = {}
    for name in names:
        values = sample[name].to_numpy(dtype=np.float64, na_value=np.nan)
        values = values[np.isfinite(values)]
        shifts[name] = float(np.median(values)) if values.size else 0.0
        whole[name] = bool((values == np.floor(values)).all())
    return shifts, whole


def _ends(relation: Relation, name: str) -> str:
    return f"min({relation.sql(name)}), max({relation.sql(name)})"


def _wholeness(relation: Relation, name: str) -> str:
    value = finite(relation, name)
    return f"bool_and({value} = floor({value}))" if pd.api.types.is_float_dtype(relation.dtypes[name]) else "true"


def _carefully(relation: Relation, name: str) -> Facts:
    """Figures of a column with numbers that are not finite, or so large that their squares are not."""
    column, value = relation.sql(name), finite(relation, name)
    square = f"CASE WHEN abs({column}) < {_LARGEST} THEN {column} END"
    nan = f"count(*) FILTER (isnan({column}))"
    present, missing, low, high, mean, std, is_whole, infinite = relation.ask(
        f"SELECT count({column}), {nan}, min({value}), max({value}), avg({value}), stddev_samp({square}), "
        f"{_wholeness(relation, name)}, count(*) FILTER (isinf({column})) FROM data"
    )[0]
    large = low is not None and max(abs(low), abs(high)) >= _LARGEST
    return Facts(
        present=present - missing,
        nan=missing,
        low=low,
        high=high,
        mean=mean if mean is None or np.isfinite(mean) else None,
        std=None if large or std is None or not np.isfinite(std) else std,
        is_whole=bool(is_whole) and not infinite,
        infinite=infinite,
    )


def _stamp(moment: int | None, zone: Any) -> Any:
    if moment is None:
        return None
    stamp: Any = pd.Timestamp(moment, unit="us").as_unit("us")
    return stamp if zone is None else stamp.tz_localize("UTC").tz_convert(zone)


def is_time(relation: Relation, name: str) -> bool:
    """Check that a column holds times."""
    return pd.api.types.is_datetime64_any_dtype(relation.dtypes[name])
