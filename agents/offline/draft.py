"""What the parts of the offline model's analysis are collected in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from agents.offline.plan import Choice
from agents.outputs import Evidence, Finding, Severity
from analytics.results import AnalysisResult, DatasetProfile

MOST_FINDINGS = 8

ResultT = TypeVar("ResultT", bound=AnalysisResult)


@dataclass
class Draft:
    """An analysis in the making."""

    evidence: Sequence[Evidence]
    profile: DatasetProfile
    profile_id: str
    choice: Choice
    findings: list[Finding] = field(default_factory=list[Finding])
    anomalies: list[tuple[float, Finding]] = field(default_factory=list[tuple[float, Finding]])
    headlines: list[str] = field(default_factory=list[str])
    recommendations: list[str] = field(default_factory=list[str])
    limitations: list[str] = field(default_factory=list[str])

    def results(self, kind: type[ResultT]) -> list[tuple[str, ResultT]]:
        """Results of one kind with their ids."""
        return [(item.id, item.result) for item in self.evidence if isinstance(item.result, kind)]

    def say(self, statement: str, evidence: Sequence[str], severity: Severity) -> Finding:
        """Add a finding."""
        finding = Finding(statement=statement, evidence=list(dict.fromkeys(evidence)), severity=severity)
        self.findings.append(finding)
        return finding
