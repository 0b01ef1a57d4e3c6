"""Passages and a full-text index over them, in one SQLite file (FTS5).

English words are found in every form (Porter 1980), accents do not count, and scripts without spaces are found by pairs
of characters. FTS5 ranks by Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
Beyond", 2009) with k1 = 1.2 and b = 0.75.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from analytics.documents.words import query_terms, terms_of
from analytics.errors import CorpusError
from runtime.files.private_files import replacing

_FORMAT = 1
"""Number in the file's header (`user_version`); a file with another one is made again."""
_MOST_TERMS = 50
"""Words of a query, or pairs of characters, that are looked for."""

_TABLES = """
    CREATE TABLE passages (
        number INTEGER PRIMARY KEY, id TEXT UNIQUE, source TEXT, heading TEXT, text TEXT
    );
    CREATE VIRTUAL TABLE words USING fts5(
        terms, content = '', tokenize = "porter unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
    );
"""


class CorpusPassage(NamedTuple):
    """A passage.

    Attributes:
        id: Its id, such as `S3#2`.
        source: Id of its source.
        heading: The heading it stands under; may be empty.
        text: Its text.
        score: Fit to the query, higher for a better one; 0 where none was asked.
    """

    id: str
    source: str
    heading: str
    text: str
    score: float = 0.0


def write_index(passages: Sequence[CorpusPassage], path: Path) -> None:
    """Write passages and the index over them.

    Args:
        passages: The passages; their ids are unique.
        path: The file, which is put in place when it is whole.

    Raises:
        CorpusError: Python's SQLite was built without FTS5.
    """
    with replacing(path) as unfinished, closing(sqlite3.connect(unfinished)) as connection:
        # No journal: readers see the finished file only.
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA secure_delete = OFF;")
        try:
            connection.executescript(_TABLES)
        except sqlite3.OperationalError as error:
            if "no such module" not in str(error):
                raise
            raise CorpusError(f"Documents cannot be searched: SQLite of this Python has no FTS5 ({error}).") from None
        connection.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?)", ((n, *p[:4]) for n, p in enumerate(passages))
        )
        connection.executemany(
            "INSERT INTO words (rowid, terms) VALUES (?, ?)",
            ((n, " ".join(terms_of(f"{p.heading}\n{p.text}"))) for n, p in enumerate(passages)),
        )
        connection.execute(f"PRAGMA user_version = {_FORMAT}")
        connection.commit()


def has_index(path: Path) -> bool:
    """Check that the file is there and is an index of today's format."""
    if not path.is_file():
        return False
    try:
        return _rows(path, "PRAGMA user_version") == [(_FORMAT,)]
    except sqlite3.Error:
        return False


def search(path: Path, query: str, *, limit: int = 8, source: str | None = None) -> list[CorpusPassage]:
    """The passages that fit a query best, best first; equal ones in their order.

    Args:
        path: As given to `write_index`.
        query: Words to look for; a passage needs to hold at least one. At most 50 of them count.
        limit: Most passages.
        source: Id of a source to look in; None for all.
    """
    asked = query_terms(query)[:_MOST_TERMS]
    if not asked:
        return []
    rows = _rows(
        path,
        "SELECT id, source, heading, text, -bm25(words) FROM words JOIN passages ON number = words.rowid "
        "WHERE words MATCH ? AND (? IS NULL OR source = ?) ORDER BY bm25(words), number LIMIT ?",
        # A word in quotes is text to FTS5, never an operator.
        (" OR ".join(f'"{term}"' for term in asked), source, source, limit),
    )
    return [CorpusPassage(*row) for row in rows]


def passages_of(path: Path, ids: Iterable[str]) -> list[CorpusPassage]:
    """The passages with these ids, in their order in the corpus; ids that do not exist are left out."""
    asked = list(ids)
    marks = ", ".join("?" * len(asked))
    rows = _rows(
        path,
        f"SELECT id, source, heading, text FROM passages WHERE id IN ({marks}) ORDER BY number",  # noqa: S608 - marks
        asked,
    )
    return [CorpusPassage(*row) for row in rows]


def _rows(path: Path, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
    # Immutable: no lock is taken, so that the file may lie on a read-only or a shared disk.
    address = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        return connection.execute(sql, parameters).fetchall()
