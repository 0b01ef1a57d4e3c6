"""Packed files: gzip, bzip2, Zstandard, and zip archives with one data file."""

import bz2
import gzip
import shutil
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from zipfile import BadZipFile, ZipFile

from analytics.columns import listing
from analytics.errors import DatasetError
from analytics.reading.limited import Limited

PACKINGS = (".gz", ".bz2", ".zst", ".zip")
"""File name endings of packed files."""


def unpack(path: Path, target: Path, packing: str, shown: str, max_bytes: int, suffixes: tuple[str, ...]) -> str:
    """Unpack a file.

    Args:
        path: The packed file.
        target: Where its content is written.
        packing: One of `PACKINGS`.
        shown: The file's name for messages.
        max_bytes: Most bytes when unpacked.
        suffixes: Endings of data files, one of which is looked for in an archive.

    Returns:
        Ending of the file in a zip archive; empty for other packings.

    Raises:
        DatasetError: Damaged, too large, or an archive without a data file or with several.
    """
    import pyarrow as pa

    try:
        with _opened(path, packing, shown, suffixes) as (packed, inner), target.open("wb") as file:
            shutil.copyfileobj(cast("Any", Limited(packed, shown, max_bytes, " when unpacked")), file, 1 << 20)
    except DatasetError:
        raise
    except (
        OSError,
        EOFError,
        zlib.error,
        BadZipFile,
        pa.ArrowException,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        raise DatasetError(
            f"{shown}: the {packing} file is damaged, encrypted or not {packing}; pack it again"
        ) from error
    return inner


@contextmanager
def _opened(path: Path, packing: str, shown: str, suffixes: tuple[str, ...]) -> Generator[tuple[Any, str]]:
    if packing == ".gz":
        with gzip.open(path) as file:
            yield file, ""
    elif packing == ".bz2":
        with bz2.open(path) as file:
            yield file, ""
    elif packing == ".zst":
        import pyarrow as pa

        with pa.CompressedInputStream(pa.OSFile(str(path)), "zstd") as file:
            yield file, ""
    else:
        with ZipFile(path) as archive:
            names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
            data = [name for name in names if name.lower().endswith(suffixes) and "__MACOSX" not in name]
            if len(data) != 1:
                what = f"several data files ({listing(data)})" if data else "no data file"
                raise DatasetError(f"{shown}: the archive holds {what}; unpack it and name one")
            inner = next(ending for ending in suffixes if data[0].lower().endswith(ending))
            with archive.open(data[0]) as file:
                yield file, inner
