"""Large texts (delimited, JSON lines) read in limited memory, by a Parquet file that DuckDB makes of them."""

from pathlib import Path
from tempfile import TemporaryDirectory

from analytics.engine.relation import COLUMN_ROWS
from analytics.reading.delimited.large import text_to_parquet
from analytics.reading.json.tables import lines_to_csv
from analytics.reading.large.on_disk import Kept, Prepare, keep_changed, keep_large
from analytics.reading.large.parquet import read_parquet
from analytics.reading.selection import Selection
from analytics.reading.table import Table

LARGE_BYTES = 1 << 25
"""Bytes from which a text is read this way (a choice: the usual readers take ten times the file in memory)."""
_WIDE = 3
"""Times `LARGE_BYTES` up to which a text of few lines is read as a small one: here DuckDB takes minutes for thousands
of columns."""
_FEW_LINES = 10_000


def is_large(path: Path) -> bool:
    """Tell whether a text is read in limited memory: it is large, and not by the width of few rows."""
    size = path.stat().st_size
    return size >= LARGE_BYTES and (size >= _WIDE * LARGE_BYTES or not _has_few_lines(path))


def _has_few_lines(path: Path) -> bool:
    lines = 0
    with path.open("rb") as text:
        while part := text.read(1 << 20):
            lines += part.count(b"\n")
            if lines >= _FEW_LINES:
                return False
    return True


def read_large_text(
    path: Path, shown: str, delimiter: str | None, directory: Path, max_bytes: int, chosen: Selection, prepare: Prepare,
    *, lines: bool = False,
) -> Table | Kept:  # fmt: skip
    """Read a large text.

    Args:
        path: The text.
        shown: Its name for messages.
        delimiter: The delimiter, where the name says it.
        directory: Where snapshots are kept.
        max_bytes: Bytes of the largest file that is read into memory.
        chosen: Columns, rows or a sample to keep.
        prepare: Cleans a frame and says what it changed.
        lines: Each line is a JSON object.

    Raises:
        DatasetError: It is no table, or the selection fails.
    """
    import pyarrow.parquet as pq

    with TemporaryDirectory(dir=directory, prefix=".table-") as folder:
        target, notes = Path(folder) / "table.parquet", list[str]()
        if lines:
            notes = lines_to_csv(path, Path(folder) / "lines.csv", shown)
            path, delimiter = Path(folder) / "lines.csv", ","
        said, form = text_to_parquet(path, target, shown, delimiter)
        notes, form = [*notes, *said], "JSON lines" if lines else form
        if kept := keep_large(target, directory, max_bytes, chosen, prepare):
            return kept._replace(notes=[*notes, *kept.notes], form=form)
        rows = pq.read_metadata(target).num_rows
        if rows > COLUMN_ROWS and (kept := keep_changed(target, rows, directory, max_bytes, chosen, prepare)):
            return kept._replace(notes=[*notes, *kept.notes], form=form)
        table = read_parquet(target, shown, max_bytes)
        return Table(table.frame, [*notes, *table.notes], form)
