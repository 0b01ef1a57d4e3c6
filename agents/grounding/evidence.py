"""The output check: what an analysis says is held against the evidence it cites, and the model is asked to mend it."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_ai import ModelRetry, RunContext

from agents.grounding.checks.checking import FLAGGED, checks_of
from agents.grounding.evidence_ids import EvidenceIds, collect_evidence, ordinal, times_asked
from agents.grounding.tables.cells import Table
from agents.grounding.tables.prose import Prose, prose_of
from agents.grounding.tables.tables import tables_of
from agents.outputs import Check, DataAnalysis, Evidence, Finding
from agents.toolsets.deps import AnalystDeps

__all__ = [
    "EvidenceIds",
    "Problem",
    "check_evidence",
    "checked",
    "collect_evidence",
    "ordinal",
    "problems_of",
    "times_asked",
    "unsupported_numbers",
]

MOST_ASKS = 2
"""How often a model is asked to mend what its evidence does not support before it is marked instead."""

_ASK = "Some of it is not what the evidence cited says:"


def unsupported_numbers(statement: str, evidence: Sequence[Evidence], names: Collection[str] = ()) -> list[str]:
    """Numbers, names and comparisons of a statement that its evidence does not hold or contradicts, as written.

    Each number is bound to what it is about: entry, time, column and aggregate. Rounding to the digits written is
    understood, and percentages (12.3 % for 0.123), k, million and billion, `drop of 5` for -5, and bounds. Differences,
    ratios, shares, sums, ranks and counts are computed again from the rows, where the sentence says that it is one.

    Args:
        statement: Prose.
        evidence: The results that it cites.
        names: Further names whose digits are no numbers, such as columns of other results.
    """
    return _flagged(checks_of(statement, tables_of(evidence), prose_of(evidence), names=names))


def _flagged(checks: Sequence[Check]) -> list[str]:
    return list(dict.fromkeys(check.text for check in checks if check.verdict in FLAGGED))


@dataclass(frozen=True)
class Problem:
    """Something in an analysis that the evidence does not support.

    Attributes:
        where: The part of the analysis, in words.
        finding: The finding, or None for the summary.
        checks: What was contradicted or not found.
        unknown: Evidence ids that do not exist.
        hint: Where it is, if other evidence holds it.
    """

    where: str
    finding: Finding | None
    checks: list[Check]
    unknown: list[str] = field(default_factory=list[str])
    hint: str = ""

    @property
    def numbers(self) -> list[str]:
        """What is wrong, as it is written."""
        return _flagged(self.checks)

    def __str__(self) -> str:
        lines = [f"no evidence is called {', '.join(self.unknown)}"] if self.unknown else []
        wrong = {check.text: check.detail for check in self.checks if check.verdict == "contradicted" and check.detail}
        lines += [f"{text!r} is contradicted: {right}" for text, right in wrong.items()]
        if missing := [text for text in self.numbers if text not in wrong]:
            cited = ", ".join(self.finding.evidence) if self.finding else "any evidence"
            lines.append(f"{', '.join(map(repr, missing))} not in {cited or 'evidence: it cites none'}{self.hint}")
        return f"{self.where}: {'; '.join(lines)}."


class Checker:
    """Evidence of a run, read once, to hold statements against."""

    def __init__(self, evidence: Sequence[Evidence]) -> None:
        self.evidence = evidence
        self._tables: dict[str, list[Table]] = {item.id: tables_of([item]) for item in evidence}
        self._prose: dict[str, Prose] = {item.id: prose_of([item]) for item in evidence}
        self._every = [table for tables in self._tables.values() for table in tables]

    def checks(self, statement: str, ids: Collection[str]) -> list[Check]:
        """Hold a statement against the results with these ids; names of the others are known."""
        cited = [table for id_ in ids for table in self._tables.get(id_, ())]
        own = Prose()
        for id_, prose in self._prose.items():
            if id_ in ids:
                own = own.joined(prose)
            else:
                own.texts += prose.texts
                own.names += prose.names
                own.spans += prose.spans
        return checks_of(statement, cited, own, self._every)

    def holder(self, texts: Sequence[str], statement: str, ids: Collection[str]) -> str:
        """The id of one further result that, cited as well, would support what is missing; empty if there is none."""
        for item in self.evidence:
            if item.id not in ids and not set(_flagged(self.checks(statement, [*ids, item.id]))) & set(texts):
                return item.id
        return ""


def problems_of(analysis: DataAnalysis, evidence: Sequence[Evidence]) -> list[Problem]:
    """What the evidence does not support: numbers, names, comparisons and evidence ids of findings and summary."""
    return _problems(analysis, Checker(evidence))[0]


def _problems(analysis: DataAnalysis, checker: Checker) -> tuple[list[Problem], dict[int, list[Check]]]:
    """The problems, and all checks by the identity of the finding."""
    known = {item.id for item in checker.evidence}
    problems: list[Problem] = []
    every: dict[int, list[Check]] = {}
    for title, findings in (("key_findings", analysis.key_findings), ("anomalies", analysis.anomalies)):
        for number, finding in enumerate(findings, start=1):
            unknown = [cited for cited in finding.evidence if cited not in known]
            cited = [cited for cited in finding.evidence if cited in known]
            checks = every[id(finding)] = checker.checks(finding.statement, cited)
            missing = [check for check in checks if check.verdict in FLAGGED]
            if missing or unknown:
                holder = checker.holder(_flagged(missing), finding.statement, cited) if missing else ""
                hint = f" (but in {holder}: cite it)" if holder else ""
                problems.append(Problem(f"{title}, number {number}", finding, missing, unknown, hint))
    summary = checker.checks(analysis.summary, sorted(known))
    if missing := [check for check in summary if check.verdict in FLAGGED]:
        problems.append(Problem("summary", None, missing))
    return problems, every


def check_evidence(ctx: RunContext[AnalystDeps], analysis: DataAnalysis) -> DataAnalysis:
    """Output validator: have unsupported numbers put right, at most twice, then mark them.

    Raises:
        ModelRetry: Naming each finding, the numbers and what it cites.
    """
    return checked(ctx, analysis, collect_evidence(ctx.messages))


def checked(ctx: RunContext[Any], analysis: DataAnalysis, evidence: Sequence[Evidence]) -> DataAnalysis:
    """`check_evidence` for an agent whose evidence is not all its own.

    Args:
        ctx: The run that wrote the analysis.
        analysis: What to check.
        evidence: All that it may cite.

    Raises:
        ModelRetry: As `check_evidence`.
    """
    analysis = _with_plain_ids(analysis)
    problems, checks = _problems(analysis, Checker(evidence))
    if problems and times_asked(ctx.messages, _ASK) < MOST_ASKS and ctx.retry < ctx.max_retries:
        listed = "\n".join(f"- {problem}" for problem in problems)
        raise ModelRetry(f"{_ASK}\n{listed}\nCite the evidence that holds it, correct it, or leave it out.")
    return _marked(analysis, problems, checks)


def _with_plain_ids(analysis: DataAnalysis) -> DataAnalysis:
    """Read `[E2]`, `e2` and `E2, E3` as they are meant."""

    def plain(finding: Finding) -> Finding:
        ids = [
            f"E{number}" for cited in finding.evidence for number in re.findall(r"\bE ?(\d+)\b", cited, re.IGNORECASE)
        ]
        return finding.model_copy(update={"evidence": list(dict.fromkeys(ids)) or finding.evidence})

    key_findings, anomalies = (list(map(plain, part)) for part in (analysis.key_findings, analysis.anomalies))
    return analysis.model_copy(update={"key_findings": key_findings, "anomalies": anomalies})


def _marked(analysis: DataAnalysis, problems: Sequence[Problem], checks: Mapping[int, list[Check]]) -> DataAnalysis:
    """The analysis with what failed the check in `unverified`, whatever a model wrote there itself."""
    wrong = {id(problem.finding): problem for problem in problems}

    def mark(finding: Finding) -> Finding:
        problem = wrong.get(id(finding))
        known = [cited for cited in finding.evidence if problem is None or cited not in problem.unknown]
        return finding.model_copy(
            update={
                "unverified": problem.numbers if problem else [],
                "checks": checks.get(id(finding), []),
                "evidence": known,
            }
        )

    summary = wrong.get(id(None))
    return analysis.model_copy(
        update={
            "key_findings": [mark(finding) for finding in analysis.key_findings],
            "anomalies": [mark(finding) for finding in analysis.anomalies],
            "unverified": summary.numbers if summary else [],
        }
    )
