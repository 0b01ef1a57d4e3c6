"""Data frames and series as Parquet files, which pandas writes and reads with index, column names and types."""

import io
from collections.abc import Iterator
from typing import Any

from runtime.declared.values import NotStorableError

MOST_DECODED_BYTES = 2 << 30
"""Bytes that all tables of one result take in memory at most (2 GiB; a choice)."""

_BYTES_OF_A_CELL = 8
"""Bytes of a number, a time, or a reference to text in a frame. Shorter types may become these."""


def frame_to_parquet(value: Any) -> bytes:
    """Return a frame, or a series as a frame of one column, as a Parquet file.

    Raises:
        NotStorableError: Parquet cannot hold it without a change.
    """
    import pandas as pd

    try:
        frame = value.to_frame("values") if isinstance(value, pd.Series) else value
        buffer = io.BytesIO()
        frame.to_parquet(buffer, engine="pyarrow")
        content = buffer.getvalue()
        # Parquet keeps no frequency of a time index, and the types of columns without cells only roughly.
        exact = len(frame) > 0
        pd.testing.assert_frame_equal(
            parquet_to_frame(content), frame, check_freq=False, check_dtype=exact, check_categorical=exact
        )
    except Exception as error:
        reason = " ".join(str(error).split())[:120]
        raise NotStorableError(
            f"a {type(value).__name__} that Parquet cannot hold ({reason}). Give each column one type and its own name"
        ) from error
    return content


def parquet_to_frame(content: bytes) -> Any:
    """Return the frame in a Parquet file.

    Raises:
        Exception: It is no Parquet file, or a damaged one.
    """
    import pandas as pd

    return pd.read_parquet(io.BytesIO(content), engine="pyarrow")


def decoded_size(content: bytes, most: int) -> int:
    """Return the bytes that the table in a Parquet file takes in memory, without making the table.

    A small file may stand for a huge table: a value that is repeated takes a few bits a row. Numbers are counted by the
    file's metadata. Text is read with each value once, and counted by how often it occurs.

    Args:
        content: The file.
        most: Bytes that it may take.

    Raises:
        ValueError: It takes more.
        Exception: It is no Parquet file, or a damaged one.
    """
    import pyarrow.parquet as pq

    about = pq.read_metadata(io.BytesIO(content))
    size, texts = 0, dict[str, None]()
    for group in map(about.row_group, range(about.num_row_groups)):
        for place in range(group.num_columns):
            chunk, column = group.column(place), about.schema.column(place)
            if column.physical_type == "BYTE_ARRAY":
                texts[column.path] = None
            width = max(_BYTES_OF_A_CELL, column.length or 0)
            size += max(max(chunk.num_values, group.num_rows) * width, chunk.total_uncompressed_size)
    size = max(size, about.num_rows * about.num_columns * _BYTES_OF_A_CELL)
    if size <= most and texts:
        size += _bytes_of_texts(content, list(texts), most - size)
    if size > most:
        raise ValueError(
            f"a table of {about.num_rows} rows and {about.num_columns} columns takes more memory than the tables of "
            f"a result may, which is {MOST_DECODED_BYTES >> 20} MiB"
        )
    return size


def _bytes_of_texts(content: bytes, columns: list[str], most: int) -> int:
    """Return the bytes of all texts in some columns, counted until they are more than allowed."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    kinds = pq.read_schema(io.BytesIO(content))
    # A categorical column holds each value once in memory, too.
    apart = {name for name, kind in zip(kinds.names, kinds.types, strict=True) if pa.types.is_dictionary(kind)}
    counted = [column for column in columns if column not in apart]
    if not counted:
        return 0
    compute: Any = pc
    file, size = pq.ParquetFile(io.BytesIO(content), read_dictionary=counted), 0
    for batch in file.iter_batches(columns=counted, use_threads=False):
        for texts in _dictionaries(batch.columns):
            lengths = compute.binary_length(texts.dictionary).take(texts.indices)
            size += compute.sum(lengths).as_py() or 0
        if size > most:
            break
    return size


def _dictionaries(columns: Any) -> Iterator[Any]:
    """Yield the columns of texts, also those inside lists and records."""
    import pyarrow as pa

    for column in columns:
        if pa.types.is_dictionary(column.type):
            yield column
        elif pa.types.is_struct(column.type):
            yield from _dictionaries(column.flatten())
        elif pa.types.is_map(column.type):
            yield from _dictionaries([column.keys, column.items])
        elif hasattr(column, "flatten"):
            yield from _dictionaries([column.flatten()])
