"""The researcher's tools: search and read on in documents, and the analyst's tools on any of several data sets.

They read snapshots and nothing else: no path or address that a model names is ever opened.
"""

import re
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator
from pydantic_ai import ModelRetry, RunContext
from pydantic_ai.toolsets import FunctionToolset

from agents.toolsets import data_tools
from agents.toolsets.deps import AnalystDeps, ResearchDeps
from agents.toolsets.guard import guarded
from analytics.documents.corpus import Source
from analytics.documents.index import CorpusPassage
from analytics.results import DatasetProfile, GroupComparison, QueryResult, Statistics

MOST_FOUND = 6
"""Passages that a search returns."""

_READ = 8
"""Passages that are read at once."""
_LONGEST_NUMBER = 10
"""Digits from which a number is no number of a passage; Python refuses to read very long ones."""
_NOT_AN_ID = {"", "null", "none", "all"}


class PassageShown(BaseModel):
    """A passage as the model sees it."""

    id: str
    document: str
    heading: str
    text: str


class Passages(BaseModel):
    """Passages as the model sees them, and how to go on."""

    passages: list[PassageShown]
    note: str


def _optional(value: object) -> object:
    """Small models write `"null"` or `""` for a left-out argument."""
    return None if isinstance(value, str) and value.strip().lower() in _NOT_AN_ID else value


def search_documents(
    ctx: RunContext[ResearchDeps], query: str, source: Annotated[str | None, BeforeValidator(_optional)] = None
) -> Passages:
    """Find the passages that hold words best. Search several times, with other words for the same thing.

    Args:
        ctx: The run.
        query: A few words to look for.
        source: Id of one document to look in, such as S3; all when left out.
    """
    inside = _document(ctx, source).id if source else None
    found = guarded(ctx.deps.corpus.search, query, limit=MOST_FOUND, source=inside)
    note = "read_passages shows what comes after a passage." if found else "Nothing holds these words: try others."
    return _shown(ctx, found, note)


def read_passages(ctx: RunContext[ResearchDeps], start: str) -> Passages:
    """Read on in a document.

    Args:
        ctx: The run.
        start: Id of the first passage to read, such as S3#2.
    """
    source, _, number = start.partition("#")
    document = _document(ctx, source)
    first = int(number) if number.strip().isdecimal() and len(number) < _LONGEST_NUMBER else 1
    if not 1 <= first <= document.passages:
        raise ModelRetry(f"{document.id} has passages {document.id}#1 to {document.id}#{document.passages}.")
    ids = [f"{document.id}#{n}" for n in range(first, min(first + _READ, document.passages + 1))]
    more = first + _READ <= document.passages
    note = f"It goes on with {document.id}#{first + _READ}." if more else "The document ends here."
    return _shown(ctx, ctx.deps.corpus.passages(ids), note)


def profile_dataset(ctx: RunContext[ResearchDeps], source: str) -> DatasetProfile:
    """Show rows, period and columns of a data set. Call this before the other tools on it.

    Args:
        ctx: The run.
        source: Id of a data set, such as S4.
    """
    return data_tools.profile_dataset(_of(ctx, source))


def calculate_statistics(ctx: RunContext[ResearchDeps], source: str, column: str) -> Statistics:
    """Total, mean, spread and percentiles of one number column.

    Args:
        ctx: The run.
        source: Id of a data set.
        column: Number column.
    """
    return data_tools.calculate_statistics(_of(ctx, source), column)


def compare_groups(
    ctx: RunContext[ResearchDeps],
    source: str,
    column: str,
    by: str,
    sort_by: Literal["mean", "median", "total"] = "mean",
) -> GroupComparison:
    """Compare a number column between the values of a category.

    Args:
        ctx: The run.
        source: Id of a data set.
        column: Number column.
        by: Category column.
        sort_by: What the groups are sorted by, highest first.
    """
    return data_tools.compare_groups(_of(ctx, source), column, by, sort_by)


def query(ctx: RunContext[ResearchDeps], source: str, sql: str) -> QueryResult:
    """Run one SQL SELECT (DuckDB) on a data set, which is the table `data`. Group and limit it: few rows are shown.

    Args:
        ctx: The run.
        source: Id of a data set.
        sql: The statement.
    """
    return data_tools.query(_of(ctx, source), sql)


document_tools: FunctionToolset[ResearchDeps] = FunctionToolset([search_documents, read_passages], id="documents")
"""Tools over text; the id names their steps, so it must not change."""

table_tools: FunctionToolset[ResearchDeps] = FunctionToolset(
    # Named like the analyst's, so that their results are evidence with the same ids and checks.
    [profile_dataset, calculate_statistics, compare_groups, query],
    id="tables",
)
"""Tools over data sets; the id names their steps, so it must not change."""


def _shown(ctx: RunContext[ResearchDeps], found: list[CorpusPassage], note: str) -> Passages:
    names = {source.id: source.name for source in ctx.deps.corpus.sources}
    shown = [PassageShown(id=p.id, document=names[p.source], heading=p.heading, text=p.text) for p in found]
    return Passages(passages=shown, note=note)


def _document(ctx: RunContext[ResearchDeps], name: str) -> Source:
    return _meant(name, ctx.deps.corpus.documents, "document")


def _of(ctx: RunContext[ResearchDeps], name: str) -> RunContext[AnalystDeps]:
    """Return the run's context for the analyst's tools, with one data set under analysis."""
    dataset = _meant(name, ctx.deps.corpus.datasets, "data set").dataset
    assert dataset is not None  # noqa: S101 - `datasets` are the sources that have one
    return replace(ctx, deps=AnalystDeps(dataset=dataset))  # pyright: ignore[reportArgumentType, reportReturnType] - other deps, other type


def _meant(name: str, sources: list[Source], kind: str) -> Source:
    """The source with this id or name, which may be written like `s3`, `[S3]` or `S3#2`."""
    plain = name.strip().strip("[]\"'")
    number = re.match(r"S\s?(\d+)\b", plain, re.IGNORECASE)
    for source in sources:
        if (number and source.id == f"S{number[1]}") or plain.casefold() == source.name.casefold():
            return source
    known = ", ".join(source.id for source in sources[:40])
    raise ModelRetry(f"{plain[:80]!r} is no {kind}. The {kind}s are {known}.")
