"""Parquet files from elsewhere: a table that would not fit into memory is not made."""

import numpy as np
import pandas as pd
import pytest

from analytics import DatasetError, read_dataset
from analytics.reading.large import parquet


def test_a_table_that_grows_is_refused(tmp_path, monkeypatch):
    """A small file that stands for more than four times the largest file is refused, and its table is not made."""
    pd.DataFrame({"a": np.zeros(150_000, "int8")}).to_parquet(tmp_path / "zeros.parquet")
    assert (tmp_path / "zeros.parquet").stat().st_size < 20_000
    with pytest.raises(DatasetError, match=r"zeros.parquet: a table of 150000 rows .* write smaller files"):
        read_dataset(tmp_path / "zeros.parquet", directory=tmp_path / "snapshots", max_bytes=20_000)
    monkeypatch.setattr(parquet.os, "sysconf", lambda _: 1000)  # a machine with a megabyte
    with pytest.raises(DatasetError, match="write smaller files"):
        read_dataset(tmp_path / "zeros.parquet", directory=tmp_path / "snapshots")


def test_a_file_whose_pages_have_no_headers_is_refused(tmp_path):
    """A file with a whole footer and overwritten pages is no readable Parquet file."""
    file = tmp_path / "numbers.parquet"
    pd.DataFrame({"a": range(1000)}).to_parquet(file)
    content = file.read_bytes()
    file.write_bytes(content[:4] + b"\xff" * 500 + content[504:])
    with pytest.raises(DatasetError, match="not a readable Parquet file"):
        read_dataset(file, directory=tmp_path / "snapshots")
