"""Read a table from wherever it is into a snapshot that no longer changes."""

from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlsplit

import pandas as pd

from analytics.columns import listing
from analytics.engine.relation import Relation
from analytics.errors import DatasetError
from analytics.hints.apply import apply_hints, remaining
from analytics.hints.hints import Hints, attrs_of
from analytics.hints.hints_file import read_hints
from analytics.reading.cells.sentinels import without_sentinels
from analytics.reading.cells.times.names_of_times import said_of_names
from analytics.reading.cells.totals import without_totals
from analytics.reading.column_types import tidy_frame
from analytics.reading.dataset import Dataset
from analytics.reading.formats import STAY_ON_DISK, SUFFIXES, read_file, stem_of, suffix_of
from analytics.reading.frames import Frame, frame_of
from analytics.reading.large.on_disk import ON_DISK, Kept, Prepare
from analytics.reading.places.databases import SCHEMES, read_database_url
from analytics.reading.places.downloads import download
from analytics.reading.places.files import below_root, check_file
from analytics.reading.places.folders import is_pattern, read_folder
from analytics.reading.places.remote_records import put_on_record, record_of, recorded
from analytics.reading.places.storages import SCHEMES as STORAGES
from analytics.reading.places.storages import fetch, secret_address
from analytics.reading.places.stored_folders import fetch_folder, name_of, stored_folder
from analytics.reading.selection import Selection, select, split_selection
from analytics.reading.table import Table
from cache_policies.datasets.fingerprints import fingerprint_frame
from cache_policies.digests.digest import digest
from runtime.data_roots import DataRootError, DataRoots
from runtime.files.private_files import replacing
from runtime.texts.redaction import masked, without_secrets

UNEXPECTED = "cannot be read for a reason that was not expected"
"""Words of an error that stands for a fault of ours."""


def read_dataset(
    source: str | Path | Frame,
    *,
    directory: Path,
    name: str | None = None,
    max_bytes: int = 2 << 30,
    roots: DataRoots | None = None,
    hints: Hints | str | Path | None = None,
) -> Dataset:
    """Read a table and keep it as a Parquet snapshot.

    Args:
        source: A CSV, TSV, Parquet, Arrow, JSON, JSONL, Excel or OpenDocument file (text formats also packed), a
            SQLite or DuckDB file, by path or URL; a folder of Parquet files, also in hive partitions, or a pattern such
            as `sales/*.parquet`, on disk or in an object storage; a PostgreSQL URL; or a frame of pandas, Polars or
            Arrow, which is not changed. A selection may stand behind a name, such as `#sheet=Data`
            (`analytics/reading/selection.py`).
        directory: Where snapshots are kept; it is made if missing. Equal content shares one file.
        name: Name for people; by default the file's stem, or `data`.
        max_bytes: Largest file accepted, also after decompression; of Parquet and text, which stay on disk, 16 times.
        roots: Where the source has to lie, for one that was named by an event or a deployment's parameter.
        hints: What is known of the table, or a YAML file of it. They are part of the fingerprint.

    Returns:
        A reference to the snapshot, with notes on what had to be changed to read it.

    Raises:
        DatasetError: It cannot be found or read, is too large, or has no rows or columns, or the hints do not fit it.
    """
    return _read(source, directory, name, max_bytes, roots, hints)[0]


def look_at(source: str | Path | Frame, *, directory: Path) -> tuple[Dataset, pd.DataFrame | Relation]:
    """Read a table once, for a look at it: rows that fit into memory are not written to disk.

    Args:
        source: As for `read_dataset`.
        directory: Where large tables are kept meanwhile.

    Returns:
        The data set, whose snapshot may not be there, and its rows as analytic functions take them.

    Raises:
        DatasetError: As `read_dataset`.
    """
    dataset, frame = _read(source, directory, keep=False)
    if frame is None:
        return dataset, dataset.table()
    frame.attrs.update(attrs_of(dataset.hints))
    return dataset, frame


def _read(
    source: str | Path | Frame,
    directory: Path,
    name: str | None = None,
    max_bytes: int = 2 << 30,
    roots: DataRoots | None = None,
    hints: Hints | str | Path | None = None,
    *,
    keep: bool = True,
) -> tuple[Dataset, pd.DataFrame | None]:
    """Read a table; its rows are returned if they were not written."""
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    known: Path | None = None
    if not isinstance(source, str | Path):
        frame, notes, form = frame_of(source)
        shown, stem = "DataFrame", "data"
        hints = _given(hints, roots, name or "")
        tidied, changes = _prepared(frame, hints)
    else:
        with _explaining(str(source)):
            address, chosen = split_selection(str(source))
            hints = _given(hints or chosen.hints, roots, name or chosen.table or stem_of(address))
            if address.split("://", 1)[0].lower() in STORAGES:
                _check_roots(address, roots)
            known = record_of(address, chosen, hints, name, directory)
            if known is not None and (dataset := recorded(known, directory)):
                return dataset, None
            prepare = partial(_prepared, hints=hints)
            found, shown, stem = _read_source(address, chosen, directory, max_bytes, roots, prepare)
            if isinstance(found, Kept):
                kept = _hinted(Dataset(name=name or stem, source=shown, **found._asdict()), hints)
                return put_on_record(known, kept), None
            frame, notes, form = found
            tidied, changes = prepare(frame)
            tidied, selected = select(tidied, chosen)
            changes += selected
    if not frame.shape[1]:
        raise DatasetError(f"{shown}: no columns found")
    if not len(frame):
        raise DatasetError(f"{shown}: there is a line of {frame.shape[1]} column names, but no rows follow")
    fingerprint = fingerprint_frame(tidied)
    dataset = Dataset(
        name=name or stem,
        source=shown,
        fingerprint=fingerprint,
        rows=len(tidied),
        columns=[str(column) for column in tidied.columns],
        snapshot=directory / f"{fingerprint}.parquet",
        form=form,
        notes=[*notes, *changes],
    )
    if keep or dataset.is_large:
        if not dataset.is_whole():
            _write(tidied, dataset.snapshot)
        return put_on_record(known, _hinted(dataset, hints)), None
    return _hinted(dataset, hints), tidied


def _check_roots(address: str, roots: DataRoots | None) -> None:
    if roots is not None:
        try:
            roots.check(address)
        except DataRootError as error:
            raise DatasetError(str(error)) from None


def _given(hints: Hints | str | Path | None, roots: DataRoots | None, name: str) -> Hints | None:
    """The hints themselves; hints that say nothing are none."""
    found = read_hints(hints, roots, name=name) if isinstance(hints, str | Path) and str(hints) else hints
    return found if isinstance(found, Hints) and found != Hints() else None


def _hinted(dataset: Dataset, hints: Hints | None) -> Dataset:
    """The data set with its hints. The same rows with other hints are another data set."""
    if hints is None:
        return dataset
    kept = remaining(hints, dataset.columns)
    return dataset.model_copy(
        update={"hints": kept, "fingerprint": digest([dataset.fingerprint, kept.model_dump_json()])}
    )


def _prepared(frame: pd.DataFrame, hints: Hints | None = None) -> tuple[pd.DataFrame, list[str]]:
    """The table in plain types, without sentinels and rows that sum up others, and as its hints say."""
    tidied, notes = tidy_frame(frame)
    tidied, sentinels = without_sentinels(tidied)
    tidied, totals = without_totals(tidied)
    tidied, said = (tidied, []) if hints is None else apply_hints(tidied, hints)
    return tidied, [*notes, *sentinels, *totals, *said, *said_of_names(tidied)]


@contextmanager
def _explaining(source: str) -> Generator[None]:
    """Turn an error that no reader expects into a `DatasetError`, with the error as its cause."""
    try:
        yield
    except (DatasetError, PermissionError):
        raise
    except Exception as error:
        name = without_secrets(source).rsplit("/", 1)[-1]
        raise DatasetError(f"{name}: {UNEXPECTED} ({type(error).__name__}); save it as plain CSV or Parquet") from error


def _write(frame: pd.DataFrame, snapshot: Path) -> None:
    with replacing(snapshot) as unfinished:  # two writers write the same rows
        # Dictionaries of fractions are made and thrown away: nearly every value stands once.
        repeating = [str(name) for name, dtype in frame.dtypes.items() if not pd.api.types.is_float_dtype(dtype)]
        frame.to_parquet(unfinished, index=False, compression="zstd", use_dictionary=repeating)


def _read_source(
    text: str, chosen: Selection, directory: Path, max_bytes: int, roots: DataRoots | None, prepare: Prepare
) -> tuple[Table | Kept, str, str]:
    if not text.lower().startswith(("sqlite:", "duckdb:")):  # these are paths, which are opened below a root
        _check_roots(text, roots)
    if "://" in text:
        try:
            scheme = urlsplit(text).scheme.lower()
        except ValueError as error:
            raise DatasetError(f"{masked(text)[:200]}: not an address that can be read ({error})") from None
        if scheme not in ("file", "sqlite", "duckdb"):
            return _read_address(scheme, text, chosen, directory, max_bytes, roots, prepare)
        text = unquote(urlsplit(text).path)
        text = (
            text.removeprefix("/") if scheme != "file" else text
        )  # sqlite:///shop.db is beside, sqlite:////shop.db not
    path = Path(text).expanduser()
    if roots is None:
        if path.is_dir() or is_pattern(text):
            found = read_folder(text, directory, max_bytes, chosen, prepare)
            return found, text, stem_of(text if path.is_dir() else path.parent.name)
        check_file(path)
    suffix = suffix_of(path.name, path.name)
    try:
        most = max_bytes * (ON_DISK if suffix in STAY_ON_DISK else 1)
        if roots is None and path.stat().st_size > most:
            raise DatasetError(f"{path.name}: {path.stat().st_size:,} bytes, more than the limit of {most:,}")
        with below_root(path, directory, roots, most) as file:
            table = read_file(file, suffix, path.name, max_bytes, chosen, directory, prepare)
    except PermissionError:
        raise DatasetError(f"{path}: no permission to read it") from None
    return table, text, chosen.table or stem_of(path.name)


def _read_address(
    scheme: str, url: str, chosen: Selection, directory: Path, max_bytes: int, roots: DataRoots | None, prepare: Prepare
) -> tuple[Table | Kept, str, str]:
    shown = without_secrets(url)
    parts = urlsplit(url)
    if scheme == "block" and parts.netloc == "secret" and roots is None:
        url = secret_address(unquote(parts.path).strip("/"), shown)
        scheme = urlsplit(url).scheme.lower()
        if scheme not in SCHEMES:
            raise DatasetError(f"{shown}: the secret holds no address of a database ({listing(SCHEMES)})")
    if scheme in SCHEMES and roots is None:
        return read_database_url(url, shown, chosen), shown, chosen.table or stem_of(parts.path)
    if scheme not in ("http", "https", *STORAGES):
        known = listing([*STORAGES, *SCHEMES], 20)
        raise DatasetError(f"{scheme}:// addresses cannot be read: use a path, http, https, {known}")
    with TemporaryDirectory(dir=directory, prefix=".fetch-") as folder:
        name = shown.rsplit("/", 1)[-1] or shown
        if scheme in STORAGES and (stored := stored_folder(url)):
            fetch_folder(url, stored, Path(folder), max_bytes * ON_DISK)
            return read_folder(folder, directory, max_bytes, chosen, prepare, shown), shown, stem_of(name_of(url))
        if scheme in STORAGES:
            suffix = suffix_of(unquote(parts.path), name)
            most = max_bytes * (ON_DISK if suffix in STAY_ON_DISK else 1)
            file = fetch(url, Path(folder), most)
        else:
            file, suffix = download(url, Path(folder), max_bytes, SUFFIXES, roots=roots)
        table = read_file(file, suffix, name, max_bytes, chosen, directory, prepare)
        return table, shown, stem_of(unquote(parts.path))
