"""Reading of a corpus: folders, files and web pages, with a reason for everything that is left out."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal
from urllib.parse import unquote, urlsplit

from analytics.documents.corpus import Corpus, Skipped, Source, index_path, source_without_secrets
from analytics.documents.index import CorpusPassage, has_index, write_index
from analytics.documents.passages import DOCUMENT_SUFFIXES, MOST_BYTES, Document, read_document
from analytics.errors import CorpusError, DatasetError, DocumentError
from analytics.reading.dataset import Dataset
from analytics.reading.formats import SUFFIXES
from analytics.reading.places.downloads import download
from analytics.reading.places.files import below_root
from analytics.reading.read import read_dataset
from cache_policies.digests.digest import digest
from runtime.data_roots import DataRootError, DataRoots
from runtime.texts.redaction import masked

_LAYOUT = 2
"""Version of the way in which text is cut and compared. It is part of fingerprints: a change makes new snapshots."""

_DATA_SUFFIXES = tuple(suffix for suffix in SUFFIXES if suffix != ".txt")  # a .txt file is read as text
_MOST_FILES = 2_000
"""Files read from a folder."""
_MOST_TEXT = 40_000_000
"""Characters of text in a corpus."""
_MOST_TABLE_BYTES = 200 << 20
"""Bytes of a table in a folder; a table that is named by itself may have ten times as many."""
_MOST_SKIPPED = 200
"""Entries in the list of what was not read."""
_PAGE_SECONDS = 60.0
"""Seconds that a download may take."""
_OTHER_FOLDERS = frozenset({"__pycache__", "node_modules"})


def read_corpus(sources: Sequence[str | Path], *, directory: Path, roots: DataRoots | None = None) -> Corpus:
    """Read sources into a corpus.

    Sources that cannot be read are left out and listed with the reason, so that one bad file or a server that is down
    does not end the work. In folders, hidden files, links and unknown kinds are not read.

    Args:
        sources: Folders, documents (text, Markdown, HTML, PDF), data sets (CSV, Parquet, …) and http(s) URLs of either.
        directory: Directory of the snapshot. Equal content shares its files.
        roots: Folders and servers that the sources must come from, if a deployment's parameter names the sources.

    Raises:
        CorpusError: Nothing could be read, or a source is not under a root.
    """
    directory.mkdir(parents=True, exist_ok=True)
    reading = _Reading(directory, roots)
    named = dict.fromkeys(str(source) for source in sources)
    if roots is not None:
        try:
            for source in named:
                roots.check(source)
        except DataRootError as error:
            raise CorpusError(str(error)) from None
    labels = _labels([source for source in named if "://" not in source])
    for source in named:
        if "://" in source:
            reading.add_url(source)
        else:
            reading.add_path(Path(source).expanduser(), labels[source])
    if not reading.sources:
        where = ", ".join(map(source_without_secrets, named))[:300] or "no sources"
        why = "; ".join(f"{skipped.name}: {skipped.reason}" for skipped in reading.skipped[:3])[:300]
        raise CorpusError(f"Nothing could be read in {where}" + (f" ({why})." if why else "."))
    corpus = Corpus(
        fingerprint=digest([_LAYOUT, reading.content]),
        sources=reading.sources,
        skipped=reading.skipped[:_MOST_SKIPPED],
        skipped_in_all=reading.skipped_in_all,
        directory=directory,
    )
    path = index_path(directory, corpus.fingerprint)
    if not has_index(path):
        write_index(reading.passages, path)
    return corpus


@dataclass
class _Reading:
    """Sources read so far."""

    directory: Path
    roots: DataRoots | None
    sources: list[Source] = field(default_factory=list[Source])
    passages: list[CorpusPassage] = field(default_factory=list[CorpusPassage])
    skipped: list[Skipped] = field(default_factory=list[Skipped])
    skipped_in_all: int = 0
    content: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])
    _seen: dict[str, str] = field(default_factory=dict[str, str])
    _paths: set[Path] = field(default_factory=set[Path])
    _text: int = 0

    def add_path(self, path: Path, label: str) -> None:
        """Add a file, or the files in a folder, under a name that starts with `label`."""
        if not path.is_dir():
            self._add_file(path, label, _MOST_TABLE_BYTES * 10)
            return
        files, others = 0, Counter[str]()
        for file, reason in _files(path, self.roots):
            name = _text_name(Path(label, file.relative_to(path)))
            if not reason and _suffix(name) is None:
                others[file.suffix.lower() or "no ending"] += 1
                continue
            files += not reason
            if reason or files > _MOST_FILES:
                self._skip(name, reason or f"is beyond the first {_MOST_FILES:,} files of its folder")
            else:
                self._add_file(file, name, _MOST_TABLE_BYTES)
        if others:  # one entry for all: a folder of programs or pictures may hold thousands
            kinds = ", ".join(_text_name(Path(kind)) for kind, _ in others.most_common(5))
            count = others.total()
            are = "1 file is" if count == 1 else f"{count:,} files are"
            self._skip(label, f"{are} of kinds that are not read ({kinds}{', …' if len(others) > 5 else ''})", count)

    def add_url(self, url: str) -> None:
        """Add a web page, or a document or data set behind a URL."""
        name = source_without_secrets(url)
        try:
            address = urlsplit(url)
        except ValueError:
            address = None
        if address is None or address.scheme.lower() not in ("http", "https"):
            self._skip(name, "is no http or https address")
            return
        with TemporaryDirectory(dir=self.directory, prefix=".fetch-") as folder:
            try:
                suffixes = (*_DATA_SUFFIXES, *DOCUMENT_SUFFIXES)
                file, suffix = download(
                    url, Path(folder), MOST_BYTES, suffixes, seconds=_PAGE_SECONDS, roots=self.roots
                )
            except DatasetError as error:
                self._skip(name, str(error).removeprefix(f"{name}: "))
                return
            stem = unquote(address.path).rstrip("/").rsplit("/", 1)[-1].removesuffix(suffix)
            self._read(file.rename(file.with_name(f"download{suffix}")), suffix, name, stem or name, "page")

    def _add_file(self, path: Path, name: str, most: int) -> None:
        suffix = next(
            (ending for ending in (*_DATA_SUFFIXES, *DOCUMENT_SUFFIXES) if name.lower().endswith(ending)), None
        )
        try:
            if not path.is_file():
                self._skip(name, "is no regular file" if path.exists() else "does not exist")
                return
            if path.resolve() in self._paths:
                return  # named twice, or also found in a named folder
            self._paths.add(path.resolve())
            size = path.stat().st_size
        except OSError as error:
            self._skip(name, f"cannot be read ({error.strerror or error})")
            return
        if suffix is None:
            self._skip(name, f"is of a kind that is not read ({path.suffix or 'no ending'})")
        elif size > (limit := most if suffix in _DATA_SUFFIXES else MOST_BYTES):
            self._skip(name, f"has {size:,} bytes, more than the limit of {limit:,}")
        else:
            try:
                with below_root(path, self.directory, self.roots, limit) as file:
                    self._read(file, suffix, name, None, "document")
            except (DatasetError, OSError) as error:
                self._skip(name, str(error))

    def _read(self, path: Path, suffix: str, name: str, table: str | None, kind: Literal["document", "page"]) -> None:
        try:
            if suffix in _DATA_SUFFIXES:
                self._add_dataset(read_dataset(path, directory=self.directory, name=table), name)
            else:
                self._add_document(read_document(path, suffix), name, kind)
        except (DatasetError, DocumentError) as error:
            self._skip(name, str(error).removeprefix(f"{path}: ").removeprefix(f"{path.name}: "))
        except Exception as error:  # noqa: BLE001 - one file that a library trips over must not end the work
            self._skip(name, f"cannot be read ({type(error).__name__}: {str(error)[:100]})")

    def _add_dataset(self, dataset: Dataset, name: str) -> None:
        if self._is_new(dataset.fingerprint, name):
            dataset = dataset.model_copy(update={"source": name})
            self._keep(Source(id=self._next_id, name=name, kind="dataset", dataset=dataset), dataset.fingerprint)

    def _add_document(self, document: Document, name: str, kind: Literal["document", "page"]) -> None:
        text = sum(len(passage.text) for passage in document.passages)
        content = digest(document.passages)
        if self._text + text > _MOST_TEXT:
            self._skip(name, f"would make more than {_MOST_TEXT:,} characters of text in all, the limit")
        elif self._is_new(content, name):
            self._text += text
            source = self._next_id
            count = len(document.passages)
            self._keep(Source(id=source, name=name, kind=kind, title=document.title, passages=count), content)
            for number, passage in enumerate(document.passages, start=1):
                self.passages.append(CorpusPassage(f"{source}#{number}", source, passage.heading, passage.text))

    @property
    def _next_id(self) -> str:
        return f"S{len(self.sources) + 1}"

    def _is_new(self, content: str, name: str) -> bool:
        # A copy would look like a second source for the same statement.
        if content in self._seen:
            self._skip(name, f"has the same content as {self._seen[content]}")
            return False
        self._seen[content] = name
        return True

    def _keep(self, source: Source, content: str) -> None:
        self.sources.append(source)
        self.content.append((source.id, source.name, source.kind, content))

    def _skip(self, name: str, reason: str, files: int = 1) -> None:
        self.skipped.append(Skipped(name=name, reason=masked(reason)))
        self.skipped_in_all += files


def _suffix(name: str) -> str | None:
    return next((ending for ending in (*_DATA_SUFFIXES, *DOCUMENT_SUFFIXES) if name.lower().endswith(ending)), None)


def _files(folder: Path, roots: DataRoots | None) -> Iterator[tuple[Path, str]]:
    """Yield files under a folder in order, each with the reason for not reading it, if any. Links are not followed."""
    try:
        found = _entries(folder, roots)
    except DataRootError:
        yield folder, "is under no data root"
        return
    except OSError as error:
        yield folder, f"cannot be read ({error.strerror or error})"
        return
    for name, kind in found:
        path = folder / name
        if name.startswith("."):
            continue
        if kind == "link":
            yield path, "is a link; name what it leads to"
        elif kind == "folder":
            if name not in _OTHER_FOLDERS:
                yield from _files(path, roots)
        else:
            yield path, ""


def _entries(folder: Path, roots: DataRoots | None) -> list[tuple[str, Literal["link", "folder", "file"]]]:
    """Return names and kinds in a folder; below a data root, of the folder that was checked."""
    opened = None if roots is None else roots.open_directory(folder)
    try:
        with os.scandir(folder if opened is None else opened) as entries:
            return sorted(
                (
                    entry.name,
                    "link" if entry.is_symlink() else "folder" if entry.is_dir(follow_symlinks=False) else "file",
                )
                for entry in entries
            )
    finally:
        if opened is not None:
            os.close(opened)


def _labels(paths: Sequence[str]) -> dict[str, str]:
    """Return names of paths for people: the last parts of each, as few as keep all names different."""
    parts = [Path(path).expanduser().absolute().parts for path in paths]
    names = [""] * len(paths)
    for depth in range(1, max(map(len, parts), default=0) + 1):
        names = [_text_name(Path(*each[-depth:])) for each in parts]
        if len(set(names)) == len(names):
            break
    return dict(zip(paths, names, strict=True))


def _text_name(path: Path) -> str:
    """Return a path as text that can be stored; names on disk may hold bytes that are no text."""
    return os.fsencode(path).decode("utf-8", "replace")
