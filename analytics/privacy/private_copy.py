"""The copy of a table on which private mode works: no texts, times in periods of several rows."""

import fnmatch
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from analytics.columns import listing
from analytics.errors import DatasetError
from analytics.hints.hints import Hints
from analytics.privacy.tokens import Tokens, token
from analytics.profile.profile import profile_dataset
from analytics.reading.dataset import Dataset, is_readable
from cache_policies.digests.digest import digest
from runtime.files.private_files import replacing

_VERSION = 1
"""Goes up when a copy of the same table would differ."""
_UNITS = ("second", "minute", "hour", "day", "month", "quarter", "year")
_KEPT_ROWS = 0.95
"""Share of rows that have to lie in periods of enough rows."""

Unit = Literal["second", "minute", "hour", "day", "month", "quarter", "year"]


@dataclass(frozen=True)
class PrivateCopy:
    """Copy of a data set that the agents of a private run work on.

    Attributes:
        dataset: The copy.
        tokens: The way back from its tokens.
        notes: What was left out, for the report.
    """

    dataset: Dataset
    tokens: Tokens
    notes: list[str]


def private_copy(dataset: Dataset, *, rows: int, directory: Path, columns: Sequence[str] | None = None) -> PrivateCopy:
    """Copy a table without its values, as far as they are not numbers.

    Texts of categories become tokens; those with fewer than `rows` rows share one. Free text, codes and columns of
    other types are left out. Times are those of the beginning of a period, the shortest in which nearly all rows are
    together with `rows` - 1 others; the time of the remaining rows is missing. Numbers are as they were: they are never
    shown, only figures over them (`analytics.privacy.results`).

    Args:
        dataset: The table.
        rows: Fewest rows that a figure stands for.
        directory: Where snapshots are kept.
        columns: Patterns of the names of columns that may be shown; all by default.

    Raises:
        DatasetError: No column remains.
    """
    import pyarrow.parquet as pq

    file = pq.ParquetFile(dataset.snapshot)
    notes: list[str] = []
    chosen = _chosen(dataset, file, rows, columns, notes)
    if not chosen:
        raise DatasetError(
            f"{dataset.name}: no column is left in private mode, which shows neither free text nor codes. "
            "Name more in ANALYST_PRIVATE_COLUMNS, or give a role in the hints."
        )
    fingerprint = digest(["private", _VERSION, dataset.fingerprint, rows, list(chosen)])
    snapshot = directory / f"{fingerprint}.parquet"
    if not is_readable(snapshot, dataset.rows):
        _write(file, chosen, snapshot)
    values = {name: value for column in chosen.values() for name, value in column.values.items()}
    hidden: dict[str, str] = {}
    for column in chosen.values():
        for text, name in column.tokens.items():
            hidden.setdefault(text.casefold(), name)
    copy = dataset.model_copy(
        update={
            "fingerprint": fingerprint,
            "snapshot": snapshot,
            "columns": list(chosen),
            "source": dataset.name,
            "notes": [],
            "hints": _told(dataset.hints, list(chosen)),
            "private_rows": rows,
        }
    )
    return PrivateCopy(copy, Tokens(values, hidden), notes)


@dataclass(frozen=True)
class _Column:
    """The way in which one column is copied: as it is, with tokens for texts, or with times of periods."""

    tokens: dict[str, str]
    values: dict[str, str]
    unit: str | None = None
    thin: Any = None
    """Beginnings of periods with too few rows."""


def _chosen(
    dataset: Dataset, file: Any, rows: int, patterns: Sequence[str] | None, notes: list[str]
) -> dict[str, _Column]:
    import pyarrow.types as kinds

    chosen: dict[str, _Column] = {}
    left_out: list[str] = []
    not_named: list[str] = []
    types = {field.name: field.type for field in file.schema_arrow}
    for column in profile_dataset(dataset.table()).columns:
        name, kind = column.name, types.get(column.name)
        if patterns is not None and not any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns):
            not_named.append(name)
            continue
        made = None
        if kind is None or column.role in ("text", "identifier"):
            pass
        elif kinds.is_boolean(kind):
            counts = _counts(file, name)
            made = _Column({}, {}) if min(counts.values(), default=rows) >= rows else None
        elif kinds.is_integer(kind) or kinds.is_floating(kind) or kinds.is_decimal(kind):
            made = _Column({}, {})
        elif kinds.is_timestamp(kind) or kinds.is_date(kind):
            made = _timed(file, name, rows, notes)
        elif column.role == "category":
            made = _tokenised(name, _counts(file, name), rows, notes)
        if made is None:
            left_out.append(name)
        else:
            chosen[name] = made
    if left_out:
        notes.append(
            f"Private mode: not shown to the model were {listing(left_out, 10)} (free text, codes or few rows)."
        )
    if not_named:
        notes.append(f"Private mode: {len(not_named):,} columns that the settings do not name were not looked at.")
    notes.append(
        f"Private mode: the model saw figures over {rows} rows or more and tokens instead of names; "
        "groups of fewer rows were left out."
    )
    return chosen


def _parts(file: Any, name: str) -> Iterator[Any]:
    """One column, a piece at a time; texts that are stored as categories as plain texts."""
    import pyarrow as pa

    for batch in file.iter_batches(columns=[name], batch_size=1 << 18):
        part = batch.column(0)
        yield part.cast(part.type.value_type) if pa.types.is_dictionary(part.type) else part


def _counts(file: Any, name: str) -> Counter[Any]:
    counts: Counter[Any] = Counter()
    for part in _parts(file, name):
        for each in part.value_counts().to_pylist():
            if each["values"] is not None:
                counts[each["values"]] += each["counts"]
    return counts


def _tokenised(name: str, counts: Counter[Any], rows: int, notes: list[str]) -> _Column | None:
    """Tokens by frequency. Values of few rows share one; they are missing where even all of them are few rows."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))
    many = [str(value) for value, count in ordered if count >= rows]
    few = [str(value) for value, count in ordered if count < rows]
    if not many:
        return None
    tokens = {value: token(name, place) for place, value in enumerate(many)}
    values = {one: value for value, one in tokens.items()}
    rest = sum(count for _, count in ordered[len(many) :])
    if rest >= rows:
        other = token(name, None)
        tokens |= dict.fromkeys(few, other)
        values[other] = f"other values of {name}"
    elif rest:
        notes.append(f"Private mode: {name} counts as missing in {rest} rows whose value has fewer than {rows} rows.")
    return _Column(tokens, values)


def _timed(file: Any, name: str, rows: int, notes: list[str]) -> _Column | None:
    """The shortest period in which enough rows are together."""
    import pyarrow as pa

    pc = _compute()

    stamps = pa.chunked_array([_stamps(part) for part in _parts(file, name)])
    present = len(stamps) - stamps.null_count
    for unit in _UNITS:
        counted = pc.value_counts(pc.floor_temporal(stamps, unit=unit).drop_null())
        if not len(counted):
            return None
        enough = pc.greater_equal(counted.field("counts"), rows)
        kept = pc.sum(counted.field("counts").filter(enough)).as_py() or 0
        if kept >= _KEPT_ROWS * present:
            thin = counted.field("values").filter(pc.invert(enough))
            if kept < present:
                notes.append(
                    f"Private mode: {name} counts as missing in {present - kept:,} rows whose {unit} has fewer "
                    f"than {rows} rows."
                )
            if unit not in ("second", "minute"):
                notes.append(f"Private mode: times of {name} were looked at by {unit}.")
            if unit in ("month", "quarter", "year") and len(partial := _incomplete(stamps, unit)):
                notes.append(
                    f"Private mode: times of {name} in a first or last {unit} that is incomplete count as missing."
                )
                thin = pc.unique(pa.chunked_array([*_chunks(thin), *_chunks(partial)]))
            return _Column({}, {}, unit, thin)
    return None


def _incomplete(stamps: Any, unit: Unit) -> Any:
    """The first and the last period where the data begins later or ends earlier.

    The copy knows no days, so that it could not tell them from whole ones: their totals would be the lowest of all.
    """
    import pyarrow as pa

    pc = _compute()
    ends = pc.min_max(stamps)
    first, last = ends["min"], ends["max"]
    start = pc.floor_temporal(first, unit=unit).as_py()
    after = pc.ceil_temporal(last, unit=unit, ceil_is_strictly_greater=True).as_py()
    usual = (last.as_py() - first.as_py()) / max(pc.count_distinct(stamps).as_py() - 1, 1)
    slack = max(1.5 * usual, timedelta(days=1 if unit == "month" else 3))
    found = [first] if first.as_py() - start > slack else []
    found += [last] if after - last.as_py() > slack else []
    return pc.unique(pc.floor_temporal(pa.array([each.as_py() for each in found], stamps.type), unit=unit))


def _chunks(values: Any) -> list[Any]:
    return list(getattr(values, "chunks", [values]))


def _compute() -> Any:
    """Arrow's functions on columns, which its types do not name."""
    import pyarrow.compute

    return pyarrow.compute


def _stamps(part: Any) -> Any:
    """Dates and times as times, in their own zone."""
    import pyarrow as pa

    return part.cast(pa.timestamp("us", getattr(part.type, "tz", None)))


def _write(file: Any, chosen: dict[str, _Column], snapshot: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    def copied(batch: Any) -> Any:
        return pa.table({name: _copied(batch.column(name), column) for name, column in chosen.items()})

    batches = (copied(batch) for batch in file.iter_batches(columns=list(chosen), batch_size=1 << 18))
    with replacing(snapshot) as temporary:
        first = next(batches)
        with pq.ParquetWriter(temporary, first.schema) as writer:
            writer.write_table(first)
            for table in batches:
                writer.write_table(table)


def _copied(values: Any, column: _Column) -> Any:
    import pyarrow as pa

    pc = _compute()

    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if column.unit is not None:
        stamps = pc.floor_temporal(_stamps(values), unit=column.unit)
        return pc.if_else(pc.is_in(stamps, value_set=column.thin), pa.scalar(None, stamps.type), stamps)
    if column.tokens:
        known = pa.array(list(column.tokens), pa.string())
        return pa.array(list(column.tokens.values()), pa.string()).take(
            pc.index_in(values.cast(pa.string()), value_set=known)
        )
    return values


def _told(hints: Hints | None, columns: list[str]) -> Hints | None:
    """The hints without values of cells, and without columns that are left out."""
    if hints is None:
        return None
    kept = {
        name: each.model_copy(update={"labels": {}, "sentinels": []})
        for name, each in hints.columns.items()
        if name in columns
    }
    return hints.model_copy(update={"columns": kept})
