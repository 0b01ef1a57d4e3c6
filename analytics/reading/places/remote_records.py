"""Records of data sets by the version of the file in an object storage, so that the same version is fetched once."""

from dataclasses import asdict
from pathlib import Path

from analytics.hints.hints import Hints
from analytics.reading.dataset import Dataset
from analytics.reading.places.storages import SCHEMES, storage_version
from analytics.reading.places.stored_folders import stored_folder
from analytics.reading.selection import Selection
from cache_policies.digests.digest import digest
from runtime.files.private_files import replacing

RECORDS = 1
"""Version of reading: what another one has recorded does not count."""


def record_of(address: str, chosen: Selection, hints: Hints | None, name: str | None, directory: Path) -> Path | None:
    """Path of the record of a file in an object storage, by the version that the storage tells."""
    if "://" not in address or address.split("://", 1)[0].lower() not in SCHEMES:
        return None
    stored = stored_folder(address)
    if (version := storage_version(address) if stored is None else stored.version()) is None:
        return None
    said = hints.model_dump_json() if hints else ""
    return directory / f"remote-{digest([RECORDS, address, version, asdict(chosen), said, name])}.json"


def recorded(record: Path, directory: Path) -> Dataset | None:
    """The data set that was read of this version before, if its snapshot is still there."""
    try:
        dataset = Dataset.model_validate_json(record.read_bytes())
    except (OSError, ValueError):
        return None
    return dataset if dataset.snapshot.parent == directory and dataset.is_whole() else None


def put_on_record(record: Path | None, dataset: Dataset) -> Dataset:
    """Record a data set, if its source is one that tells versions, and return it."""
    if record is not None:
        with replacing(record) as unfinished:
            unfinished.write_text(dataset.model_dump_json())
    return dataset
