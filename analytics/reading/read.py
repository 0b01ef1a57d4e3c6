"""Read a table from wherever it is into a snapshot that no longer changes."""

import difflib
import gzip
import shutil
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import pandas as pd

from analytics.columns import listing
from analytics.errors import DatasetError
from analytics.reading.column_types import tidy_frame
from analytics.reading.dataset import Dataset, is_readable
from analytics.reading.delimited import read_delimited
from analytics.reading.downloads import download
from analytics.reading.parquet import read_parquet
from cache_policies.fingerprints import fingerprint_frame
from runtime.data_roots import DataRootError, DataRoots
from runtime.files import replacing
from runtime.redaction import masked, without_secrets

SUFFIXES = (
    ".csv.gz", ".tsv.gz", ".json.gz", ".jsonl.gz", ".ndjson.gz", ".csv", ".txt", ".tsv", ".tab", ".parquet", ".pq",
    ".json", ".jsonl", ".ndjson", ".xlsx", ".xlsm",
)  # fmt: skip
"""File name endings that can be read."""


def read_dataset(
    source: str | Path | pd.DataFrame,
    *,
    directory: Path,
    name: str | None = None,
    max_bytes: int = 2 << 30,
    roots: DataRoots | None = None,
) -> Dataset:
    """Read a table and keep it as a Parquet snapshot.

    Args:
        source: A CSV, TSV, Parquet, JSON, JSONL or Excel file (text formats also as .gz), by path or http(s) URL, or a
            frame, which is not changed.
        directory: Where snapshots are kept; it is made if missing. Equal content shares one file.
        name: Name for people; by default the file's stem, or `data`.
        max_bytes: Largest file accepted, also after decompression.
        roots: Where the source has to lie, for one that was named by an event or a deployment's parameter.

    Returns:
        A reference to the snapshot, with notes on what had to be changed to read it.

    Raises:
        DatasetError: It cannot be found or read, is too large, or has no rows or columns.
    """
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    if isinstance(source, pd.DataFrame):
        frame, notes, shown, stem = source, [], "DataFrame", "data"
    else:
        frame, notes, shown, stem = _read_source(source, directory, max_bytes, roots)
    if not frame.shape[1]:
        raise DatasetError(f"{shown}: no columns found")
    if not len(frame):
        raise DatasetError(f"{shown}: there is a line of {frame.shape[1]} column names, but no rows follow")
    tidied, changes = tidy_frame(frame)
    fingerprint = fingerprint_frame(tidied)
    snapshot = directory / f"{fingerprint}.parquet"
    if not is_readable(snapshot, len(tidied)):
        _write(tidied, snapshot)
    return Dataset(
        name=name or stem,
        source=shown,
        fingerprint=fingerprint,
        rows=len(tidied),
        columns=[str(column) for column in tidied.columns],
        snapshot=snapshot,
        notes=[*notes, *changes],
    )


def _write(frame: pd.DataFrame, snapshot: Path) -> None:
    with replacing(snapshot) as unfinished:  # two writers write the same rows
        frame.to_parquet(unfinished, index=False, compression="zstd")


def _read_source(
    source: str | Path, directory: Path, max_bytes: int, roots: DataRoots | None
) -> tuple[pd.DataFrame, list[str], str, str]:
    text = str(source)
    if roots is not None:
        try:
            roots.check(text)
        except DataRootError as error:
            raise DatasetError(str(error)) from None
    if "://" in text:
        try:
            scheme = urlsplit(text).scheme.lower()
        except ValueError as error:
            raise DatasetError(f"{masked(text)[:200]}: not an address that can be read ({error})") from None
        if scheme not in ("http", "https", "file"):
            raise DatasetError(f"{scheme}:// addresses cannot be read: use http, https or a path")
        if scheme != "file":
            with TemporaryDirectory(dir=directory, prefix=".fetch-") as folder:
                file, suffix = download(text, Path(folder), max_bytes, SUFFIXES, roots=roots)
                shown = without_secrets(text)
                frame, notes = _read_file(file, suffix, shown.rsplit("/", 1)[-1] or shown, max_bytes)
                return frame, notes, shown, _stem(unquote(urlsplit(text).path))
        text = unquote(urlsplit(text).path)
    path = Path(text).expanduser()
    if roots is None:
        _check_file(path)
    suffix = next((ending for ending in SUFFIXES if path.name.lower().endswith(ending)), None)
    if suffix is None:
        if path.suffix.lower() == ".xls":
            raise DatasetError(f"{path.name}: the old .xls format cannot be read: save it as .xlsx or .csv")
        raise DatasetError(f"{path.name}: cannot tell the format; readable are {', '.join(SUFFIXES)}")
    try:
        if roots is None and path.stat().st_size > max_bytes:
            raise DatasetError(f"{path.name}: {path.stat().st_size:,} bytes, more than the limit of {max_bytes:,}")
        with below_root(path, directory, roots, max_bytes) as file:
            frame, notes = _read_file(file, suffix, path.name, max_bytes, directory)
    except PermissionError:
        raise DatasetError(f"{path}: no permission to read it") from None
    return frame, notes, text, _stem(path.name)


def _check_file(path: Path) -> None:
    """Check that there is a file, with help for the person who named it.

    In a confined run nothing is told but that it cannot be opened: its name may mean something else by now.
    """
    if path.is_dir():
        readable = [entry.name for entry in sorted(path.iterdir()) if entry.name.lower().endswith(SUFFIXES)]
        raise DatasetError(f"{path} is a directory: name one of its files ({listing(readable) or 'none can be read'})")
    if path.exists() and not path.is_file():
        raise DatasetError(f"{path}: not a regular file; a pipe or device can be read once only, so save it as a file")
    if not path.is_file():
        beside = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
        near = difflib.get_close_matches(path.name, beside, n=3)
        raise DatasetError(f"{path}: no such file" + (f"; did you mean {listing(near)}?" if near else ""))


@contextmanager
def below_root(path: Path, directory: Path, roots: DataRoots | None, max_bytes: int) -> Generator[Path]:
    """The file to read: the path itself, or a copy of what was opened below a data root.

    Readers open a file by its name, more than once; between two of these the name could come to mean another file.

    Args:
        path: The file.
        directory: Where a copy is kept meanwhile.
        roots: Where it has to lie, if that is checked.
        max_bytes: Most bytes that are copied.

    Raises:
        DatasetError: It is not under a root, or is too large.
    """
    if roots is None:
        yield path
        return
    with TemporaryDirectory(dir=directory, prefix=".copy-") as folder:
        copy = Path(folder) / path.name
        try:
            with roots.open(path) as file, copy.open("wb") as target:
                limited = _Limited(file, path.name, max_bytes)
                shutil.copyfileobj(cast("Any", limited), target, 1 << 20)
        except PermissionError:
            raise
        except (DataRootError, OSError) as error:
            reason = f"{path}: cannot be opened" if isinstance(error, OSError) else str(error)
            raise DatasetError(reason) from None
        yield copy


def _stem(path: str) -> str:
    name = path.rstrip("/").rsplit("/", 1)[-1]
    ending = next((suffix for suffix in SUFFIXES if name.lower().endswith(suffix)), "")
    return name[: len(name) - len(ending)] or "data"


def _read_file(
    path: Path, suffix: str, shown: str, max_bytes: int, directory: Path | None = None
) -> tuple[pd.DataFrame, list[str]]:
    if path.stat().st_size == 0:
        raise DatasetError(f"{shown}: the file is empty")
    if suffix.endswith(".gz"):
        with TemporaryDirectory(dir=directory or path.parent, prefix=".unzip-") as folder:
            plain = Path(folder) / "data"
            _decompress(path, plain, shown, max_bytes)
            return _read_file(plain, suffix.removesuffix(".gz"), shown, max_bytes)
    if suffix in (".csv", ".txt", ".tsv", ".tab"):
        return read_delimited(path, shown, "\t" if suffix in (".tsv", ".tab") else None)
    if suffix in (".parquet", ".pq"):
        return read_parquet(path, shown, max_bytes), []
    if suffix in (".xlsx", ".xlsm"):
        return _read_excel(path, shown)
    return _read_json(path, shown, lines=suffix != ".json")


def _decompress(path: Path, target: Path, shown: str, max_bytes: int) -> None:
    try:
        with gzip.open(path) as packed, target.open("wb") as file:
            shutil.copyfileobj(cast("Any", _Limited(packed, shown, max_bytes, " when unpacked")), file, 1 << 20)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DatasetError(f"{shown}: the .gz file is damaged or not gzip") from error


class _Limited:
    """A file that refuses to give more than a number of bytes, against archives that unpack without end."""

    def __init__(self, file: Any, shown: str, left: int, how: str = "") -> None:
        self._file, self._shown, self._limit, self._left, self._how = file, shown, left, left, how

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise DatasetError(f"{self._shown}: more than {self._limit:,} bytes{self._how}, the limit")
        return data


def _read_excel(path: Path, shown: str) -> tuple[pd.DataFrame, list[str]]:
    from zipfile import BadZipFile

    try:
        with pd.ExcelFile(path, engine="openpyxl") as book:
            sheets = [str(sheet) for sheet in book.sheet_names]
            cells: Any = book.parse(sheets[0], header=None, dtype=object)
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        raise DatasetError(f"{shown}: not a readable Excel file; open it and save it as .xlsx again") from error
    notes = [f"Read the first sheet {sheets[0]!r}; not read: {listing(sheets[1:])}."] if sheets[1:] else []
    full = cells.dropna(how="all").dropna(how="all", axis="columns")
    if full.empty:
        raise DatasetError(f"{shown}: the sheet {sheets[0]!r} is empty")
    inside = int(full.index[-1] - full.index[0]) + 1 - len(full)
    if inside:
        notes.append(f"{inside:,} blank rows between the others were left out.")
    frame = full.iloc[1:].reset_index(drop=True).infer_objects()
    frame.columns = pd.Index(full.iloc[0].tolist(), dtype=object)
    return frame, notes


def _read_json(path: Path, shown: str, *, lines: bool) -> tuple[pd.DataFrame, list[str]]:
    """JSON by Python's own parser: exact integers, and errors that name the line."""
    import json

    try:
        with path.open(encoding="utf-8-sig") as file:
            content: Any = (
                [_parse_line(line, number, shown) for number, line in enumerate(file, 1) if line.strip()]
                if lines
                else json.load(file)
            )
    except json.JSONDecodeError as error:
        if not lines and error.msg == "Extra data":
            return _read_json(path, shown, lines=True)
        raise DatasetError(
            f"{shown}: not valid JSON at line {error.lineno}, column {error.colno}: {error.msg}"
        ) from error
    except UnicodeDecodeError as error:
        raise DatasetError(f"{shown}: JSON must be UTF-8, and this file is not (byte {error.start:,})") from error
    except RecursionError as error:
        raise DatasetError(f"{shown}: the JSON is nested too deeply") from error
    notes: list[str] = []
    if isinstance(content, dict):
        tables = [
            key for key, value in content.items() if isinstance(value, list) and value and isinstance(value[0], dict)
        ]
        if len(tables) == 1:
            notes.append(f"Read the rows under {tables[0]!r}.")
            content = content[tables[0]]
        elif content and all(isinstance(value, list | dict) for value in content.values()):
            if len({len(value) for value in content.values()}) > 1:
                raise DatasetError(f"{shown}: the columns have different lengths")
            return pd.DataFrame(content), notes
        else:
            content = [content]
    if not isinstance(content, list) or not all(isinstance(row, dict) for row in content):
        raise DatasetError(f"{shown}: expected a list of objects, one a row")
    if not content:
        raise DatasetError(f"{shown}: there are no rows")
    names = list(dict.fromkeys(key for row in content for key in row))
    return pd.DataFrame({name: pd.Series([row.get(name) for row in content]) for name in names}, columns=names), notes


def _parse_line(line: str, number: int, shown: str) -> Any:
    import json

    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        raise DatasetError(f"{shown}: not valid JSON in line {number}, column {error.colno}: {error.msg}") from error
