"""A frame in the types that a Parquet snapshot, DuckDB and the analysis functions all hold, with notes on changes."""

import json
from typing import Any

import numpy as np
import pandas as pd

from analytics.columns import Series, is_text, listing, parse_times
from analytics.reading.cells.times.buddhist_years import KEPT, NOTE, are_buddhist, in_common_years, is_named_year
from analytics.reading.cells.times.clock_times import moment_of_columns
from analytics.reading.cells.times.integer_times import date_of_parts, time_of_numbers


def tidy_frame(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Copy a frame into plain types.

    A meaningful index becomes a column. Column names become unique text, also where case is ignored, as SQL does.
    Nested cells become JSON text, mixed ones text, ISO 8601 dates in text and dates written as numbers become times,
    decimals floats, durations seconds. Columns for year, month and day get a date beside them.

    Args:
        frame: Any frame; not changed.

    Returns:
        The copy and notes on what was changed.
    """
    changes: dict[str, list[str]] = {}
    columns: list[Series] = []
    labels: list[Any] = []
    if not (isinstance(frame.index, pd.RangeIndex) and frame.index.name is None):
        changes["The index was made a column"] = []
        for level in range(frame.index.nlevels):
            values = frame.index.get_level_values(level)
            columns.append(pd.Series(values.array))
            labels.append("index" if values.name is None else values.name)
    numbered = not labels
    for label, column in frame.items():  # much faster than by place, in a table of thousands
        columns.append(column if numbered else pd.Series(column.array))
        labels.append(label)
    names = unique_names(labels, changes)
    plain = {name: _plain(column, name, changes).array for name, column in zip(names, columns, strict=True)}
    _read_buddhist_years(plain, changes)
    tidied = pd.DataFrame(plain, index=pd.RangeIndex(len(frame)))
    if not any(pd.api.types.is_datetime64_any_dtype(dtype) for dtype in tidied.dtypes) and (
        made := date_of_parts(tidied)
    ):
        name = next(name for name in ("date", "date_made", "date_made_2") if name not in tidied.columns)
        tidied[name], parts = made
        changes[f"A column {name!r} was made of the columns {listing(parts)}"] = []
    elif made := moment_of_columns(tidied):
        stamps, parts = made
        name = next(
            name
            for name in ("datetime", "moment", "datetime_made", "datetime_made_2")
            if name not in map(str.casefold, tidied.columns)
        )
        # It stands before the date, so that it orders the rows in time.
        tidied.insert(list(tidied.columns).index(parts[0]), name, stamps)
        changes[f"A column {name!r} was made of the columns {listing(parts)}"] = []
    notes = [f"{change}: {listing(names)}." if names else f"{change}." for change, names in changes.items()]
    return tidied, notes


def _read_buddhist_years(plain: dict[str, Any], changes: dict[str, list[str]]) -> None:
    """Bring times of the Buddhist calendar into the common one; columns of its years are only named in `changes`."""
    for name, array in plain.items():
        if pd.api.types.is_datetime64_any_dtype(array.dtype):
            if (read := in_common_years(pd.Series(array))) is not None:
                plain[name] = read.array
                changes.setdefault(NOTE, []).append(name)
        elif is_named_year(name) and pd.api.types.is_integer_dtype(array.dtype) and are_buddhist(pd.Series(array)):
            changes.setdefault(KEPT, []).append(name)


def unique_names(labels: list[Any], changes: dict[str, list[str]]) -> list[str]:
    """Names that SQL can tell apart, made of labels; what was changed is added to `changes`."""
    names: list[str] = []
    taken: set[str] = set()
    for position, value in enumerate(labels, 1):
        parts = value if isinstance(value, tuple) else (value,)
        raw = "_".join(str(part) for part in parts if not _is_missing(part))
        name = " ".join(raw.split())
        if not name:
            name = f"column_{position}"
            changes.setdefault("Columns without a name were called", []).append(name)
        base, count = name, 1
        while name.casefold() in taken:
            count += 1
            name = f"{base}_{count}"
        if name != base:
            changes.setdefault("Names that repeat (case aside) were numbered", []).append(name)
        taken.add(name.casefold())
        names.append(name)
    return names


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value))


def _plain(column: Series, name: str, changes: dict[str, list[str]]) -> Series:
    dtype = column.dtype

    def changed(change: str, result: Any) -> Series:
        changes.setdefault(change, []).append(name)
        return result

    if isinstance(dtype, np.dtype) and dtype.kind in "iuf" and dtype.itemsize in (4, 8):  # the usual case
        found = time_of_numbers(column, name)
        return changed(found[1], found[0]) if found else column
    if isinstance(dtype, pd.ArrowDtype):
        return _plain(_from_arrow(column), name, changes)
    if isinstance(dtype, pd.SparseDtype):
        return pd.Series(np.asarray(column))
    if isinstance(dtype, pd.PeriodDtype):
        return changed("Periods became the time they start", _microseconds(column.dt.to_timestamp()))
    if pd.api.types.is_timedelta64_dtype(dtype):
        return changed("Durations became seconds", column.dt.total_seconds())
    if pd.api.types.is_datetime64_any_dtype(dtype):
        years = column.dt.year
        if bool(((years < 1) | (years > 9999)).any()):  # Python's own times end there
            text = pd.Series(np.datetime_as_string(_naive(column).to_numpy()), dtype="str").mask(column.isna())
            return changed("Kept as text, since times lie before year 1 or after year 9999", text)
        return _microseconds(column)
    if isinstance(dtype, pd.IntervalDtype) or pd.api.types.is_complex_dtype(dtype):
        return changed("Became text", column.astype("str"))
    if isinstance(dtype, np.dtype) and dtype.kind == "f" and dtype.itemsize not in (4, 8):
        return column.astype("float64")
    if isinstance(dtype, pd.CategoricalDtype):
        if pd.api.types.is_object_dtype(dtype.categories.dtype) or isinstance(dtype.categories.dtype, pd.IntervalDtype):
            return column.astype(object).map(str, na_action="ignore").astype("str").astype("category")
        return column
    if pd.api.types.is_object_dtype(dtype):
        column = _from_objects(column, changed)
    if is_text(column) and not pd.api.types.is_object_dtype(column.dtype):
        stamps = parse_times(column)
        if stamps is not None:
            return changed("Text dates read as times", _microseconds(stamps))
    if found := time_of_numbers(column, name):
        return changed(found[1], found[0])
    return column


def _from_arrow(column: Series) -> Series:
    """An Arrow-backed column in pandas' own types; nested cells become Python's lists and dicts."""
    import pyarrow as pa

    values = pa.chunked_array(_chunks(pa.array(column.array)))
    if pa.types.is_nested(values.type):
        return pd.Series(values.to_pylist(), dtype=object)
    whole = pa.types.is_integer(values.type) and values.null_count > 0
    return column.astype("Int64") if whole else pd.Series(values.to_pandas(date_as_object=False).array)


def _chunks(values: Any) -> list[Any]:
    return list(values.chunks) if hasattr(values, "chunks") else [values]


def _microseconds(column: Series) -> Series:
    """Parquet has no seconds: without one unit, a snapshot would not be what was fingerprinted."""
    return column.dt.as_unit("ns" if column.dt.unit == "ns" and bool((column.dt.nanosecond > 0).any()) else "us")


def _naive(column: Series) -> Series:
    return column.dt.tz_convert("UTC").dt.tz_localize(None) if column.dt.tz is not None else column


def _from_objects(column: Series, changed: Any) -> Series:
    kind = pd.api.types.infer_dtype(column, skipna=True)
    if kind == "empty":
        return column.astype("float64")
    if kind == "string":
        return column.astype("str")
    if kind == "boolean":
        return column.astype("boolean" if column.isna().any() else "bool")
    if kind in ("integer", "floating", "mixed-integer-float", "decimal"):
        try:
            if kind == "integer" and column.isna().any():
                return column.astype("Int64")
            numbers = column.astype("int64" if kind == "integer" else "float64")
        except (OverflowError, TypeError, ValueError):
            return changed(
                "Kept as text, too long for exact numbers", column.map(str, na_action="ignore").astype("str")
            )
        return changed("Decimals became floating-point numbers", numbers) if kind == "decimal" else numbers
    if kind in ("datetime", "datetime64", "date"):
        try:
            return _microseconds(pd.Series(pd.to_datetime(column)))
        except (ValueError, TypeError):
            zoned = [value.tzinfo is not None for value in column.dropna()]
            if all(zoned):
                return changed("Several time zones became UTC", _microseconds(pd.to_datetime(column, utc=True)))
            return changed("Mixed types became text", column.map(str, na_action="ignore").astype("str"))
    if kind in ("timedelta", "timedelta64"):
        return changed("Durations became seconds", pd.to_timedelta(column).dt.total_seconds())
    if kind == "bytes":
        return changed("Bytes became text", column.map(_bytes_text, na_action="ignore").astype("str"))
    present = [value for value in column if isinstance(value, list | tuple | dict | set | np.ndarray)]
    if present:
        text = [value if isinstance(value, str) else _json_text(value) for value in column]
        return changed("Nested values became JSON text", pd.Series(text, dtype="str"))
    if kind == "time":
        return column.map(str, na_action="ignore").astype("str")
    return changed("Mixed types became text", column.map(str, na_action="ignore").astype("str"))


def _bytes_text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.hex()


def _json_text(value: Any) -> str | None:
    if value is None or _is_missing(value) or value is pd.NaT:
        return None
    return json.dumps(value, default=_jsonable, ensure_ascii=False, sort_keys=False)


def _jsonable(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, set | frozenset | tuple):
        return sorted(value, key=str)
    return str(value)
