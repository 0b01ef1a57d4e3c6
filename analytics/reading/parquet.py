"""Reader of Parquet files, of which a small one may stand for a huge table."""

import os
from mmap import ACCESS_READ, mmap
from pathlib import Path

import pandas as pd

from analytics.errors import DatasetError
from runtime.declared.parquet_size import TableTooLargeError, decoded_size

_GROWTH = 4
"""Times the largest file that its table may take in memory (a choice)."""

_SHARE = 2
"""Part of the machine's memory that a table may take, as the divisor (a choice)."""


def read_parquet(path: Path, shown: str, max_bytes: int) -> pd.DataFrame:
    """Read a Parquet file whose table fits into memory.

    Args:
        path: The file.
        shown: Its name in errors.
        max_bytes: Bytes of the largest file accepted. A table may take four times that, and half of the memory.

    Raises:
        DatasetError: It cannot be read, or its table is too large.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    most = min(_GROWTH * max_bytes, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // _SHARE)
    try:
        with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
            decoded_size(content, most)
        return pq.ParquetFile(path).read().to_pandas(date_as_object=False)
    except TableTooLargeError as error:
        raise DatasetError(f"{shown}: {error}; select columns or rows before, or write smaller files") from None
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DatasetError(f"{shown}: not a readable Parquet file ({type(error).__name__})") from None
