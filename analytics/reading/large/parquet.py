"""Reader of Parquet files, of which a small one may stand for a huge table."""

import os
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

import pandas as pd

from analytics.columns import listing
from analytics.errors import DatasetError
from analytics.reading.table import Table
from runtime.declared.parquet_size import TableTooLargeError, decoded_size

_GROWTH = 4
"""Times the largest file that its table may take in memory (a choice)."""

_SHARE = 2
"""Part of the machine's memory that a table may take, as the divisor (a choice)."""


def read_parquet(path: Path, shown: str, max_bytes: int) -> Table:
    """Read a Parquet file whose table fits into memory.

    Args:
        path: The file.
        shown: Its name for messages.
        max_bytes: Bytes of the largest file accepted. A table may take four times that, and half of the memory.

    Returns:
        The rows, and a note on text that had to be repaired.

    Raises:
        DatasetError: It cannot be read, or its table is too large.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    check_size(path, most_in_memory(max_bytes), shown)
    try:
        table = pq.ParquetFile(path).read()
        names = [str(name) for name in table.column_names]
    except UnicodeDecodeError:
        raise _badly_named(shown) from None
    except (pa.ArrowException, OSError, ValueError, KeyError, NotImplementedError):
        raise _damaged(shown) from None
    return table_to_frame(table, names, shown)


def most_in_memory(max_bytes: int) -> int:
    """Bytes that a table may take in memory."""
    return min(_GROWTH * max_bytes, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // _SHARE)


def check_size(path: Path, most: int, shown: str) -> int:
    """Bytes that the table of a Parquet file takes in memory.

    Raises:
        DatasetError: More than it may, or the headers of the file's pages cannot be read.
    """
    with path.open("rb") as file:
        # Not closed by hand: the traceback of an error still holds parts of it.
        content = mmap(file.fileno(), 0, access=ACCESS_READ)
    try:
        return decoded_size(content, most)
    except TableTooLargeError as error:
        raise DatasetError(f"{shown}: {error}; select columns or rows before, or write smaller files") from None
    except UnicodeDecodeError:
        raise _badly_named(shown) from None
    except Exception as error:  # whatever a damaged file makes of its reader
        raise _damaged(shown) from error


def _badly_named(shown: str) -> DatasetError:
    return DatasetError(f"{shown}: a column's name is not valid UTF-8; rename it and write the file again")


def _damaged(shown: str) -> DatasetError:
    return DatasetError(f"{shown}: not a readable Parquet file; is it whole? Write or download it again")


def table_to_frame(table: Any, names: list[str], shown: str) -> Table:
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
    return Table(frame, notes, "Parquet")


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


def read_arrow(path: Path, shown: str, max_bytes: int) -> Table:
    """Read an Arrow IPC or Feather file.

    Args:
        path: The file.
        shown: Its name for messages.
        max_bytes: Bytes of the largest table.

    Raises:
        DatasetError: Damaged, or its table is too large.
    """
    import pyarrow as pa

    most = most_in_memory(max_bytes)
    try:
        with pa.memory_map(str(path)) as file:
            size, batches = 0, []
            reader = pa.ipc.open_file(file)
            for number in range(reader.num_record_batches):
                batch = reader.get_batch(number)
                size += batch.nbytes
                if size > most:
                    raise DatasetError(f"{shown}: more than {most:,} bytes when unpacked, the limit")
                batch.validate(full=True)  # otherwise a wrong offset reads what lies beside the file in memory
                batches.append(batch)
            table = pa.Table.from_batches(batches, schema=reader.schema)
            names = [str(name) for name in table.column_names]
            return table_to_frame(table, names, shown)._replace(form="Arrow")
    except DatasetError:
        raise
    except (pa.ArrowException, OSError, ValueError, KeyError, NotImplementedError):
        raise DatasetError(f"{shown}: not a readable Arrow file; is it whole? Write or download it again") from None
