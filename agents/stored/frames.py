"""Data frames and series as Parquet, exact to the column: what Parquet does not hold is kept beside it."""

import hashlib
import io
import sys
from typing import Any


def is_frame(value: object) -> bool:
    """Whether a value is a pandas frame or series, without importing pandas for one that cannot be."""
    pandas: Any = sys.modules.get("pandas")
    return pandas is not None and type(value) in (pandas.DataFrame, pandas.Series)


def frame_to_parquet(value: Any) -> tuple[str, bytes, dict[str, Any]]:
    """Return the digest and the bytes of a Parquet file with the cells, and what else makes up the frame.

    Column names and the index are numbered columns in the file: Parquet takes only text as names, each once.

    Raises:
        Exception: The cells have types that do not come back from Parquet; what pyarrow or the comparison says.
    """
    import pandas as pd

    series = isinstance(value, pd.Series)
    frame = value.to_frame() if series else value
    index = frame.index
    parts = [index.get_level_values(level) for level in range(index.nlevels)]
    plain = isinstance(index, pd.RangeIndex)
    about = {
        "series": series,
        "columns": list(frame.columns),
        "column names": list(frame.columns.names),
        "name": value.name if series else None,
        "columns dtype": str(frame.columns.dtype),
        "index names": list(index.names),
        "range": [index.start, index.stop, index.step] if plain else None,
        "freq": getattr(index, "freqstr", None),
        "multi": isinstance(index, pd.MultiIndex),
        "dtypes": [str(dtype) for dtype in frame.dtypes],
        "attrs": dict(frame.attrs),
        "rows": len(frame),
    }
    cells = {str(position): frame.iloc[:, position].array for position in range(frame.shape[1])}
    if not plain:
        cells |= {f"index {level}": part.array for level, part in enumerate(parts)}
    # In a column of objects each cell has its own type, which Parquet would make one.
    about["objects"] = {name: list(column) for name, column in cells.items() if str(column.dtype) == "object"}
    about["kinds"] = {
        name: [column.categories, column.ordered]
        for name, column in cells.items()
        if isinstance(column, pd.Categorical)
    }
    buffer = io.BytesIO()
    typed = {
        name: column.codes if name in about["kinds"] else column
        for name, column in cells.items()
        if name not in about["objects"]
    }
    pd.DataFrame(typed, copy=False).to_parquet(buffer, index=False)
    content = buffer.getvalue()
    read_back = parquet_to_frame(content, about)
    if series:
        pd.testing.assert_series_equal(read_back, value)
    else:
        pd.testing.assert_frame_equal(read_back, value)
    return hashlib.blake2b(content, digest_size=16).hexdigest(), content, about


def parquet_to_frame(content: bytes, about: dict[str, Any]) -> Any:
    """Return the frame or series that `frame_to_parquet` was given."""
    import pandas as pd

    stored = pd.read_parquet(io.BytesIO(content))
    cells: dict[str, Any] = {str(name): stored[name].array for name in stored.columns}
    cells |= {name: _objects(column) for name, column in about["objects"].items()}
    for name, (categories, ordered) in about["kinds"].items():
        cells[name] = pd.Categorical.from_codes(cells[name], categories=categories, ordered=ordered)
    width = len(about["columns"])
    if about["range"] is not None:
        index: Any = pd.RangeIndex(*about["range"], name=about["index names"][0])
    else:
        names = about["index names"]
        levels = [pd.Index(cells[f"index {level}"]) for level in range(len(names))]
        if about["freq"] is not None and isinstance(levels[0], pd.DatetimeIndex | pd.TimedeltaIndex):
            levels[0] = type(levels[0])(levels[0], freq=about["freq"])
        index = pd.MultiIndex.from_arrays(levels, names=names) if about["multi"] else levels[0].rename(names[0])
    columns: list[Any] = []
    for position, dtype in enumerate(about["dtypes"]):
        column = cells[str(position)]
        columns.append(column if str(column.dtype) == dtype else column.astype(dtype))
    frame = pd.DataFrame(dict(enumerate(columns)), index=index, copy=False)
    if about["series"]:
        series: Any = frame.iloc[:, 0].rename(about["name"])
        series.attrs = about["attrs"]
        return series
    names = about["column names"]
    if len(names) > 1:
        frame.columns = pd.MultiIndex.from_tuples(about["columns"], names=names)
    elif width or about["columns dtype"] != "object":
        frame.columns = pd.Index(about["columns"], dtype=about["columns dtype"], name=names[0])
    frame.attrs = about["attrs"]
    return frame


def _objects(cells: list[Any]) -> Any:
    import numpy as np

    array = np.empty(len(cells), dtype=object)
    for position, cell in enumerate(cells):
        array[position] = cell
    return array
