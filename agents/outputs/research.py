"""Typed hand-offs of a research run: what was found, and what each audience is told."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from agents.outputs.analysis import Evidence, RunOutput
from analytics.documents.corpus import Skipped

AUDIENCES = ("technical", "executive", "general")
"""Readers for whom summaries are written."""


class _Output(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class KeyPoint(_Output):
    """One thing that the sources say."""

    statement: str
    """One or two plain sentences. Every number in it must come from what it cites."""
    sources: list[str]
    """Ids of the passages and results that show it, such as S3#2 or E1."""
    quote: str = ""
    """The words of a cited passage that show it, copied exactly; empty if only results such as E1 are cited."""
    unverified: SkipJsonSchema[list[str]] = []
    """Numbers or a quote that the cited sources do not hold, and ids that do not exist."""


class CitedSource(_Output):
    """A source that the findings rest on."""

    id: str
    """Id of the source, such as S3."""
    name: str
    """Path, file name or URL."""
    kind: Literal["document", "page", "dataset"]
    """Kind of source."""
    title: str = ""
    """Its title, if it has one."""


class ResearchFindings(_Output):
    """The result of a search in sources."""

    summary: str
    """Three to five sentences that answer the topic, from the key points alone."""
    key_points: list[KeyPoint]
    """Most important first, at most 10; empty if the sources say nothing about the topic."""
    open_questions: list[str]
    """Questions that the sources leave open or disagree on, at most 5."""
    sources: SkipJsonSchema[list[CitedSource]] = []
    """The sources that the key points cite."""
    unverified: SkipJsonSchema[list[str]] = []
    """Numbers of the summary that nothing cited holds."""


class AudienceSummary(_Output):
    """The summary for one audience."""

    headline: str
    """The message in one sentence."""
    text: str
    """Two to four short paragraphs with a blank line between them, without Markdown."""
    unverified: SkipJsonSchema[list[str]] = []
    """Numbers that the findings do not hold."""


class AudienceSummaries(_Output):
    """The same findings for three audiences."""

    technical: AudienceSummary
    """For people who build or run it: exact, with numbers, conditions and source ids in brackets, such as [S3#2]."""
    executive: AudienceSummary
    """For people who decide: what it means, what to do, what is uncertain."""
    general: AudienceSummary
    """For everybody else: plain words, no jargon, no ids."""


class ResearchRun(RunOutput):
    """Everything that is written down about a research run."""

    topic: str
    """Topic of the search."""
    findings: ResearchFindings
    """Findings with their sources."""
    summaries: AudienceSummaries
    """The summary for each audience."""
    evidence: list[Evidence] = Field(default_factory=list[Evidence])
    """Every result of a data tool, cited or not."""
    read: int
    """Number of sources that were searched."""
    skipped: list[Skipped] = Field(default_factory=list[Skipped])
    """Named sources that were not read, with the reasons; a part of them if there are many."""
    skipped_in_all: int = 0
    """Number of all sources that were not read."""
