"""Readers by the ending of a file's name."""

from pathlib import Path
from tempfile import TemporaryDirectory

from analytics.errors import DatasetError
from analytics.reading.delimited.read import read_delimited
from analytics.reading.json.tables import read_json
from analytics.reading.large import texts as large_texts
from analytics.reading.large.on_disk import ON_DISK, Kept, Prepare, keep_large
from analytics.reading.large.parquet import read_arrow, read_parquet
from analytics.reading.large.texts import read_large_text
from analytics.reading.places.databases import FILES, read_database_file
from analytics.reading.selection import Selection
from analytics.reading.table import Table
from analytics.reading.unpacking import PACKINGS, unpack
from analytics.reading.workbooks.excel import read_excel
from analytics.reading.workbooks.ods import read_ods

_TEXT = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".geojson")
SUFFIXES = (
    *(f"{suffix}{packing}" for packing in PACKINGS for suffix in _TEXT),
    ".csv", ".txt", ".tsv", ".tab", ".parquet", ".pq", ".json", ".jsonl", ".ndjson", ".geojson", ".xlsx", ".xlsm",
    ".ods", ".arrow", ".feather", ".ipc", ".zip", *FILES,
)  # fmt: skip
"""File name endings that can be read."""

_DELIMITED = (".csv", ".txt", ".tsv", ".tab")
_LINES = (".jsonl", ".ndjson")
STAY_ON_DISK = (".parquet", ".pq", *_DELIMITED, *_LINES)
"""Endings of files that may be larger, since they are not read into memory."""


def suffix_of(path: str, shown: str) -> str:
    """Ending of a name that tells the format.

    Raises:
        DatasetError: It tells none.
    """
    name = path.rstrip("/").rsplit("/", 1)[-1].lower()
    suffix = next((ending for ending in SUFFIXES if name.endswith(ending)), None)
    if suffix is not None:
        return suffix
    if name.endswith(".xls"):
        raise DatasetError(f"{shown}: the old .xls format cannot be read: save it as .xlsx or .csv")
    plain = [ending for ending in SUFFIXES if ending.count(".") == 1]
    raise DatasetError(f"{shown}: cannot tell the format; readable are {', '.join(plain)}, text also as .csv.gz")


def stem_of(path: str) -> str:
    """Name of a file without its ending, or `data`."""
    name = path.rstrip("/").rsplit("/", 1)[-1]
    ending = next((suffix for suffix in SUFFIXES if name.lower().endswith(suffix)), "")
    return name[: len(name) - len(ending)] or "data"


def read_file(
    path: Path, suffix: str, shown: str, max_bytes: int, chosen: Selection, directory: Path, prepare: Prepare
) -> Table | Kept:
    """Read a file by its ending.

    Args:
        path: The file.
        suffix: One of `SUFFIXES`.
        shown: Its name for messages.
        max_bytes: Bytes of the largest file that is read into memory, also after decompression.
        chosen: Table, sheet or part to read.
        directory: Where snapshots are kept.
        prepare: Cleans a frame and says what it changed.

    Raises:
        DatasetError: It is damaged, too large, or no table.
    """
    if path.stat().st_size == 0:
        raise DatasetError(f"{shown}: the file is empty")
    if packing := next((one for one in PACKINGS if suffix.endswith(one)), None):
        with TemporaryDirectory(dir=directory, prefix=".unzip-") as folder:
            plain = Path(folder) / "data"
            most = max_bytes * (ON_DISK if suffix.removesuffix(packing) in STAY_ON_DISK else 1)
            inner = unpack(path, plain, packing, shown, most, SUFFIXES)
            return read_file(plain, inner or suffix.removesuffix(packing), shown, max_bytes, chosen, directory, prepare)
    if suffix in FILES:
        return read_database_file(path, shown, chosen)
    large = suffix in (*_DELIMITED, *_LINES) and large_texts.is_large(path)
    if suffix in _DELIMITED:
        delimiter = "\t" if suffix in (".tsv", ".tab") else None
        if large:
            return read_large_text(path, shown, delimiter, directory, max_bytes, chosen, prepare)
        return read_delimited(path, shown, delimiter)
    if suffix in (".parquet", ".pq"):
        kept = keep_large(path, directory, max_bytes, chosen, prepare)
        return kept or read_parquet(path, shown, max_bytes)
    if suffix in (".xlsx", ".xlsm"):
        return read_excel(path, shown, max_bytes, chosen.sheet or None)
    if suffix == ".ods":
        return read_ods(path, shown, max_bytes, chosen.sheet or None)
    if suffix in (".arrow", ".feather", ".ipc"):
        return read_arrow(path, shown, max_bytes)
    if large and suffix in _LINES:
        return read_large_text(path, shown, None, directory, max_bytes, chosen, prepare, lines=True)
    return read_json(path, shown, lines=suffix not in (".json", ".geojson"))
