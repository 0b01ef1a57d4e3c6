"""Memory that the table in a Parquet file takes, found without making the table.

A small file may stand for a huge table: a value that is repeated takes a few bits a row, and a page of zeros unpacks to
a thousand times its size. The metadata of a file may lie about it, so its pages are counted one by one.
"""

from collections.abc import Iterator
from io import BytesIO
from mmap import mmap
from typing import Any

from runtime.declared.parquet_footer import column_parts
from runtime.declared.parquet_pages import Page, PageHeaders

_BYTES_OF_A_CELL = 8
"""Bytes of a number, a time, or a reference to text in a frame. Shorter types may become these."""

_BYTES_OF_AN_OBJECT = 150
"""Bytes of a Python object in a frame (a decimal, bytes, a value in a list), an array around it included."""

_BYTES_OF_A_TEXT = 16
"""Bytes of a reader's note on each value of a dictionary."""

_PLAIN = {0, 3}
"""Encodings that write each value out: PLAIN, RLE. Others may repeat texts that stand in the file once."""

_LENGTH_FIRST = {5, 6, 9}
"""Encodings that write each value out, or a number: DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY, BYTE_STREAM_SPLIT."""

_ROWS_AT_ONCE = 65_536
"""Rows that are read at once to count their texts."""


class TableTooLargeError(ValueError):
    """Error raised for a table that would take more memory than it may."""


def decoded_size(content: bytes | mmap, most: int) -> int:
    """Return the bytes that the table in a Parquet file takes in memory.

    Numbers are counted by the headers of the pages. Texts that may be repeated are read and counted, a part at a time.

    Args:
        content: The file.
        most: Bytes that it may take.

    Raises:
        TableTooLargeError: It takes more.
        Exception: It is no Parquet file, or a damaged one.
    """
    import pyarrow.parquet as pq

    about = pq.read_metadata(_file(content))
    least = about.num_rows * about.num_columns * _BYTES_OF_A_CELL
    size, headers = 0, PageHeaders(content)
    repeated: dict[tuple[int, str], int] = {}  # by part and column: bytes of the longest text that may be repeated
    for part in list(column_parts(content, about.schema)):  # all are sound before anything is read
        column = about.schema.column(part.place)
        width = _width(column)
        for page in headers.of_column(part.start, part.values):
            size += page.values * _BYTES_OF_A_TEXT if page.is_dictionary else 0
            size += max(page.size, page.values * width)
            if column.physical_type == "BYTE_ARRAY" and _may_repeat(page):
                longest = max(repeated.get((part.group, column.path), 1), page.size)
                repeated[part.group, column.path] = longest
            if size > most:
                raise _too_large(about, most)
    size = max(size, least)
    if size <= most:
        for grown in _texts(content, repeated, most - size):
            size += grown
            if size > most:
                break
    if size > most:
        raise _too_large(about, most)
    return size


def _width(column: Any) -> int:
    """Return the bytes of a cell of a column in a frame."""
    kind, logical = column.physical_type, column.logical_type.type
    nested = column.max_repetition_level > 0 or "." in column.path
    is_object = nested or logical in ("DECIMAL", "TIME") or (kind == "BYTE_ARRAY" and logical != "STRING")
    return max(_BYTES_OF_AN_OBJECT if is_object else _BYTES_OF_A_CELL, column.length or 0)


def _may_repeat(page: Page) -> bool:
    return page.is_dictionary or page.encoding not in (_PLAIN | _LENGTH_FIRST)


def _texts(content: bytes | mmap, repeated: dict[tuple[int, str], int], most: int) -> Iterator[int]:
    """Yield the bytes of texts, a part of the rows at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not repeated:
        return
    file = pq.ParquetFile(_file(content))
    # A categorical column holds each value once in memory, too.
    kinds = file.schema_arrow
    apart = {name for name, kind in zip(kinds.names, kinds.types, strict=True) if pa.types.is_dictionary(kind)}
    for (group, column), longest in repeated.items():
        if column not in apart:
            rows = max(1, min(_ROWS_AT_ONCE, most // longest))
            for batch in file.iter_batches(rows, row_groups=[group], columns=[column], use_threads=False):
                yield batch.nbytes


def _too_large(about: Any, most: int) -> TableTooLargeError:
    return TableTooLargeError(
        f"a table of {about.num_rows} rows and {about.num_columns} columns takes more memory than the "
        f"{most >> 20} MiB that it may"
    )


def _file(content: bytes | mmap) -> Any:
    import pyarrow as pa

    return BytesIO(content) if isinstance(content, bytes) else pa.BufferReader(pa.py_buffer(content))
