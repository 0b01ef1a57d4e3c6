"""The columns by whose values rows are put into segments."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.columns import Series, find_column, label, parse_times
from analytics.profile.roles import infer_role

MISSING = "(missing)"
"""Label of rows without a value, as `analytics.columns.label` writes it."""
MONTH_OF = "month of "
"""Beginning of the name of a dimension of months; the time column follows."""
_MOST_COLUMNS = 8
"""Columns looked at when none are named."""
_MOST_VALUES = 60
"""Different values up to which a column of text makes segments: more are hardly segments, and take long."""
_MOST_NUMBERS = 15
"""Different numbers up to which each is a segment of its own; more are put into ranges."""
_RANGES = 4
"""Ranges of a number column, with about equally many rows."""


@dataclass(frozen=True)
class Dimension:
    """A column as codes from 0 and their labels.

    Attributes:
        name: The column.
        codes: The segment of each row.
        labels: Name of each segment.
        bounds: For ranges of a number column, the lowest and the highest value of each; else empty.
    """

    name: str
    codes: NDArray[np.int64]
    labels: tuple[str, ...]
    bounds: tuple[tuple[float, float], ...] = ()


def dimensions_of(
    frame: pd.DataFrame, *, leave_out: Iterable[str] = (), columns: Sequence[str] | None = None, numbers: bool = False
) -> list[Dimension]:
    """Columns that can be segments.

    Args:
        frame: The rows.
        leave_out: Columns that are none, such as the measure.
        columns: The only ones to use; by default those with few values.
        numbers: Number columns of many values make segments as well: ranges with about equally many rows. Those of
            few values always do.

    Raises:
        AnalysisInputError: An unknown column.
    """
    asked = None if columns is None else [find_column(frame, name) for name in columns]
    gone = set(leave_out)
    found: list[Dimension] = []
    for name in map(str, frame.columns):
        if name in gone or (asked is not None and name not in asked):
            continue
        dimension = _dimension(frame[name], numbers=numbers or asked is not None)
        if dimension is not None and not any(_same(dimension, other) for other in found):
            found.append(dimension)
    return found if asked is not None else found[:_MOST_COLUMNS]


def month_dimension(frame: pd.DataFrame, time: str) -> Dimension | None:
    """The month of the year of a time column; None if all rows share it."""
    stamps = parse_times(frame[time])
    if stamps is None:
        return None
    text = stamps.dt.strftime("%B").where(stamps.notna(), None)
    return _coded(f"{MONTH_OF}{time}", text)


def _dimension(series: Series, *, numbers: bool) -> Dimension | None:
    distinct = int(series.nunique())
    if distinct < 1 or distinct > max(_MOST_VALUES, len(series)):
        return None
    role = infer_role(series, distinct)
    if role == "number":
        return _numbers(series, distinct) if numbers or distinct <= _MOST_NUMBERS else None
    if role not in ("category", "boolean", "text", "identifier") or distinct > _MOST_VALUES:
        return None
    if role == "identifier" and distinct > 0.5 * len(series):
        return None
    return _coded(str(series.name), series)


def _numbers(series: Series, distinct: int) -> Dimension | None:
    if distinct <= _MOST_NUMBERS:
        return _coded(str(series.name), series)
    values = series.to_numpy(dtype=np.float64, na_value=np.nan)
    known = values[np.isfinite(values)]
    edges = np.unique(np.quantile(known, np.linspace(0, 1, _RANGES + 1)[1:-1]))
    codes = np.where(np.isfinite(values), np.searchsorted(edges, values, side="left"), len(edges) + 1)
    labels: list[str] = []
    bounds: list[tuple[float, float]] = []
    for code in range(len(edges) + 2):
        inside = values[codes == code]
        bounds.append((float(inside.min()), float(inside.max())) if inside.size and code <= len(edges) else (0.0, 0.0))
        labels.append(f"{bounds[-1][0]:g} to {bounds[-1][1]:g}" if code <= len(edges) else MISSING)
    return Dimension(str(series.name), codes.astype(np.int64), tuple(labels), tuple(bounds))


def _coded(name: str, values: Series) -> Dimension | None:
    codes, unique = pd.factorize(values, use_na_sentinel=True)
    labels = [label(value) for value in unique]
    missing = codes < 0
    if missing.any():
        codes = np.where(missing, len(labels), codes)
        labels.append(MISSING)
    return Dimension(name, np.asarray(codes, dtype=np.int64), tuple(labels)) if len(labels) > 1 else None


def _same(one: Dimension, other: Dimension) -> bool:
    """Two columns that put the rows into the same segments."""
    if len(one.labels) != len(other.labels):
        return False
    pairs = np.unique(one.codes * len(other.labels) + other.codes)
    return len(pairs) == len(one.labels)
