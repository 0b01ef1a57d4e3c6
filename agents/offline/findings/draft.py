"""The draft in which the parts of the offline model's analysis are collected."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from agents.memory.known import facts_in
from agents.offline.findings.chance import told_p
from agents.offline.planning.choice import Choice
from agents.outputs import SEVERITIES, Evidence, Finding, Severity
from agents.outputs.claims import Claim
from analytics.results import AnalysisResult, DatasetProfile, KnownFact

MOST_FINDINGS = 10
"""Findings of a report in all: nobody reads more."""
_MOST_ANOMALIES = 5
"""Findings about unusual values among them: more would crowd out everything else."""

ResultT = TypeVar("ResultT", bound=AnalysisResult)


@dataclass(frozen=True)
class Entry:
    """A finding with what the rest of the analysis needs to know about it.

    Attributes:
        finding: The finding.
        rank: Place among findings of the same severity, larger first.
        anomaly: It is about unusual values or times.
        advice: Sentence without its full stop on what to do about it; empty if nothing.
        topic: Column or columns that it is about.
    """

    finding: Finding
    rank: float
    anomaly: bool
    advice: str
    topic: tuple[str, ...]


@dataclass
class Draft:
    """An analysis in the making."""

    evidence: Sequence[Evidence]
    profile: DatasetProfile
    profile_id: str
    choice: Choice
    lowest_first: bool = False
    """The question asks for the lowest group, which is then told first: a headline may not have room for both."""
    entries: list[Entry] = field(default_factory=list[Entry])
    limitations: list[str] = field(default_factory=list[str])

    @cached_property
    def told_p(self) -> float:
        """Largest p-value that is told, so that of all that is told only a small share is chance."""
        return told_p(self.evidence)

    @property
    def known(self) -> dict[str, KnownFact]:
        """Facts of the memory that the run was told, by their names."""
        return facts_in(self.evidence)

    def known_left_out(self, told: Sequence[Entry]) -> list[str]:
        """Return a line for each known event that was seen and gave way to news, so that nobody thinks it was missed.

        Args:
            told: The entries that are told.
        """
        cited = {key for entry in told for key in entry.finding.evidence}
        seen = {key for entry in self.entries for key in entry.finding.evidence if key in self.known}
        return [f"Seen and left out, since {key} is known: {self.known[key].text}" for key in sorted(seen - cited)]

    def results(self, kind: type[ResultT]) -> list[tuple[str, ResultT]]:
        """Results of one kind with their ids."""
        return [(item.id, item.result) for item in self.evidence if isinstance(item.result, kind)]

    def say(
        self,
        statement: str,
        evidence: Sequence[str],
        severity: Severity,
        *,
        claims: Sequence[Claim],
        reason: str,
        topic: Sequence[str],
        rank: float = 0.0,
        anomaly: bool = False,
        advice: str = "",
    ) -> None:
        """Add a finding.

        Args:
            statement: One or two sentences.
            evidence: Ids of the results that show it.
            severity: How much it matters.
            claims: All that the statement says, in a form that can be computed again.
            reason: Why it has this severity.
            topic: Columns that it is about.
            rank: Place among findings of the same severity, larger first.
            anomaly: It is about unusual values or times.
            advice: Sentence without its full stop on what to do about it.
        """
        finding = Finding(
            statement=statement,
            evidence=list(dict.fromkeys(evidence)),
            severity=severity,
            reason=reason,
            claims=list(claims),
        )
        self.entries.append(Entry(finding, rank, anomaly, advice, tuple(topic)))

    def ranked(self) -> list[Entry]:
        """The entries in the order of a report, without those that repeat an earlier statement; at most ten."""
        order = sorted(
            self.entries, key=lambda each: (SEVERITIES.index(each.finding.severity), each.anomaly, -each.rank)
        )
        unique = {entry.finding.statement: entry for entry in reversed(order)}
        order = [entry for entry in order if unique[entry.finding.statement] is entry]
        anomalies = [entry for entry in order if entry.anomaly][:_MOST_ANOMALIES]
        return [entry for entry in order if not entry.anomaly or entry in anomalies][:MOST_FINDINGS]
