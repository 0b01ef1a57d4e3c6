"""Data frames and series as Parquet files, which pandas writes and reads with index, column names and types."""

import io
from typing import Any

from runtime.declared.values import NotStorableError

MOST_DECODED_BYTES = 2 << 30
"""Bytes that all tables of one result take in memory at most (2 GiB; a choice)."""


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
