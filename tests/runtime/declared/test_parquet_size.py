"""A Parquet file counts by what its pages unpack to, whatever its metadata says."""

import io
import mmap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from runtime.declared.parquet_pages import PageHeaders
from runtime.declared.parquet_size import TableTooLargeError, decoded_size

MOST = 20 << 20
ROWS = 3_000_000


def parquet(table: Any, **options: Any) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer, **options)
    return buffer.getvalue()


def varint(number: int) -> bytes:
    parts = bytearray()
    while number > 127:
        parts.append(number & 127 | 128)
        number >>= 7
    return bytes([*parts, number])


def lying(content: bytes, number: int, said: int) -> bytes:
    """The file with a number in its metadata replaced by a smaller one of the same length."""
    footer = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    old, new = varint(2 * number), bytearray(varint(2 * said))
    while len(new) < len(old):  # a varint may end in zeros
        new[-1] |= 128
        new.append(0)
    assert old in content[footer:]
    return content[:footer] + content[footer:].replace(old, bytes(new))


def unpacked(content: bytes) -> int:
    return pq.read_metadata(io.BytesIO(content)).row_group(0).column(0).total_uncompressed_size


def page_that_grows() -> bytes:
    table = pa.table({"a": ["x" * ROWS * 10]})
    content = parquet(table, use_dictionary=False, compression="zstd", write_statistics=False, store_schema=False)
    return lying(content, unpacked(content), 100)


def values_of_one_row() -> bytes:
    table = pa.table({"a": pa.array([[None] * ROWS], pa.list_(pa.int8()))})
    return lying(parquet(table, write_statistics=False, store_schema=False), ROWS, 1)


def prefix_again_and_again() -> bytes:
    table = pa.table({"a": ["x" * 10_000] * 5_000})
    return parquet(table, use_dictionary=False, column_encoding="DELTA_BYTE_ARRAY", store_schema=False)


LIES: dict[str, Callable[[], bytes]] = {
    "a page that unpacks to more": page_that_grows,
    "more values in a row": values_of_one_row,
    "texts that begin alike": prefix_again_and_again,
}


@pytest.mark.parametrize("name", LIES)
def test_pages_count_whatever_the_metadata_says(name: str) -> None:
    """A file whose pages hold more than its metadata says, or than its size lets one think, is refused."""
    content = LIES[name]()
    assert len(content) < 1 << 20
    with pytest.raises(TableTooLargeError, match="takes more memory than the 20 MiB"):
        decoded_size(content, MOST)


KINDS: dict[str, dict[str, Any]] = {
    "plain": {"use_dictionary": False, "compression": "none"},
    "second version": {"data_page_version": "2.0", "compression": "gzip"},
    "small pages": {"data_page_size": 1000, "row_group_size": 700, "write_page_index": True},
    "differences": {
        "use_dictionary": False,
        "column_encoding": {
            "text": "DELTA_BYTE_ARRAY",
            "own": "DELTA_LENGTH_BYTE_ARRAY",
            "number": "DELTA_BINARY_PACKED",
            "half": "BYTE_STREAM_SPLIT",
        },
    },
}


@pytest.mark.parametrize("kind", KINDS)
def test_files_of_every_kind_are_counted(kind: str, tmp_path: Path) -> None:
    """Whatever way a table is written, it counts at least what its frame takes, and at most a few times that."""
    numbers = np.arange(2_000)
    table = pa.table(
        {
            "number": numbers,
            "half": numbers / 2,
            "text": [f"name {number % 50}" for number in numbers],
            "own": [f"name {number}" for number in numbers],
            "list": [[1, 2]] * 2_000,
            "none": pa.nulls(2_000),
        }
    )
    (tmp_path / "table.parquet").write_bytes(parquet(table, **KINDS[kind]))
    frame = pq.read_table(tmp_path / "table.parquet").to_pandas()
    with (tmp_path / "table.parquet").open("rb") as file:
        counted = decoded_size(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), MOST)
    assert frame.memory_usage(deep=True).sum() < counted < 5 * frame.memory_usage(deep=True).sum()


HEADERS = {
    "empty": b"",
    "cut off": bytes([0x15, 0x00, 0x15]),
    "a size below zero": bytes([0x15, 0, 0x15, 1, 0x15, 0, 0x2C, 0x15, 2, 0x15, 0, 0, 0]),
    "a field twice": bytes([0x15, 0, 0x05, 2, 0]),
    "a number of 64 bits": bytes([0x15, *b"\xff" * 9, 1, 0]),
    "a number without an end": b"\x15" + b"\xff" * 20,
    "structs without an end": b"\x1c" * 100,
    "another type of field": b"\x1e\x00",
}


@pytest.mark.parametrize("name", HEADERS)
def test_headers_that_can_be_read_in_two_ways_are_refused(name: str) -> None:
    """A header that is cut off, or that another reader could read otherwise, ends the reading with a `ValueError`."""
    with pytest.raises(ValueError, match=r"header|number|cannot be|struct|field"):
        list(PageHeaders(HEADERS[name]).of_column(0, 10))
