"""Content fingerprints of tables and files: equal content gives the same text in any process, on any day.

What counts as content of a frame: values and their order, column names and order, types, time zones, and the index with
its names. What does not: `attrs`, memory layout, string storage (Python or Arrow), and which mark a missing value wears
(None, NaN, NaT, NA). Choices that could have gone the other way:

- `-0.0` and `0.0` differ: they print differently, and a model or a report may show either.
- The order of categories counts only if the categorical is ordered, as in pandas' own comparison of types.
- In object cells, numpy scalars equal the Python value they hold, the order of keys in a dict does not count, and
  `1`, `1.0` and `True` differ, since they print differently.
"""

import hashlib
import os
import struct
import time
from collections.abc import Callable, Iterable, Mapping, Set
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd

_SETTLED_NS = 2_000_000_000
"""Nanoseconds after a change before a file's fingerprint is remembered. Within them it may change again and keep its
modification time: FAT counts in steps of 2 s, the coarsest of the common file systems."""

_MEMO_SIZE = 1024
"""Files whose fingerprints are remembered."""

_memo: dict[tuple[int, int, int, int], str] = {}


def fingerprint_frame(frame: pd.DataFrame) -> str:
    """Digest the content of a frame.

    Args:
        frame: Any frame. It is not changed. Object cells may hold nested lists and dicts.

    Returns:
        64 hexadecimal digits (SHA-256), stable across processes, hash seeds and platforms of the same byte order.
    """
    digest = hashlib.sha256(b"frame 1")
    _add(digest, _encode([len(frame), list(frame.columns), list(frame.columns.names), list(frame.index.names)]))
    index = frame.index
    levels = [index.get_level_values(level) for level in range(index.nlevels)]
    for values in [*levels, *(column for _, column in frame.items())]:
        _add(digest, _column_digest(values.array))
    return digest.hexdigest()


def fingerprint_file(path: str | Path) -> str:
    """Digest the bytes of a file.

    The content is hashed once as long as the file's device, inode, size and modification time stay the same.

    Args:
        path: An existing file.

    Returns:
        64 hexadecimal digits (SHA-256).

    Raises:
        OSError: The file cannot be read.
    """
    with Path(path).open("rb") as file:
        before = os.fstat(file.fileno())
        key = (before.st_dev, before.st_ino, before.st_size, before.st_mtime_ns)
        if known := _memo.get(key):
            return known
        result = hashlib.file_digest(file, "sha256").hexdigest()
        after = os.fstat(file.fileno())
    unchanged = (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    if unchanged and time.time_ns() - after.st_mtime_ns > _SETTLED_NS:
        if len(_memo) >= _MEMO_SIZE:
            _memo.clear()
        _memo[key] = result
    return result


def _add(digest: Any, part: bytes) -> None:
    """Feed one part with its length, so that no two lists of parts read the same."""
    digest.update(struct.pack("<Q", len(part)))
    digest.update(part)


def _joined(parts: Iterable[bytes | np.ndarray]) -> bytes:
    digest = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else np.ascontiguousarray(part)
        digest.update(struct.pack("<Q", data.nbytes if isinstance(data, np.ndarray) else len(data)))
        digest.update(data.data.cast("B") if isinstance(data, np.ndarray) and data.size else bytes(data))
    return digest.digest()


def _column_digest(column: Any) -> bytes:
    """Digest one column or index level: its type, then its cells as bytes, a kind of storage at a time."""
    wrapped = isinstance(column, pd.arrays.NumpyExtensionArray)  # Python's string storage is one too
    unwrap = wrapped and not isinstance(column.dtype, pd.StringDtype)
    values = cast("Any", column.to_numpy() if unwrap else column)
    dtype = values.dtype
    label = str(dtype).encode()
    if isinstance(dtype, pd.CategoricalDtype):
        return _categorical_digest(values)
    if isinstance(dtype, pd.StringDtype):
        return _joined([f"{label!r}{dtype.na_value!r}".encode(), *_text_parts(values)])
    if isinstance(dtype, pd.DatetimeTZDtype | pd.PeriodDtype):
        return _joined([label, values.asi8])
    if isinstance(dtype, pd.IntervalDtype):
        return _joined([label, _column_digest(values.left.array), _column_digest(values.right.array)])
    if isinstance(dtype, pd.SparseDtype):
        return _joined([label, _column_digest(pd.array(np.asarray(values)))])
    if isinstance(values, pd.arrays.BooleanArray | pd.arrays.IntegerArray | pd.arrays.FloatingArray):
        masked: Any = values.dtype  # its type leaves out the numpy type that all three have
        cells = values.to_numpy(dtype=masked.numpy_dtype, na_value=0)
        return _joined([label, np.asarray(values.isna()), _plain(cells)])
    cells = np.asarray(values, dtype=None if isinstance(dtype, np.dtype) else object)
    if cells.dtype.kind in "biumMfc" and cells.dtype.itemsize <= (16 if cells.dtype.kind == "c" else 8):
        return _joined([label, _plain(cells)])
    return _object_digest(label, cells)


def _plain(cells: np.ndarray) -> np.ndarray:
    """Numbers and times as bytes; all NaN patterns become one."""
    if cells.dtype.kind in "fc":
        missing = np.isnan(cells)
        if missing.any():
            cells = np.where(missing, cells.dtype.type(np.nan), cells)
    return np.ascontiguousarray(cells).view("u1") if cells.size else np.empty(0, "u1")


def _text_parts(values: Any) -> list[bytes | np.ndarray]:
    """Strings as missing marks, lengths and one run of bytes, without a Python object for each."""
    import pyarrow as pa
    import pyarrow.compute as pc

    array = pa.array(values, type=pa.large_string(), from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    missing = array.is_null().to_numpy(zero_copy_only=False)
    if array.null_count:  # bytes behind a missing cell are not content
        array = pc.fill_null(array, "")
    _, offsets, data = array.buffers()
    if not len(array) or offsets is None:
        return [missing]
    edges = np.frombuffer(offsets, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    text = np.frombuffer(data, dtype=np.uint8)[edges[0] : edges[-1]] if data is not None else np.empty(0, np.uint8)
    return [missing, np.diff(edges), text]


def _categorical_digest(values: pd.Categorical) -> bytes:
    categories = values.categories
    codes = np.asarray(values.codes, dtype=np.int64)
    names = [_encode(value) for value in categories]
    if not values.ordered:
        order = sorted(range(len(names)), key=names.__getitem__)
        rank = np.empty(len(names) + 1, dtype=np.int64)
        rank[order] = np.arange(len(names))
        rank[-1] = -1  # the code of a missing cell
        names, codes = [names[position] for position in order], rank[codes]
    header = _encode(["category", bool(values.ordered), str(categories.dtype)])
    return _joined([header, _joined(names), codes])


def _object_digest(label: bytes, cells: np.ndarray) -> bytes:
    if pd.api.types.infer_dtype(cells, skipna=True) == "string":
        try:
            return _joined([label, b"text", *_text_parts(cells)])
        except (ValueError, TypeError):  # lone surrogates have no UTF-8 form
            pass
    return _joined([label, b"objects", *(_encode(cell) for cell in cells.ravel())])


def _tagged(tag: str, *parts: bytes) -> bytes:
    name = tag.encode()
    return b"".join([struct.pack("<II", len(name), len(parts)), name, *(struct.pack("<Q", len(p)) + p for p in parts)])


def _text(value: object) -> bytes:
    return str(value).encode("utf-8", "surrogatepass")


_ENCODERS: list[tuple[type[Any] | tuple[type[Any], ...], Callable[[Any], bytes]]] = [
    (bool, lambda value: _tagged("bool", _text(value))),
    (int, lambda value: _tagged("int", _text(int(value)))),
    (float, lambda value: _tagged("float", float(value).hex().encode())),
    (str, lambda value: _tagged("str", _text(value))),
    ((bytes, bytearray), lambda value: _tagged("bytes", bytes(value))),
    (datetime, lambda value: _tagged("datetime", _text(value.isoformat()), _text(value.tzinfo))),
    ((date, clock_time), lambda value: _tagged(type(value).__name__, _text(value.isoformat()))),
    (timedelta, lambda value: _tagged("timedelta", _text(pd.Timedelta(value).isoformat()))),
    (Mapping, lambda value: _tagged("dict", *sorted(_tagged("", _encode(k), _encode(v)) for k, v in value.items()))),
    (Set, lambda value: _tagged("set", *sorted(_encode(item) for item in value))),
    ((list, tuple), lambda value: _tagged(type(value).__name__, *(_encode(item) for item in value))),
    (np.ndarray, lambda value: _tagged("array", _text(value.dtype), _encode(value.shape), _encode(value.tolist()))),
    (type, lambda value: _tagged("type", _text(f"{value.__module__}.{value.__qualname__}"))),
]


def _encode(value: Any) -> bytes:
    """One cell as bytes: its kind, then its content. Other objects are taken apart the way pickle does it."""
    if value is None or value is pd.NA or value is pd.NaT:
        return b"-"
    if isinstance(value, (np.datetime64, np.timedelta64)):
        return b"-" if np.isnat(value) else _tagged("numpy", _text(value.dtype), _text(value))
    if type(value) is np.longdouble:
        return b"-" if np.isnan(value) else _tagged("longdouble", _text(value))
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and np.isnan(value):
        return b"-"
    for kind, encode in _ENCODERS:
        if isinstance(value, kind):
            return encode(value)
    if callable(value) and hasattr(value, "__qualname__"):
        return _tagged("function", _text(f"{value.__module__}.{value.__qualname__}"))
    reduced = cast("tuple[Any, ...] | str", value.__reduce_ex__(4))
    parts = (reduced,) if isinstance(reduced, str) else reduced[:3]
    rest = () if isinstance(reduced, str) else tuple(None if part is None else list(part) for part in reduced[3:5])
    return _tagged("object", *(_encode(part) for part in (*parts, *rest)))
