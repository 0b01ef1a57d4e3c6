"""Tables in memory that are not of pandas."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from analytics import DatasetError, read_dataset


class Frame:
    """A frame as Polars and others offer it: its data as a stream of Arrow, with texts as views."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> Any:
        return self.table.__arrow_c_stream__(requested_schema)


class LazyFrame:
    """A frame that is computed when it is asked for."""

    def __init__(self, frame: Frame) -> None:
        self.collect = lambda: frame


def test_a_frame_of_another_library_is_read(tmp_path: Path) -> None:
    """A frame that hands over Arrow data gives the data set that the same frame of pandas gives."""
    table = pa.table({"n": [1, None, 2**60], "city": pa.array(["Oslo", None, "Rome"], pa.string_view())})
    frames = [Frame(table), LazyFrame(Frame(table)), table]
    found = [read_dataset(frame, directory=tmp_path) for frame in frames]
    assert found[0].frame()["n"].tolist()[2] == 2**60
    assert found[0].frame()["city"].tolist()[::2] == ["Oslo", "Rome"]
    assert len({one.fingerprint for one in found}) == 1
    assert found[2].form == "DataFrame (pyarrow)"


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    """Another object is refused by its type's name."""
    with pytest.raises(DatasetError, match="dict is no table"):
        read_dataset({"a": [1]}, directory=tmp_path)  # pyright: ignore[reportArgumentType]
