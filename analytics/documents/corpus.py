"""Corpus: the sources that a user named, read once and kept as a searchable snapshot that no longer changes."""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from analytics.documents.index import CorpusPassage, passages_of, search
from analytics.reading.dataset import Dataset
from runtime.texts.redaction import without_secrets


class Source(BaseModel):
    """A document, a web page or a data set of a corpus."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    id: str
    """S1, S2, … in the order in which they were named; a folder's files by path."""
    name: str
    """Path from the named folder, file name, or URL without its secret parts."""
    kind: Literal["document", "page", "dataset"]
    """A page is a document behind a URL."""
    title: str = ""
    """Its title or first heading, if it has one."""
    passages: int = 0
    """Number of its passages, `S1#1` and so on; a data set has none."""
    dataset: Dataset | None = None
    """The data set."""


class Skipped(BaseModel):
    """A file or address that was named, or lies in a named folder, and is not part of the corpus.

    Files of unknown kinds are one entry for each folder that was named.
    """

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    name: str
    """As `Source.name`."""
    reason: str
    """Reason for not reading it."""


class Corpus(BaseModel):
    """A reference to sources that no longer change. Passages and their index are one file beside the data snapshots."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    fingerprint: str
    """Digest of the sources' names and content: equal ones give the same in any process and any place."""
    sources: list[Source]
    """Sources that can be searched and cited."""
    skipped: list[Skipped] = []
    """Sources that were not read, at most 200."""
    skipped_in_all: int = 0
    """Number of files and addresses that were not read."""
    directory: Path
    """Directory of the snapshot."""

    def __cache_key__(self) -> str:
        """Two corpora with the same content are the same in cache keys, wherever they came from."""
        return self.fingerprint

    @property
    def documents(self) -> list[Source]:
        """Sources that hold text."""
        return [source for source in self.sources if source.dataset is None]

    @property
    def datasets(self) -> list[Source]:
        """Sources that hold a table."""
        return [source for source in self.sources if source.dataset is not None]

    def search(self, query: str, *, limit: int = 8, source: str | None = None) -> list[CorpusPassage]:
        """Return the passages that fit a query best; see `analytics.documents.index.search`."""
        return search(self._index, query, limit=limit, source=source)

    def passages(self, ids: Iterable[str]) -> list[CorpusPassage]:
        """Return the passages with these ids; unknown ids are left out."""
        return passages_of(self._index, ids)

    @property
    def _index(self) -> Path:
        return index_path(self.directory, self.fingerprint)


def index_path(directory: Path, fingerprint: str) -> Path:
    """Return the file of a corpus with its passages and their index."""
    return directory / f"corpus-{fingerprint}.sqlite"


def source_without_secrets(source: str | Path) -> str:
    """Return a source in a form that may be shown: a URL without its secret parts, a path as it is."""
    text = str(source)
    try:
        return without_secrets(text) if "://" in text else text
    except ValueError:  # such as a port that is not a number
        return "an address that cannot be read"
