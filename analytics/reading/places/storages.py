"""Files in object storages (`s3://`, `gs://`, `az://`) and in Prefect's storage blocks (`block://TYPE/NAME/path`)."""

import logging
import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from analytics.errors import DatasetError
from analytics.reading.limited import Limited
from cache_policies.digests.digest import digest
from runtime.texts.redaction import without_secrets

_EXTRAS = {"s3": "s3", "gs": "gs", "gcs": "gs", "az": "az", "abfs": "az", "abfss": "az"}
"""Extra that brings the driver of a scheme."""
_LOGS = {"s3": "s3fs", "gs": "gcsfs", "az": "adlfs"}
"""Name of the driver's log, by its extra."""
SCHEMES = (*_EXTRAS, "block")
"""Schemes of addresses that are read here."""
_VERSIONS = (
    "ETag",
    "etag",
    "VersionId",
    "version_id",
    "generation",
    "md5Hash",
    "content_settings",
    "mtime",
    "LastModified",
)
"""Names under which drivers tell the version of a file."""


def storage_version(url: str) -> str | None:
    """The version of a file in an object storage, such as its ETag, without reading it; None where none is told.

    Raises:
        DatasetError: The driver is not installed, there is no such file, or it may not be read.
    """
    if urlsplit(url).scheme.lower() == "block":
        return None
    shown = without_secrets(url)
    system, path = opened(url)
    with explained(shown):
        about = system.info(path)
    return version_of(about)


def version_of(about: Mapping[str, Any]) -> str | None:
    """The version in what a storage tells of a file; None where it tells none."""
    told = {name: str(about[name]) for name in _VERSIONS if about.get(name)}
    return digest([told, about.get("size")]) if told else None


def fetch(url: str, folder: Path, max_bytes: int) -> Path:
    """Copy a file to `folder`.

    Args:
        url: Its address. Credentials come from the environment, as each driver reads it, or from the block.
        folder: Where to put it.
        max_bytes: Most bytes accepted.

    Raises:
        DatasetError: The driver or block is not there, there is no such file, it may not be read, or it is too large.
    """
    shown, target = without_secrets(url), folder / "fetched"
    parts = urlsplit(url)
    if parts.scheme.lower() == "block":
        from runtime.prefect_server.block_files import copy_from_block

        name, _, path = unquote(parts.path).lstrip("/").partition("/")
        if not parts.netloc or not name or not path:
            raise DatasetError(f"{shown}: write block://TYPE/NAME/path, such as block://local-file-system/lake/a.csv")
        with explained(shown):
            copy_from_block(f"{parts.netloc}/{name}", path, target, max_bytes)
        return target
    system, path = opened(url)
    with explained(shown), system.open(path, "rb") as file, target.open("wb") as copy:
        shutil.copyfileobj(cast("Any", Limited(file, shown, max_bytes)), copy, 1 << 22)
    return target


def secret_address(name: str, shown: str) -> str:
    """The address of a database, with its credentials, that one of Prefect's secret blocks holds.

    Raises:
        DatasetError: There is no such block.
    """
    from runtime.prefect_server.block_files import secret_text

    with explained(shown):
        return secret_text(name)


def opened(url: str) -> tuple[Any, str]:
    """The file system of an address and the path in it. No other file system can be chained behind it.

    Raises:
        DatasetError: The address is none of a file or folder, holds credentials, or its driver is not installed.
    """
    import fsspec  # pyright: ignore[reportMissingTypeStubs]

    parts = urlsplit(url)
    extra = _EXTRAS[parts.scheme.lower()]
    shown = without_secrets(url)
    if "@" in parts.netloc and extra != "az":
        raise DatasetError(f"{shown}: credentials of a storage come from the environment, not from the address")
    path = f"{parts.netloc}{unquote(parts.path)}"
    if not parts.netloc or not parts.path.strip("/") or "::" in path:
        raise DatasetError(f"{shown}: write {extra}://BUCKET/path of a file or folder")
    _keep_to_log(_LOGS[extra])
    with explained(shown):
        try:
            return fsspec.filesystem(parts.scheme.lower(), use_listings_cache=False), path
        except ImportError:
            needs = f"pip install 'analyst-flows[{extra}]'"
            raise DatasetError(f"{shown}: {extra}:// needs the extra `{extra}`: {needs}") from None


def _keep_to_log(name: str) -> None:
    """Keep a driver's warnings off standard error, where Python prints them if no log is set up.

    It warns of each attempt that failed, with addresses and tracebacks. What counts is raised as well.
    """
    log = logging.getLogger(name)
    if not log.handlers:
        log.addHandler(logging.NullHandler())


@contextmanager
def explained(shown: str) -> Generator[None]:
    """Explain errors without the words of drivers and servers, which may repeat credentials."""
    try:
        yield
    except DatasetError:
        raise
    except FileNotFoundError:
        raise DatasetError(f"{shown}: no such file in the storage") from None
    except PermissionError:
        raise DatasetError(
            f"{shown}: the storage does not allow it; check the credentials in the environment"
        ) from None
    except Exception as error:  # noqa: BLE001 - each driver has errors of its own
        reason = type(error).__name__
        raise DatasetError(f"{shown}: could not be read ({reason}); check address, credentials and endpoint") from None
