"""Columns and rows of a frame as claims name them."""

import math

import numpy as np
import pandas as pd

from agents.outputs.claims import RowFilter
from analytics.columns import label

FORMS = {"month": "%Y-%m", "year": "%Y"}
"""Names of months and years."""


def is_number(column: pd.Series) -> bool:
    """Return whether a column holds numbers."""
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def values_of(frame: pd.DataFrame, column: str) -> pd.Series:
    """Numbers of a column; infinite ones are missing."""
    return frame[column].astype("float64").replace([np.inf, -np.inf], np.nan)


def times_of(column: pd.Series) -> pd.Series:
    """Moments of a column."""
    return column if pd.api.types.is_datetime64_any_dtype(column) else pd.to_datetime(column, format="ISO8601")


def labels_of(column: pd.Series) -> pd.Series:
    """Names of a column's values in reports."""
    if isinstance(
        column.dtype, pd.StringDtype
    ):  # equal texts are called the same, other equal values (1, True) are not
        return column.map({value: label(value) for value in column.dropna().unique()})
    return column.map(label, na_action="ignore")


def by_group(by: str, column: str, aggregate: str, frame: pd.DataFrame) -> pd.Series:
    """A column put together for each value of another."""
    table = pd.DataFrame({"by": labels_of(frame[by]), "value": values_of(frame, column)})
    table = table.dropna(subset=["value"])
    return table.groupby("by")["value"].agg(aggregate)


def by_period(time: str, unit: str, column: str, aggregate: str, frame: pd.DataFrame) -> pd.Series:
    """A column put together for each month or year, in UTC."""
    stamps = times_of(frame[time])
    if stamps.dt.tz is not None:
        stamps = stamps.dt.tz_convert("UTC").dt.tz_localize(None)
    table = pd.DataFrame({"by": stamps.dt.strftime(FORMS[unit]), "value": values_of(frame, column)})
    return table.dropna().groupby("by")["value"].agg(aggregate)


def rows_where(where: list[RowFilter], frame: pd.DataFrame) -> pd.DataFrame:
    """The rows that meet all conditions of a claim."""
    for condition in where:
        if condition.row_number is not None:
            frame = frame.iloc[[condition.row_number - 1]]
            continue
        assert condition.column is not None
        column = frame[condition.column]
        if condition.missing:
            frame = frame[column.isna()]
        elif condition.present:
            frame = frame[column.notna()]
        elif condition.above is not None:
            frame = frame[values_of(frame, condition.column) > condition.above]
        elif condition.at_most is not None:
            frame = frame[values_of(frame, condition.column) <= condition.at_most]
        elif condition.start is not None:
            frame = frame[_within(times_of(column), condition)]
        elif isinstance(condition.equals, str):
            frame = frame[labels_of(column) == condition.equals]
        else:
            frame = frame[column == condition.equals]
    return frame


def _within(stamps: pd.Series, condition: RowFilter) -> pd.Series:
    start, end = pd.Timestamp(condition.start), pd.Timestamp(condition.end)
    if stamps.dt.tz is None:
        start, end = start.tz_localize(None), end.tz_localize(None)
    elif start.tz is None:
        start, end = start.tz_localize("UTC"), end.tz_localize("UTC")
    return (stamps >= start) & (stamps < end)


def last_digit(value: float) -> float:
    """The last digit that is written of a value: two that differ by less may be written alike."""
    size = abs(value)
    return 1.01 if size >= 100 else 0.101 if size >= 1 else max(0.101 * size, 1e-12)


def close(found: float, said: float) -> bool:
    """Return whether two numbers are the same but for the precision of floats."""
    return math.isclose(found, said, rel_tol=1e-6, abs_tol=1e-9) or (math.isnan(found) and math.isnan(said))
