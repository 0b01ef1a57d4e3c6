"""Folders, patterns and hive partitions (`year=2024/part-0.parquet`) of Parquet files, read as one table."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analytics.columns import listing
from analytics.errors import DatasetError
from analytics.reading.large.on_disk import ON_DISK, Kept, Prepare, keep_large
from analytics.reading.large.parquet import check_size, most_in_memory, table_to_frame
from analytics.reading.selection import Selection
from analytics.reading.table import Table

SUFFIXES = (".parquet", ".pq")
"""Endings of the files of a folder."""
MOST_FILES = 100_000
"""Files of one table (a choice)."""


def is_pattern(text: str) -> bool:
    """Tell whether a path is a pattern of names, such as `sales-*.parquet`, and not the name of a file."""
    return any(letter in text for letter in "*?[") and not Path(text).expanduser().exists()


def parquet_files(text: str) -> tuple[Path, list[Path]]:
    """The Parquet files that a folder or pattern stands for, by name. Names that begin with `.` or `_` are left out.

    Returns:
        The folder that partitions are counted from, and the files.

    Raises:
        DatasetError: There are none, or too many.
    """
    path = Path(text).expanduser()
    if is_pattern(text):
        parts = path.parts
        first = next(place for place, part in enumerate(parts) if any(letter in part for letter in "*?["))
        base = Path(*parts[:first]) if first else Path()
        found = base.glob(str(Path(*parts[first:])))
    else:
        base, found = path, path.rglob("*")
    files: list[Path] = []
    for file in found:
        hidden = any(part.startswith((".", "_")) for part in file.relative_to(base).parts)
        if not hidden and file.name.lower().endswith(SUFFIXES) and file.is_file():
            files.append(file)
            if len(files) > MOST_FILES:
                raise DatasetError(f"{text}: more than {MOST_FILES:,} files; name a folder with fewer")
    if not files:
        beside = sorted(entry.name for entry in base.iterdir()) if base.is_dir() else []
        which = f"is a directory without Parquet files; name one of its files ({listing(beside) or 'it is empty'})"
        raise DatasetError(f"{text} {'fits the name of no Parquet file' if is_pattern(text) else which}")
    return base, sorted(files)


def read_folder(
    text: str, directory: Path, max_bytes: int, chosen: Selection, prepare: Prepare, shown: str = ""
) -> Table | Kept:
    """Read the Parquet files of a folder or pattern as one table, in the order of their names.

    Args:
        text: The folder or pattern.
        directory: Where snapshots are kept.
        max_bytes: Bytes of the files that are read into memory; on disk 16 times that.
        chosen: Columns, rows or a sample to keep.
        prepare: Cleans a frame and says what it changed.
        shown: Its name for messages, where its files were fetched from elsewhere.

    Raises:
        DatasetError: No files, damaged ones, too many bytes, or columns that do not fit together.
    """
    import pyarrow as pa

    base, files = parquet_files(text)
    shown = shown or text
    size = sum(file.stat().st_size for file in files)
    if size > ON_DISK * max_bytes:
        raise DatasetError(f"{shown}: {size:,} bytes, more than the limit of {ON_DISK * max_bytes:,}; name fewer files")
    dataset, notes = _together(base, files, shown)
    form = f"Parquet: {len(files):,} files" if len(files) > 1 else "Parquet: 1 file"
    if kept := keep_large(dataset, directory, max_bytes, chosen, prepare):
        return kept._replace(form=form, notes=[*notes, *kept.notes])
    left = most_in_memory(max_bytes)
    for file in files:
        left -= check_size(file, left, file.name)
    try:
        table = table_to_frame(dataset.to_table(), [str(name) for name in dataset.schema.names], shown)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DatasetError(
            f"{shown}: the files cannot be read together ({type(error).__name__}); are they whole?"
        ) from error
    return table._replace(form=form, notes=[*notes, *table.notes])


def _together(base: Path, files: Sequence[Path], shown: str) -> tuple[Any, list[str]]:
    """One data set of all files: columns that a file lacks are missing in its rows."""
    import pyarrow as pa
    import pyarrow.dataset as ds
    import pyarrow.parquet as pq

    schemas: list[Any] = []
    for file in files:
        try:
            schemas.append(pq.read_schema(file).remove_metadata())
        except (pa.ArrowException, OSError, UnicodeDecodeError):
            place = os.path.relpath(file, base)
            raise DatasetError(f"{shown}: {place} is not a readable Parquet file; is it whole?") from None
    names = [str(file) for file in files]
    hive = ds.HivePartitioning.discover(infer_dictionary=False)
    try:
        first: Any = ds.dataset(names, format="parquet", partitioning=hive, partition_base_dir=str(base))
        keys = [field for field in first.schema if field.name not in schemas[0].names]
        schema = pa.unify_schemas([*schemas, pa.schema(keys)], promote_options="permissive")
        dataset = ds.dataset(names, schema=schema, format="parquet", partitioning=hive, partition_base_dir=str(base))
    except (pa.ArrowException, ValueError) as error:
        reason = (str(error).splitlines() or [""])[0][:160]
        raise DatasetError(f"{shown}: the columns of the files do not fit together: {reason}") from None
    everywhere = set.intersection(*(set(one.names) for one in schemas)) | {key.name for key in keys}
    partial = [name for name in schema.names if name not in everywhere]
    notes = [f"Not in every file, and missing in the rows of the others: {listing(partial)}."] if partial else []
    if keys:
        notes.append(f"Read from the names of folders: {listing(key.name for key in keys)}.")
    return dataset, notes
