"""Data outside of the process, as dependencies or arguments that are keyed by what they hold."""

from dataclasses import dataclass
from pathlib import Path

from cache_policies.datasets.fingerprints import fingerprint_file


@dataclass(frozen=True)
class DataFile:
    """A file that counts by its content, not by its path.

    Attributes:
        path: Where it is.
    """

    path: Path

    def __cache_key__(self) -> str:
        """Return the content's fingerprint; the file is read again only when its size or times have changed."""
        return fingerprint_file(self.path)


@dataclass(frozen=True)
class SqlRows:
    """Rows of a database that count by the query and by how far the table had come.

    Attributes:
        query: The statement that reads them.
        watermark: What grows with the table, such as the latest `updated_at` or a load number.
    """

    query: str
    watermark: object
