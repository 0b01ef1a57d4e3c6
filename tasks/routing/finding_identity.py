"""Identity of a finding from day to day: what it is about, not its words and not the size of its numbers."""

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict

from agents.outputs import Evidence, Finding
from analytics.results import AnalysisResult, data_columns, prose


class Subject(BaseModel):
    """Subject of a finding."""

    model_config = ConfigDict(frozen=True)

    columns: list[str]
    """Columns, in order of the alphabet."""
    since: date | None
    """The first day it speaks of; a time that goes on keeps it."""
    thing: str | None
    """The first group or label that it names; those after it change places too easily."""

    def identity(self, dataset: str) -> str:
        """Return 32 hex digits that are the same for the same subject of the same data set."""
        since = self.since.isoformat() if self.since else None
        text = json.dumps([dataset, self.columns, since, self.thing], ensure_ascii=False)
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def subject_of(finding: Finding, evidence: Sequence[Evidence], columns: Collection[str]) -> Subject:
    """Return the subject of a finding, from the results that it cites.

    Its columns are those that the cited tools looked at. The entries that it speaks of (anomalies, groups, rows) are
    found by their names and dates in it, or else by their values, as the check of its numbers finds them.

    Args:
        finding: The finding.
        evidence: All results of the run.
        columns: The columns of the data set.
    """
    cited = [item for item in evidence if item.id in finding.evidence]
    from agents.grounding.spoken_of import spoken_of  # only findings that are routed need it

    about = spoken_of(finding.statement, cited)
    things = {name for name in about.names if _place(name, finding.statement) >= 0} - {*columns}
    return Subject(
        columns=sorted({name for item in cited for name in _columns(item.result, finding.statement, columns)}),
        since=about.days[0] if about.days else about.written,
        thing=min(things, key=lambda name: (_place(name, finding.statement), -len(name)), default=None),
    )


def _columns(result: AnalysisResult, statement: str, columns: Collection[str]) -> Iterator[str]:
    """Columns that a result is about; without any, those that the statement names in its entries, or that it names."""
    about, entries = data_columns(result, result.table())
    if about:
        yield from about
    elif entries:
        yield from (name for entry in entries if all(_in(name, statement) for name in entry) for name in entry)
    else:
        texts = [statement, *prose(result)]
        yield from (name for name in columns if any(_in(name, text) for text in texts))


def _in(name: str, text: str) -> bool:
    return _place(name, text) >= 0


def _place(name: str, text: str) -> int:
    """Return the position at which a text holds all words of a name, with any text between them; -1 if it does not."""
    words = _words(name)
    return f" {_words(text)} ".find(f" {words} ") if words else -1


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))
