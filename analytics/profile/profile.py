"""Profile of a data set, short enough for a model with a small context."""

import re
from typing import Any

import numpy as np
import pandas as pd

from analytics.columns import Floats, Series, cell, is_number, label, parse_times
from analytics.engine.relation import Relation
from analytics.errors import AnalysisInputError
from analytics.profile.hinted import hinted_column, hinted_table
from analytics.profile.large import TOP_LENGTH, finish_profile, profile_relation
from analytics.profile.mixed_measures import with_mixed_measures
from analytics.profile.quality import placeholder, quality_notes
from analytics.profile.quantities import PLACES, quantity_fields
from analytics.profile.repeats import repeated_columns
from analytics.profile.roles import explain_role, numbers_and_facts
from analytics.results import ColumnProfile, DatasetProfile, TopValue

_TOP_VALUES = 5
"""Frequent values shown of a column."""
_TOP_BUDGET = 150
"""Frequent values shown of all columns together: wide tables show fewer of each."""


def profile_dataset(frame: pd.DataFrame | Relation) -> DatasetProfile:
    """Describe every column of a table, its period in time, and what to be careful about.

    Args:
        frame: The rows; not changed. Of a relation (`Dataset.rows`), DuckDB computes all figures over all rows; what
            texts look like is judged by a sample of 50,000.

    Returns:
        Roles, counts and typical values of each column; the column that orders the rows in time; quality notes, worst
        first. Numbers are described by their finite values. What is approximate is named as such.

    Raises:
        AnalysisInputError: There are no rows.
    """
    top = max(0, min(_TOP_VALUES, _TOP_BUDGET // max(1, len(frame.columns))))
    if isinstance(frame, Relation):
        columns, large = profile_relation(frame, top)
        return finish_profile(frame, columns, large, _time_column(frame.rows, columns))
    if frame.empty:
        raise AnalysisInputError("the data set has no rows")
    hashable = _hashable(frame)
    columns = with_mixed_measures(hashable, [_profile_column(column, top) for _, column in hashable.items()])
    # A column in which all rows differ leaves none that repeats another.
    unique = any(column.distinct == len(frame) for column in columns)
    duplicates = 0 if unique else int(hashable.duplicated().sum())
    time_column = _time_column(len(frame), columns)
    stamps = None if time_column is None else parse_times(hashable[time_column])
    present = None if stamps is None else stamps.dropna()
    repeats = repeated_columns(hashable, {column.name: column.distinct for column in columns})
    return DatasetProfile(
        rows=len(frame),
        columns=columns,
        duplicate_rows=duplicates,
        time_column=time_column,
        period_start=None if present is None else present.min().floor("us").to_pydatetime(),
        period_end=None if present is None else present.max().floor("us").to_pydatetime(),
        repeats=repeats,
        notes=quality_notes(hashable, columns, duplicates, time_column, stamps, repeats=repeats),
        **hinted_table(frame),
    )


def _hashable(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with nested and mixed cells as text, so that they can be counted."""
    mixed = {
        name: frame[name].map(str, na_action="ignore")
        for name, dtype in zip(frame.columns, frame.dtypes, strict=True)
        if pd.api.types.is_object_dtype(dtype)
        and pd.api.types.infer_dtype(frame[name], skipna=True) not in ("string", "boolean", "integer", "floating")
    }
    return frame.assign(**mixed) if mixed else frame


def _profile_column(series: Series, top: int) -> ColumnProfile:
    numbers, known = numbers_and_facts(series)
    ordered = None if numbers is None else np.sort(numbers[~np.isnan(numbers)])
    distinct = int(series.nunique()) if ordered is None else _different(ordered)
    role, reason = explain_role(series, distinct, known)
    common: dict[str, Any] = {
        "name": str(series.name),
        "role": role,
        "reason": reason,
        **hinted_column(series),
        "dtype": str(series.dtype),
        "missing": int(series.isna().sum()) if known is None else len(series) - known.present,
        "distinct": distinct,
    }
    common |= quantity_fields(series, role, reason)
    if role == "time":
        stamps = parse_times(series)
        if stamps is not None and stamps.notna().any():
            common |= {"minimum": cell(stamps.min()), "maximum": cell(stamps.max())}
    elif is_number(series):
        values = series.to_numpy(dtype=np.float64, na_value=np.nan) if numbers is None else numbers
        values = values[np.isfinite(values)]
        if values.size and pd.api.types.is_integer_dtype(series.dtype):
            ends = (series.min(), series.max()) if numbers is None else (values.min(), values.max())
            common |= {"minimum": int(ends[0]), "maximum": int(ends[1])}
        elif values.size:
            common |= {"minimum": _plain(values.min()), "maximum": _plain(values.max())}
        if values.size and role == "number" and common["quantity"] not in PLACES:
            with np.errstate(over="ignore", invalid="ignore"):
                spread = float(values.std(ddof=1)) if values.size > 1 else None
                common["mean"] = cell(float(values.mean()))
            common["median"] = float(np.median(values)) if ordered is None else _median(ordered[np.isfinite(ordered)])
            common["std"] = cell(spread)
            common["placeholder"] = placeholder(values)
    if role in ("category", "text", "boolean") and top:
        counts: Series = series.value_counts(dropna=True)
        common["top"] = [
            TopValue(value=label(value)[:TOP_LENGTH], count=int(count))
            for value, count in counts[counts > 0].head(top).items()  # not of unused categories
        ]
    return ColumnProfile(**common)


def _different(ordered: Floats) -> int:
    """Count different numbers among sorted ones."""
    return ordered.size and 1 + int(np.count_nonzero(ordered[1:] != ordered[:-1]))


def _median(ordered: Floats) -> float:
    """Median of sorted numbers, which need not be sorted again."""
    return float(np.mean(ordered[(ordered.size - 1) // 2 : ordered.size // 2 + 1]))


def _plain(value: Any) -> float | int:
    number = float(value)
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


_BIRTH_NAME = re.compile(r"birth|(?:^|[_\W])(?:dob|born)(?:$|[_\W])", re.IGNORECASE)
_AS_OF_NAME = re.compile(
    r"(?:^|[_\W])(?:as_?of|retrieved|accessed|downloaded|extracted)(?:_(?:date|time|at|on))?$", re.IGNORECASE
)
"""Names of times at which a figure was looked up, which say nothing of when a row happened."""
_LAST_CHANGE_NAME = re.compile(
    r"(?:^|[_\W])last_?(?:updated?|modified|changed?)(?:_(?:date|time|at|on))?$", re.IGNORECASE
)
"""Names of times at which a row was changed last: that of a ticket, but not of a place."""
_PLACE_NAME = re.compile(
    r"(?:^|[_\W])(?:country|state|province|district|county|region|city|town|municipality|borough|area|place|location)"
    r"(?:_?names?)?$",
    re.IGNORECASE,
)


def _plain_name(column: ColumnProfile) -> str:
    return column.name.strip().replace(" ", "_")


def _time_column(rows: int, columns: list[ColumnProfile]) -> str | None:
    """The time column with the fewest missing values; among equals the one called like a time, then the first.

    A date of birth says when a person was born, not when a row happened: it is taken where there is no other. The day
    as of which a figure holds is none, where each thing has one row.
    """
    named = ("date", "time", "timestamp", "datetime", "day", "ts", "event_time", "event_date")
    times = [column for column in columns if column.role == "time" and column.missing < 0.5 * max(1, rows)]
    times = [column for column in times if column.minimum is not None]
    times = [column for column in times if column.distinct > 1] or times
    if any(column.distinct == rows and column.role in ("text", "category") for column in columns):
        times = [column for column in times if not _AS_OF_NAME.search(_plain_name(column))]
    places = [column for column in columns if column.role in ("text", "category") and column.distinct == rows]
    if any(_PLACE_NAME.search(_plain_name(column)) for column in places):
        times = [column for column in times if not _LAST_CHANGE_NAME.search(_plain_name(column))]
    if not times:
        return None
    times = [column for column in times if not _BIRTH_NAME.search(column.name)] or times
    return min(times, key=lambda column: (round(column.missing / rows, 2), column.name.lower() not in named)).name
