"""Parquet files."""

from pathlib import Path
from typing import Any

import pandas as pd

from analytics.columns import listing
from analytics.errors import DatasetError

_PER_BYTE = 4
"""Bytes in memory for each byte that a file may have, since columns of few values are packed."""


def read_parquet(path: Path, shown: str, max_bytes: int) -> tuple[pd.DataFrame, list[str]]:
    """Read a Parquet file.

    Args:
        path: The file.
        shown: Its name for messages.
        max_bytes: Largest size when unpacked; cells may take four times as much memory.

    Raises:
        DatasetError: Damaged, or larger than allowed when unpacked.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        _check_size(file.metadata, shown, max_bytes)
        table = file.read()
        names = [str(name) for name in table.column_names]
    except UnicodeDecodeError:
        raise DatasetError(f"{shown}: a column's name is not valid UTF-8; rename it and write the file again") from None
    except (pa.ArrowException, OSError, ValueError, KeyError, NotImplementedError) as error:
        raise DatasetError(
            f"{shown}: not a readable Parquet file ({type(error).__name__}); is it whole? Write or download it again"
        ) from None
    return table_to_frame(table, names, shown)


def _check_size(metadata: Any, shown: str, max_bytes: int) -> None:
    unpacked = sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
    cells = 8 * metadata.num_rows * metadata.num_columns
    if unpacked > max_bytes or cells > _PER_BYTE * max_bytes:
        size = max(unpacked, cells)
        raise DatasetError(
            f"{shown}: {metadata.num_rows:,} rows of {metadata.num_columns:,} columns take {size:,} bytes when "
            f"unpacked, more than the limit of {max_bytes:,}; read fewer columns or rows"
        )


def table_to_frame(table: Any, names: list[str], shown: str) -> tuple[pd.DataFrame, list[str]]:
    """Make a frame of an Arrow table: whole numbers beyond 2**53 stay exact where some are missing.

    Args:
        table: The table.
        names: Its column names.
        shown: Its name for messages.

    Raises:
        DatasetError: A column cannot be made one of a frame; the message names it.
    """
    import pyarrow as pa

    columns: dict[int, Any] = {}
    damaged: list[str] = []
    for position, name in enumerate(names):
        column = table.column(position)
        try:
            if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
                column, repaired = _valid_text(column)
                damaged += [name] if repaired else []
            columns[position] = _series(column)
        except (pa.ArrowException, ValueError, OverflowError, NotImplementedError) as error:
            kind = f"{column.type}"[:60]
            raise DatasetError(
                f"{shown}: the column {name[:80]!r} ({kind}) cannot be read ({type(error).__name__}); leave it out or "
                "write it as another type"
            ) from None
    frame = pd.DataFrame(columns, index=pd.RangeIndex(table.num_rows))
    frame.columns = pd.Index(names, dtype=object)
    notes = [f"Text that is not valid UTF-8 was repaired with \ufffd: {listing(damaged)}."] if damaged else []
    return frame, notes


def _valid_text(column: Any) -> tuple[Any, bool]:
    import pyarrow as pa

    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        cells = column.cast(pa.large_binary()).to_pylist()
        return pa.chunked_array([[cell if cell is None else cell.decode("utf-8", "replace") for cell in cells]]), True
    return column, False


def _series(column: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_integer(column.type) and column.null_count:
        ends: Any = pc.min_max(column)  # pyright: ignore[reportAttributeAccessIssue]
        low, high = ends["min"].as_py(), ends["max"].as_py()
        if low is not None and max(abs(low), abs(high)) > 2**53:
            return pd.Series(column.to_pandas(types_mapper={column.type: pd.Int64Dtype()}.get).array)
    return pd.Series(column.to_pandas(date_as_object=False).array)
