"""Facts of the memory that a run was told: what was known before it."""

from datetime import datetime, time, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from analytics.results.base import AnalysisResult, Result
from analytics.results.marks import Internal, Prose
from analytics.results.table import ResultColumn, ResultTable


class KnownFact(AnalysisResult, frozen=True):
    """One fact of the memory. Findings cite it by its name, such as M3."""

    kind: Literal["known fact"] = "known fact"
    name: Annotated[str, Internal()]
    """Name of the fact in the memory."""
    about: Literal["property", "event", "incident"]
    """Kind of fact."""
    text: Annotated[str, Prose()]
    """The fact in one sentence."""
    subject: str = ""
    """Person or thing that it is about."""
    column: str | None = None
    """Column that it is about; null for any."""
    valid_from: datetime | None = None
    """First moment at which it holds; null for ever before."""
    valid_until: datetime | None = None
    """First moment at which it does not hold any more; null for until further notice."""
    source: str
    """Person, or run and evidence, that the fact comes from."""
    contradicts: list[str] = Field(default_factory=list[str])
    """Names of other facts on the subject that hold at the same time."""
    version: Annotated[int, Internal()] = 1
    """Version of the fact that the run was told."""

    def covers(self, start: datetime, end: datetime) -> bool:
        """Return whether this is an event whose period has all of the time from `start` until before `end`."""
        if self.about != "event" or self.valid_from is None or self.valid_until is None:
            return False
        return self.valid_from <= start and end <= self.valid_until

    def table(self) -> ResultTable:
        """The fact in one row, with its source."""
        headings = ("Known", "From", "Until", "Source", "Contradicts")
        until = self.valid_until
        if until is not None and until.time() == time():  # as people say it: until the last day
            until -= timedelta(days=1)
        cells = (self.text, self.valid_from, until, self.source, ", ".join(self.contradicts) or None)
        shown = [(heading, cell) for heading, cell in zip(headings, cells, strict=True) if cell is not None]
        return ResultTable(
            columns=[ResultColumn(heading, "time" if heading in ("From", "Until") else "cell") for heading, _ in shown],
            rows=[[cell for _, cell in shown]],
            in_all=1,
        )


class KnownFacts(Result, frozen=True):
    """Facts of the memory, those on one subject together, newest first."""

    facts: list[KnownFact]
    """The facts."""
    note: str
    """Advice on their use."""

    def compact(self) -> dict[str, Any]:
        """The short form that a model sees."""
        every = [
            {"fact": fact.name, **fact.model_dump(mode="json", exclude={"kind", "name", "version"}, exclude_none=True)}
            for fact in self.facts
        ]
        shown = [{key: value for key, value in one.items() if value not in ("", [])} for one in every]
        return {"facts": shown, "note": self.note}
