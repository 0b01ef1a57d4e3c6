"""Metadata of columns is read before the library that would end the process at what contradicts itself."""

import io
import random
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from runtime.declared.parquet_footer import column_parts, footer


def parquet(table: Any, **options: Any) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer, **options)
    return buffer.getvalue()


NESTED = pa.table({"l": [[1, 2], None], "s": [{"a": 1}, None], "b": [b"1", b"\xff"], "i": [None, 2**60]})
TEXTS = pa.table({"text": [f"{n % 7}" for n in range(2000)], "number": np.arange(2000.0)})


@pytest.mark.parametrize(
    "content",
    [
        parquet(NESTED),
        parquet(NESTED, compression="gzip", data_page_version="2.0", write_page_index=True),
        parquet(TEXTS, row_group_size=300, write_statistics=False),
        parquet(TEXTS, use_dictionary=False),
    ],
)
def test_parts_are_those_that_the_library_tells(content: bytes) -> None:
    """Place and number of values of each part are those of pyarrow, from the whole file and from its end alone."""
    about = pq.read_metadata(io.BytesIO(content))
    told: list[tuple[int, int, int, int]] = []
    for number in range(about.num_row_groups):
        for place in range(about.num_columns):
            chunk = about.row_group(number).column(place)
            starts = [chunk.data_page_offset, *([chunk.dictionary_page_offset] if chunk.has_dictionary_page else [])]
            told.append((number, place, min(starts), chunk.num_values))
    assert list(column_parts(content, about.schema)) == told
    assert list(column_parts(footer(io.BytesIO(content)), about.schema)) == told


def test_metadata_that_contradicts_itself_is_refused() -> None:
    """Counts of levels that a column has not are an error; pyarrow would end the process at the column."""
    schema = pq.read_metadata(io.BytesIO(parquet(pa.table({"a": [1, 2, 3]}), store_schema=False))).schema
    with pytest.raises(ValueError, match="counts of levels"):
        list(column_parts(parquet(NESTED.select(["l"]), store_schema=False), schema))


def test_damaged_metadata_is_read_or_refused() -> None:
    """Whatever the bytes are, nothing is raised but a `ValueError`."""
    chance, content = random.Random(1), parquet(NESTED, store_schema=False)
    schema, refused = pq.read_metadata(io.BytesIO(content)).schema, 0
    for _ in range(300):
        damaged = bytearray(content)
        for _ in range(3):
            damaged[chance.randrange(len(content) - 300, len(content))] = chance.randrange(256)
        try:
            list(column_parts(bytes(damaged), schema))
        except ValueError:
            refused += 1
    assert refused > 100
