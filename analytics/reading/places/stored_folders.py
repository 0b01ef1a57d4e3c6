"""Folders and patterns of Parquet files in object storages, fetched as a folder with the same names."""

import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, cast
from urllib.parse import unquote, urlsplit

from analytics.errors import DatasetError
from analytics.reading.limited import Limited
from analytics.reading.places.folders import MOST_FILES, SUFFIXES
from analytics.reading.places.storages import explained, opened, version_of
from cache_policies.digests.digest import digest
from runtime.texts.redaction import without_secrets

_AT_ONCE = 8
"""Files that are fetched side by side."""
_WILD = "*["


class StoredFolder(NamedTuple):
    """The Parquet files that an address of a folder or pattern stands for."""

    base: str
    """Path of the folder that names are counted from, in the storage."""
    files: Mapping[str, Mapping[str, Any]]
    """Facts that the storage tells of each file, by its name below the folder, in order."""

    def version(self) -> str | None:
        """Digest of the names and versions of all files; None where the storage tells none of one."""
        versions = {name: version_of(about) for name, about in self.files.items()}
        return None if None in versions.values() else digest(versions)


def stored_folder(url: str) -> StoredFolder | None:
    """List the Parquet files of a folder or pattern; None for the address of one file.

    Raises:
        DatasetError: No such file or folder, no Parquet files, too many, or a name that is no path.
    """
    if urlsplit(url).scheme.lower() == "block":
        return None
    shown = without_secrets(url)
    system, path = opened(url)
    with explained(shown):
        is_pattern = any(letter in path for letter in _WILD) and not system.exists(path)
        if is_pattern:
            parts = path.split("/")
            base = "/".join(parts[: next(at for at, part in enumerate(parts) if any(one in part for one in _WILD))])
            found: dict[str, Any] = system.glob(path, detail=True)
        elif system.info(path).get("type") == "directory":
            base, found = path.rstrip("/"), system.find(path, detail=True)
        else:
            return None
    files: dict[str, Any] = {}
    for key, about in sorted(found.items()):
        name = key.strip("/").removeprefix(f"{base.strip('/')}/")
        parts = name.split("/")
        if not name.lower().endswith(SUFFIXES) or about.get("type") == "directory":
            continue
        if any(part in ("", ".", "..") for part in parts) or key.strip("/") == name or "\\" in name or "\0" in name:
            raise DatasetError(f"{shown}: the name {name[:80]!r} is no path below the folder; name the files with *")
        if not any(part.startswith((".", "_")) for part in parts):
            files[name] = about
    if not files:
        raise DatasetError(f"{shown}: no Parquet file has such a name, or lies in such a folder")
    if len(files) > MOST_FILES:
        raise DatasetError(f"{shown}: more than {MOST_FILES:,} files; name a folder with fewer")
    return StoredFolder(base, files)


def fetch_folder(url: str, stored: StoredFolder, folder: Path, max_bytes: int) -> None:
    """Copy the files to `folder`.

    Args:
        url: The address, as for `stored_folder`.
        stored: The files.
        folder: Where to put them.
        max_bytes: Most bytes accepted, of all files together.

    Raises:
        DatasetError: They are too large, or cannot be read.
    """
    shown = without_secrets(url)
    size = sum(int(about.get("size") or 0) for about in stored.files.values())
    if size > max_bytes:
        raise DatasetError(f"{shown}: {size:,} bytes, more than the limit of {max_bytes:,}; name fewer files")
    system, _ = opened(url)

    def copy(name: str) -> None:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        # As many bytes as were listed: a file that grew meanwhile cannot pass the limit.
        most = int(stored.files[name].get("size") or 0)
        with system.open(f"{stored.base}/{name}", "rb") as file, target.open("wb") as opened_target:
            shutil.copyfileobj(cast("Any", Limited(file, shown, most)), opened_target, 1 << 22)

    with explained(shown), ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="fetch") as pool:
        for _ in pool.map(copy, stored.files):
            pass


def name_of(url: str) -> str:
    """The last folder of an address before a pattern."""
    parts = unquote(urlsplit(url).path).strip("/").split("/")
    plain = [part for part in parts if not any(letter in part for letter in _WILD)]
    return plain[-1] if plain else urlsplit(url).netloc
