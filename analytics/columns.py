"""Columns by name, as numbers or as times, with errors that name what is available; cells as plain JSON."""

import difflib
import math
import re
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.errors import AnalysisInputError
from analytics.results import Cell

Floats = NDArray[np.float64]

Series = Any
"""A pandas Series. pandas types its results as unions of all they could be, which checks nothing and hides the code."""

_ISO_DATE = r"^\s*\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?\s?(?:Z|[+-]\d{2}:?\d{2})?)?\s*$"
_ANY_ZONE = r"(?:Z|\d[+-]\d{2}:?\d{2})\s*$"


def listing(names: Iterable[object], limit: int = 5) -> str:
    """Names as one phrase: `a, b, c and 12 more`."""
    every = [str(name) for name in names]
    more = len(every) - limit
    return ", ".join(every[:limit]) + (f" and {more} more" if more > 0 else "")


class HasColumns(Protocol):
    """A table that knows the names of its columns."""

    @property
    def columns(self) -> Any:
        """The names, in order."""
        ...


def find_column(frame: HasColumns, name: str) -> str:
    """The column called `name`: exactly, or failing that, the only one that differs in case or outer spaces.

    Raises:
        AnalysisInputError: There is none; the message suggests near names and lists the columns.
    """
    if name in frame.columns:  # at once, in a table of thousands
        return name
    names = [str(column) for column in frame.columns]
    if name in names:
        return name
    folded = [column for column in names if column.strip().casefold() == str(name).strip().casefold()]
    if len(folded) == 1:
        return folded[0]
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise AnalysisInputError(f"unknown column {name!r}: {hint}columns: {listing(names, 40)}")


def is_number(series: Series) -> bool:
    """Check that the column holds real numbers; booleans are not numbers here."""
    dtype = series.dtype
    if isinstance(dtype, np.dtype):  # the usual case, and the others are slow on wide tables
        return dtype.kind in "iuf"
    return pd.api.types.is_numeric_dtype(dtype) and not (
        pd.api.types.is_bool_dtype(dtype) or pd.api.types.is_complex_dtype(dtype)
    )


def number_columns(frame: pd.DataFrame) -> list[str]:
    """Names of the columns that hold numbers."""
    return [str(name) for position, name in enumerate(frame.columns) if is_number(frame.iloc[:, position])]


def numbers(frame: pd.DataFrame, column: str) -> Floats:
    """The column as floats; missing and infinite values are NaN.

    Raises:
        AnalysisInputError: No such column, or it does not hold numbers.
    """
    series = frame[find_column(frame, column)]
    if not is_number(series):
        available = listing(number_columns(frame), 40) or "none"
        raise AnalysisInputError(f"column {column!r} holds {kind_of(series)}, not numbers; number columns: {available}")
    values = np.array(series.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)
    values[~np.isfinite(values)] = np.nan
    return values


def kind_of(series: Series) -> str:
    """Kind of values in a column, in a word for people."""
    if pd.api.types.is_bool_dtype(series.dtype):
        return "true/false values"
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        return "times"
    return "numbers" if is_number(series) else "text"


def is_text(series: Series) -> bool:
    """Check that the column holds strings, or categories of strings."""
    return is_text_type(series.dtype)


def is_text_type(dtype: Any) -> bool:
    """Check for the type of a column that holds strings, or categories of strings."""
    if isinstance(dtype, pd.CategoricalDtype):
        dtype = dtype.categories.dtype
    return pd.api.types.is_string_dtype(dtype) or pd.api.types.is_object_dtype(dtype)


def parse_times(series: Series) -> Series | None:
    """Times of a time column, or of text in which every value is an ISO 8601 date or date and time.

    Returns:
        datetime64 values aligned to the series, with a zone if they have one (UTC when they have several), or None if
        the column holds something else.
    """
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        return series
    if isinstance(series.dtype, pd.PeriodDtype):
        return series.dt.to_timestamp()
    if not is_text(series):
        return None
    first = next((value for value in series.array if isinstance(value, str)), None)
    if first is not None and not re.match(_ISO_DATE, first):
        return None
    present = series.dropna().astype("str")
    if present.empty or not present.head(50).str.match(_ISO_DATE).all() or not present.str.match(_ISO_DATE).all():
        return None
    zoned = present.str.contains(_ANY_ZONE, regex=True)
    if zoned.any() and not zoned.all():
        return None
    try:
        parsed = pd.to_datetime(present, format="ISO8601", utc=bool(zoned.any()))
    except (ValueError, OverflowError):
        return None
    return parsed.reindex(series.index) if series.index.is_unique else _realigned(series, parsed)


def _realigned(series: Series, parsed: Series) -> Series:
    """`parsed`, which lacks the missing rows, on the rows of `series`, whose index repeats."""
    positions = np.flatnonzero(series.notna().to_numpy())
    full = pd.Series(parsed.to_numpy() if parsed.dt.tz is None else parsed.array, index=positions)
    return full.reindex(range(len(series))).set_axis(series.index)


def times(frame: pd.DataFrame, column: str) -> Series:
    """The column as times.

    Raises:
        AnalysisInputError: No such column, or it does not hold times.
    """
    found = parse_times(frame[find_column(frame, column)])
    if found is None:
        having = [str(name) for name in frame.columns if parse_times(frame[name]) is not None]
        available = listing(having, 20) or "none"
        raise AnalysisInputError(
            f"column {column!r} holds {kind_of(frame[find_column(frame, column)])}, not times; "
            f"time columns: {available}"
        )
    return found


def time_column(frame: pd.DataFrame) -> str | None:
    """The time column with the fewest missing values; the first of several. Of a large table, a sample tells it."""
    found = {str(name): stamps for name in frame.columns if (stamps := parse_times(frame[name])) is not None}
    varied = {name: int(stamps.isna().sum()) for name, stamps in found.items() if stamps.nunique() > 1}
    return min(varied, key=lambda name: varied[name], default=None)


def label(value: object) -> str:
    """A value as a short label; missing ones are `(missing)`, whole floats lose their `.0`."""
    plain = cell(value)
    if plain is None:
        return "(missing)"
    if isinstance(plain, float) and plain.is_integer() and abs(plain) < 2**53:
        plain = int(plain)
    return shorten(str(plain), 80)


def shorten(text: str, limit: int) -> str:
    """Text cut to `limit` characters, with an ellipsis if something was cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def cell(value: Any, limit: int = 200) -> Cell:
    """A value as JSON can hold it.

    Times become ISO 8601 text, so that a stored result equals the one just made; missing, NaN and infinite values
    become None; text and nested values are cut at `limit` characters.
    """
    if isinstance(value, np.generic) and not isinstance(value, np.datetime64 | np.timedelta64):
        value = value.item()
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, bool | int):
        return value
    if isinstance(value, Decimal):
        exact = value.is_finite() and value == value.to_integral_value()
        value = int(value) if exact else float(value)
    if isinstance(value, int | float):
        return value if math.isfinite(value) else None
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
        if pd.isna(value):
            return None
    if isinstance(value, datetime):
        midnight = value.time() == time() and value.tzinfo is None and not getattr(value, "nanosecond", 0)
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return shorten(str(value), limit)
