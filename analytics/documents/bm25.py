"""Search in passages by Okapi BM25, over an index that lies on disk as two Parquet files.

DuckDB's own full-text extension ranks by the same formula, but it has to be downloaded. Robertson and Zaragoza, "The
Probabilistic Relevance Framework: BM25 and Beyond" (2009), with their usual k1 = 1.2 and b = 0.75, and the weight of a
term as in Lucene, which is never negative.
"""

import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from runtime.files import replacing

K1, B = 1.2, 0.75
"""How soon further mentions of a term count less, and how much long passages are held against."""

_WORD = re.compile(r"[^\W_]+")
# Written without spaces between words, so that pairs of characters stand in for words.
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_COMMON = """
    a about after all also am an and any are as at be because been before being between both but by can could
    did do does doing done during each for from had has have having he her here his how i if in into is it its
    just may me might more most my no nor not of on one or other our out over own s same shall she should so
    some such t than that the their them then there these they this those through to too under until up very
    was we were what when where which while who whom why will with would you your
"""
STOP_WORDS = frozenset(_COMMON.split())
"""English words that say nothing about a topic; a query uses them only if it has no others."""


class Found(NamedTuple):
    """A passage.

    Attributes:
        id: Its id, such as `S3#2`.
        source: Id of its source.
        heading: The heading it stands under; may be empty.
        text: Its text.
        score: How well it fits the query; 0 where none was asked.
    """

    id: str
    source: str
    heading: str
    text: str
    score: float = 0.0


def terms_of(text: str) -> Iterator[str]:
    """The words of a text as they are compared: in one case, without accents' variants, plural and singular as one."""
    for word in _WORD.findall(unicodedata.normalize("NFKC", text).casefold()):
        if _UNSPACED.search(word):
            for run in _UNSPACED.findall(word):
                yield from (run[i : i + 2] for i in range(max(len(run) - 1, 1)))
        else:
            yield _singular(word)


def query_terms(query: str) -> list[str]:
    """The terms of a query that are worth looking for, each once."""
    terms = list(dict.fromkeys(terms_of(query)))
    return [term for term in terms if term not in STOP_WORDS] or terms


def _singular(word: str) -> str:
    """Harman's S-stemmer ("How effective is suffixing?", 1991): plural endings of English and nothing else."""
    if len(word) < 4 or not word.endswith("s"):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    return word[:-1] if not word.endswith(("us", "ss")) else word


def write_index(passages: Sequence[Found], stem: Path) -> None:
    """Write passages and the index over them as `STEM.passages.parquet` and `STEM.terms.parquet`.

    Args:
        passages: The passages; their ids are unique.
        stem: Path of both files without their endings. Each is put in place when it is whole.
    """
    import pyarrow as pa

    terms: list[str] = []
    where, counts, lengths = array("i"), array("i"), array("i")
    for number, passage in enumerate(passages):
        words = Counter(terms_of(f"{passage.heading}\n{passage.text}"))
        terms += words
        where.extend([number] * len(words))
        counts.extend(words.values())
        lengths.append(words.total())
    index = pa.table({"term": pa.array(terms, pa.string()), "passage": where, "count": counts})
    # In order of the terms, a reader skips all parts of the file but those that hold what it looks for.
    _write(index.sort_by([("term", "ascending"), ("passage", "ascending")]), _terms(stem))
    columns: dict[str, Any] = {
        name: [getattr(p, name) for p in passages] for name in ("id", "source", "heading", "text")
    }
    _write(pa.table({"passage": list(range(len(passages))), **columns, "length": lengths}), _passages(stem))


def has_index(stem: Path) -> bool:
    """Whether both files are there."""
    return _passages(stem).is_file() and _terms(stem).is_file()


def search(stem: Path, query: str, *, limit: int = 8, source: str | None = None) -> list[Found]:
    """The passages that fit a query best, best first; equal ones in their order.

    Args:
        stem: As given to `write_index`.
        query: Words to look for; a passage needs to hold at least one.
        limit: Most passages.
        source: Id of a source to look in; None for all.
    """
    return _rows(
        f"""
        WITH found AS (SELECT term, passage, count FROM read_parquet($terms) WHERE list_contains($query, term)),
        whole AS (SELECT count(*) AS passages, avg(length) AS length FROM read_parquet($passages)),
        weights AS (
            SELECT term, ln(1 + (any_value(passages) - count(*) + 0.5) / (count(*) + 0.5)) AS weight
            FROM found, whole GROUP BY term
        ),
        scores AS (
            SELECT passage, sum(
                weight * count * {K1 + 1} / (count + {K1} * (1 - {B} + {B} * p.length / whole.length))
            ) AS score
            FROM found JOIN weights USING (term) JOIN read_parquet($passages) p USING (passage), whole
            GROUP BY passage
        )
        SELECT id, source, heading, text, score FROM scores JOIN read_parquet($passages) USING (passage)
        WHERE $source IS NULL OR source = $source ORDER BY round(score, 9) DESC, passage LIMIT $limit
        """,  # noqa: S608 - constants of this module
        terms=str(_terms(stem)),
        passages=str(_passages(stem)),
        query=query_terms(query),
        source=source,
        limit=limit,
    )


def passages_of(stem: Path, ids: Iterable[str]) -> list[Found]:
    """The passages with these ids, in their order in the corpus; ids that do not exist are left out."""
    return _rows(
        "SELECT id, source, heading, text, 0.0 FROM read_parquet($passages) "
        "WHERE list_contains($ids, id) ORDER BY passage",
        passages=str(_passages(stem)),
        ids=list(ids),
    )


def _rows(sql: str, **parameters: Any) -> list[Found]:
    import duckdb

    with duckdb.connect(":memory:", config={"threads": 2}) as connection:
        return [Found(*row) for row in connection.execute(sql, parameters).fetchall()]


def _passages(stem: Path) -> Path:
    return stem.with_name(f"{stem.name}.passages.parquet")


def _terms(stem: Path) -> Path:
    return stem.with_name(f"{stem.name}.terms.parquet")


def _write(table: Any, path: Path) -> None:
    import pyarrow.parquet as pq

    with replacing(path) as unfinished:
        pq.write_table(table, unfinished, compression="zstd", row_group_size=50_000)
