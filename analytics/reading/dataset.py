"""Data set: a name, a fingerprint and a read-only snapshot on disk, which agents and tasks pass on."""

from functools import lru_cache
from pathlib import Path
from threading import Lock

import pandas as pd
from pydantic import BaseModel, ConfigDict

from analytics.engine import relation
from analytics.engine.relation import Relation
from analytics.hints.hints import Hints, attrs_of

_READING = Lock()
"""Held while a snapshot is read, so that tools that begin at the same time read it once and share one frame."""


class Dataset(BaseModel):
    """A reference to a table that no longer changes.

    The rows live in a Parquet snapshot, so that the reference is small, prints and stores as JSON, and means the same
    rows in another process or after the source has changed.
    """

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    name: str
    """Short name for people, such as the file's stem."""
    source: str
    """Source without credentials: a path, a URL or `DataFrame`."""
    fingerprint: str
    """Digest of the content: equal rows, columns and types give the same one in any process."""
    rows: int
    """Number of rows."""
    columns: list[str]
    """Column names in order."""
    snapshot: Path
    """The Parquet file that holds the rows."""
    form: str = ""
    """Form in which it was found, such as `CSV: delimiter ';', header in row 3`."""
    notes: list[str] = []
    """Changes that were made when it was read, for the report's section on data quality."""
    hints: Hints | None = None
    """Hints of its user. The fingerprint covers them."""
    private_rows: int | None = None
    """Fewest rows that a figure of it may stand for, if it is the copy of private mode (`analytics.privacy`)."""

    def __cache_key__(self) -> str:
        """Two data sets with the same content are the same in cache keys, wherever they came from."""
        return self.fingerprint

    @property
    def is_large(self) -> bool:
        """Tell whether the rows stay on disk while they are analysed."""
        return self.rows >= relation.LARGE_ROWS and "file_row_number" not in self.columns  # DuckDB's own name

    def frame(self) -> pd.DataFrame:
        """The rows. The frame is shared by all callers in this process: copy before changing it."""
        with _READING:
            return _read_snapshot(self.snapshot, self._hinted())

    def table(self) -> pd.DataFrame | Relation:
        """The rows as analytic functions take them: a frame, or from 200,000 rows on a relation that stays on disk."""
        if self.is_large:
            return relation.relation_of(self.snapshot, self.rows, self._hinted())
        return self.frame()

    def head(self, rows: int) -> pd.DataFrame:
        """The first rows."""
        table = self.table()
        return table.head(rows)

    def _hinted(self) -> tuple[tuple[str, str], ...]:
        return tuple(attrs_of(self.hints).items())

    def is_whole(self) -> bool:
        """Check that the snapshot is there and complete."""
        return is_readable(self.snapshot, self.rows)


def is_readable(snapshot: Path, rows: int) -> bool:
    """Check that a snapshot exists, opens, and has so many rows. The rows are not read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.read_metadata(snapshot).num_rows == rows
    except (OSError, pa.ArrowInvalid):
        return False


@lru_cache(maxsize=4)
def _read_snapshot(path: Path, attrs: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    frame = pd.read_parquet(path)
    frame.attrs = dict(attrs)
    return frame
