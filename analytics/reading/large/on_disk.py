"""Large Parquet tables kept without being read into memory: copied as they are, or rewritten a batch at a time.

A table needs no cleaning where a sample of 50,000 rows, spread over the whole file, needs none. Else, and where a
column is of a kind that a snapshot does not hold, the usual reader reads it.
"""

import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from analytics.columns import is_number, listing
from analytics.engine import relation
from analytics.engine.database import hand_over, literal, quoted
from analytics.engine.relation import Relation
from analytics.errors import AnalysisInputError, DatasetError
from analytics.reading.cells.times.integer_times import time_in_sql
from analytics.reading.column_types import unique_names
from analytics.reading.large.made_columns import made_columns
from analytics.reading.selection import Selection, selected_batches
from runtime.declared.parquet_footer import column_parts, footer
from runtime.files.private_files import replacing
from runtime.settings import get_settings

ON_DISK = 16
"""Times the largest file that is read into memory that one on disk may have (a choice)."""
_GROWTH = 64
"""Times the largest file that the cells of a table on disk may take, 8 bytes each (a choice)."""
_BLOCK = 1 << 22
"""Bytes that are copied at once."""

Prepare = Callable[[pd.DataFrame], tuple[pd.DataFrame, list[str]]]


class Kept(NamedTuple):
    """A table that became a snapshot without being read into memory."""

    snapshot: Path
    """The Parquet file."""
    fingerprint: str
    """Digest of its bytes."""
    rows: int
    """Its rows."""
    columns: list[str]
    """Names of its columns."""
    notes: list[str]
    """Notes for people on what was decided."""
    form: str
    """Form in which it was found."""


def keep_large(source: Path | Any, directory: Path, max_bytes: int, chosen: Selection, prepare: Prepare) -> Kept | None:
    """Keep a large table as a snapshot.

    Args:
        source: A Parquet file, or several as a data set of Arrow.
        directory: Where snapshots are kept.
        max_bytes: Bytes of the largest file that is read into memory. One on disk may stand for 64 times that.
        chosen: Columns, rows or a sample to keep.
        prepare: Cleans a frame and says what it changed.

    Returns:
        The snapshot; None for a table that is small, damaged or has to be cleaned, which the usual reader reads.

    Raises:
        DatasetError: The selection fails.
    """
    import pyarrow as pa
    import pyarrow.dataset as ds

    try:
        dataset: Any = ds.dataset(source, format="parquet") if isinstance(source, Path) else source
        schema, rows = dataset.schema, dataset.count_rows()
        target = _plain_schema(schema)
        if rows < relation.LARGE_ROWS or rows * len(schema) * 8 > _GROWTH * max_bytes or target is None:
            return None
        if any(_has_odd_numbers(fragment) for fragment in dataset.get_fragments()):
            return None
        notes = [f"Types and special values were judged by a sample of {relation.SAMPLE_ROWS:,} of {rows:,} rows."]
        if decimals := [field.name for field in schema if pa.types.is_decimal(field.type)]:
            notes.append(f"Decimals became floating-point numbers: {listing(decimals)}.")
        if isinstance(source, Path):
            if not _is_clean(Relation(source, rows).sample(), prepare):
                return None
            if target == schema and not chosen.is_partial():
                copied = _copied(source, directory, rows, notes)
                hand_over(source, copied.snapshot)
                return copied
        with selected_batches(dataset, chosen, rows) as (batches, said):
            kept = _rewritten(batches, target, directory, [*notes, *said])
    except DatasetError:
        raise
    except (pa.ArrowException, OSError, ValueError, KeyError, NotImplementedError, AnalysisInputError):
        return None  # damaged, or a time that lies between microseconds: the usual reader says so
    if not isinstance(source, Path) and not _is_clean(Relation(kept.snapshot, kept.rows).sample(), prepare):
        kept.snapshot.unlink()
        return None
    return kept


def keep_changed(
    source: Path, rows: int, directory: Path, max_bytes: int, chosen: Selection, prepare: Prepare
) -> Kept | None:
    """Keep a table that has to be cleaned and is too large to be read into memory.

    Placeholders for missing values, and numbers that stand for times, are replaced as a sample tells, and a moment is
    made of a date and a time of day. What else cleaning would do is said, and not done.

    Args:
        source: A Parquet file.
        rows: Its rows.
        directory: As for `keep_large`.
        max_bytes: As for `keep_large`.
        chosen: As for `keep_large`.
        prepare: As for `keep_large`.
    """
    import duckdb

    relation_ = Relation(source, rows)
    sample = relation_.sample()
    tidied, notes = prepare(sample)
    columns: list[str] = []
    for name in relation_.columns:
        column = quoted(name)
        now = tidied[name] if name in tidied.columns and len(tidied) == len(sample) else sample[name]
        if pd.api.types.is_datetime64_any_dtype(now.dtype) and is_number(sample[name]):
            column = f"{time_in_sql(column, sample[name], now)} AS {column}"
        elif bool((gone := now.isna() & sample[name].notna()).any()):
            kind = "TIMESTAMP" if pd.api.types.is_datetime64_any_dtype(sample[name].dtype) else "DOUBLE"
            values = [f"{column} <> CAST({literal(str(value))} AS {kind})" for value in sample[name][gone].unique()[:9]]
            column = f"CASE WHEN {' AND '.join(values)} THEN {column} END AS {column}"
        columns.append(column)
    changed = directory / f".changed-{os.getpid()}-{id(sample)}.parquet"
    settings = get_settings()
    config: dict[str, Any] = {"memory_limit": settings.data_memory, "preserve_insertion_order": "true"}
    config["temp_directory"] = str((settings.data_temp or directory) / ".duckdb")
    try:
        with duckdb.connect(":memory:", config=config) as connection:
            select = f"SELECT {', '.join(columns)} FROM read_parquet({literal(str(source))})"
            for made in made_columns(sample, tidied):
                if connection.execute(f"SELECT {made.fits} FROM ({select})").fetchall()[0][0]:
                    names = [quoted(name) for name in relation_.columns]
                    names.insert(made.place, f"{made.value} AS {quoted(made.name)}")
                    select = f"SELECT {', '.join(names)} FROM ({select})"
            connection.execute(f"COPY ({select}) TO {literal(str(changed))} (FORMAT parquet, COMPRESSION zstd)")
        again = prepare(Relation(changed, rows).sample())[1]
        kept = keep_large(changed, directory, max_bytes, chosen, lambda frame: (frame, []))
    finally:
        changed.unlink(missing_ok=True)
    done = [f"By a sample: {note}" for note in notes if note not in again]
    open_ = [f"Seen in a sample, and not done since the table is too large: {note}" for note in again]
    return kept and kept._replace(notes=[*kept.notes, *done, *open_])


def _is_clean(sample: pd.DataFrame, prepare: Prepare) -> bool:
    """Check that cleaning would change nothing but the types that are changed here, too."""
    known = {
        str(name): sample[name].astype("float64") if pd.api.types.is_object_dtype(sample[name].dtype) else sample[name]
        for name in sample.columns
    }
    frame = pd.DataFrame(known)
    tidied, notes = prepare(frame)
    return not notes and list(tidied.columns) == list(frame.columns)


def _plain_schema(schema: Any) -> Any:
    """The types of the snapshot; None where a column is of a kind, or has a name, that has to be cleaned."""
    import pyarrow as pa

    names = [str(name) for name in schema.names]
    if unique_names(names, {}) != names:
        return None
    fields: list[Any] = []
    for field in schema:
        kind = field.type
        if pa.types.is_timestamp(kind):
            kind = pa.timestamp("us", kind.tz)
        elif pa.types.is_date(kind):
            kind = pa.timestamp("us")
        elif pa.types.is_decimal(kind):
            kind = pa.float64()
        elif not _is_plain(kind.value_type if pa.types.is_dictionary(kind) else kind):
            return None
        fields.append(pa.field(field.name, kind))
    unchanged = all(field.type == kind.type for field, kind in zip(schema, fields, strict=True))
    return schema if unchanged else pa.schema(fields)


def _is_plain(kind: Any) -> bool:
    import pyarrow as pa

    held = (pa.types.is_integer, pa.types.is_float32, pa.types.is_float64, pa.types.is_boolean, pa.types.is_string)
    return pa.types.is_large_string(kind) or any(is_one(kind) for is_one in held)


def _has_odd_numbers(fragment: Any) -> bool:
    """Check for whole numbers that a float would change where some are missing, and for times that Python has not.

    Raises:
        ValueError: The file is damaged.
    """
    import pyarrow as pa

    about = fragment.metadata
    with fragment.open() as file:
        for _ in column_parts(footer(file), about.schema):
            pass  # of a column that contradicts itself, nothing may be asked
    for position, field in enumerate(fragment.physical_schema):
        found = [about.row_group(group).column(position).statistics for group in range(about.num_row_groups)]
        if pa.types.is_integer(field.type):
            gaps = any(one is None or one.null_count for one in found)
            if gaps and any(
                one is None or (one.has_min_max and max(abs(one.min), abs(one.max)) > 2**53) for one in found
            ):
                return True
        if pa.types.is_temporal(field.type):
            try:
                _ = [(one.min, one.max) for one in found if one is not None and one.has_min_max]
            except (ValueError, OverflowError):
                return True
    return False


def _copied(file: Path, directory: Path, rows: int, notes: list[str]) -> Kept:
    """Copy a file and digest it meanwhile."""
    import pyarrow.parquet as pq

    digest = hashlib.sha256(b"parquet 1")
    name = directory / f".copy-{os.getpid()}-{file.stat().st_ino}.parquet"
    with replacing(name) as unfinished, file.open("rb") as source, unfinished.open("wb") as copy:
        while block := source.read(_BLOCK):
            digest.update(block)
            copy.write(block)
    return _placed(name, digest.hexdigest(), directory, rows, [str(one) for one in pq.read_schema(name).names], notes)


def _placed(file: Path, fingerprint: str, directory: Path, rows: int, columns: list[str], notes: list[str]) -> Kept:
    snapshot = directory / f"{fingerprint}.parquet"
    file.replace(snapshot)
    return Kept(snapshot, fingerprint, rows, columns, notes, "Parquet")


class _Digested:
    """A file to write to that digests what is written."""

    def __init__(self, file: Any) -> None:
        self._file, self.digest, self.closed = file, hashlib.sha256(b"parquet 1"), False

    def write(self, data: Any) -> int:
        self.digest.update(data)
        return self._file.write(data)

    def tell(self) -> int:
        return self._file.tell()

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self.closed = True

    def writable(self) -> bool:
        return True


def _rewritten(batches: Iterable[Any], target: Any, directory: Path, notes: list[str]) -> Kept:
    """Write batches to a file in the types of a snapshot.

    Raises:
        DatasetError: There are no rows.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows, writer = 0, None
    name = directory / f".rows-{os.getpid()}-{id(batches)}.parquet"
    with replacing(name) as unfinished, unfinished.open("wb") as file:
        digested = _Digested(file)
        for batch in batches:
            table = pa.Table.from_batches([batch])
            schema = pa.schema([pa.field(one, target.field(one).type) for one in table.column_names])
            writer = writer or pq.ParquetWriter(pa.PythonFile(digested, mode="w"), schema, compression="zstd")
            writer.write_table(table.cast(schema))
            rows += table.num_rows
        if writer is None or not rows:
            raise DatasetError("no rows were chosen")
        writer.close()
    names = [str(one) for one in pq.read_schema(name).names]
    return _placed(name, digested.digest.hexdigest(), directory, rows, names, notes)
