"""The output check: what an analysis says is held against the evidence it cites, and the model is asked to mend it."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_ai import ModelRetry, RunContext

from agents.grounding.checks.checking import FLAGGED, checks_of
from agents.grounding.evidence_ids import EvidenceIds, collect_evidence, ordinal, times_asked
from agents.grounding.references.fill import FilledText, fill
from agents.grounding.references.verdicts import with_references
from agents.grounding.tables.cells import Table
from agents.grounding.tables.prose import Prose, prose_of
from agents.grounding.tables.tables import names_in, tables_of
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
        finding: The finding, or None for the other parts.
        checks: What was contradicted or not found.
        unknown: Evidence ids that do not exist.
        hint: Where it is, if other evidence holds it.
        unfilled: References that mean no cell, without their braces, with the reason.
        told: The model is asked to mend it; otherwise it is only marked.
    """

    where: str
    finding: Finding | None
    checks: list[Check]
    unknown: list[str] = field(default_factory=list[str])
    hint: str = ""
    unfilled: Mapping[str, str] = field(default_factory=dict[str, str])
    told: bool = True

    @property
    def numbers(self) -> list[str]:
        """What is wrong, as it is written."""
        return _flagged(self.checks)

    def __str__(self) -> str:
        lines = [f"no evidence is called {', '.join(self.unknown)}"] if self.unknown else []
        lines += [f"the reference {told!r} cannot be filled in: {why}" for told, why in self.unfilled.items()]
        wrong = {check.text: check.detail for check in self.checks if check.verdict == "contradicted" and check.detail}
        lines += [f"{text!r} is contradicted: {right}" for text, right in wrong.items()]
        if missing := [text for text in self.numbers if text not in wrong and text not in self.unfilled]:
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
        names = {*names_in(evidence), *(text for one in self._prose.values() for text in (*one.names, *one.texts))}
        self._braced = [name for name in names if "{" in name]

    def fill(self, text: str) -> FilledText:
        """Replace the references of a text by the numbers that they mean."""
        return fill(text, self._tables, self._braced) if "{" in text else FilledText(text)

    def checks(self, statement: str | FilledText, ids: Collection[str]) -> list[Check]:
        """Hold a statement against the results with these ids; names of the others are known."""
        if isinstance(statement, FilledText):
            return with_references(self.checks(statement.text, ids), statement, self._tables)
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
    """What the evidence does not support: numbers, names, comparisons and evidence ids of an analysis."""
    checker = Checker(evidence)
    return _Read(analysis, checker).problems


class _Read:
    """An analysis with its references filled in, held against the evidence.

    Attributes:
        analysis: The analysis with numbers where references were; results that they come from are cited.
        problems: What the evidence does not support.
        checks: All checks of each finding, by its place.
    """

    def __init__(self, analysis: DataAnalysis, checker: Checker) -> None:
        self._checker = checker
        self._known = sorted(item.id for item in checker.evidence)
        self.problems: list[Problem] = []
        self.checks: dict[str, list[Check]] = {}
        self.analysis = analysis.model_copy(
            update={
                **{part: self._findings(part, getattr(analysis, part)) for part in ("key_findings", "anomalies")},
                "summary": self._text("summary", analysis.summary),
                "unanswered": self._text("unanswered", analysis.unanswered),
                **{
                    part: [self._text(f"{part}, number {n}", text) for n, text in enumerate(getattr(analysis, part), 1)]
                    for part in ("recommendations", "limitations")
                },
            }
        )

    def _findings(self, part: str, findings: Sequence[Finding]) -> list[Finding]:
        return [self._finding(f"{part}, number {number}", finding) for number, finding in enumerate(findings, start=1)]

    def _finding(self, where: str, finding: Finding) -> Finding:
        filled = self._checker.fill(finding.statement)
        ids = list(dict.fromkeys([*finding.evidence, *filled.evidence]))
        finding = finding.model_copy(update={"statement": filled.text, "evidence": ids})
        unknown = [cited for cited in ids if cited not in self._known]
        cited = [cited for cited in ids if cited in self._known]
        checks = self.checks[where] = self._checker.checks(filled, cited)
        missing = [check for check in checks if check.verdict in FLAGGED]
        if missing or unknown:
            holder = self._checker.holder(_flagged(missing), filled.text, cited) if missing else ""
            hint = f" (but in {holder}: cite it)" if holder else ""
            self.problems.append(Problem(where, finding, missing, unknown, hint, filled.unfilled))
        return finding

    def _text(self, where: str, text: str) -> str:
        filled = self._checker.fill(text)
        checks = self._checker.checks(filled, self._known)
        missing = [check for check in checks if check.verdict in FLAGGED]
        if where != "summary":
            missing = [check for check in missing if _states(check, proposed=where.startswith("recommendations"))]
        if missing:
            contradicted = any(check.verdict == "contradicted" for check in missing)
            told = contradicted or bool(filled.unfilled) or not where.startswith("recommendations")
            self.problems.append(Problem(where, None, missing, unfilled=filled.unfilled, told=told))
        return filled.text


def _states(check: Check, *, proposed: bool) -> bool:
    """Return whether a flagged part of advice or of a limit says something of the data, and not of what is to be done.

    Both name people and things that no result holds; advice has small numbers of its own, too: the top 10, twice a day.
    """
    number = any(character.isdigit() for character in check.text)
    if proposed:
        return number and not re.fullmatch(r"\d{1,2}", check.text.strip())
    return number or check.verdict == "contradicted"


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
    read = _Read(_with_plain_ids(analysis), Checker(evidence))
    asked = [problem for problem in read.problems if problem.told]
    if asked and times_asked(ctx.messages, _ASK) < MOST_ASKS and ctx.retry < ctx.max_retries:
        listed = "\n".join(f"- {problem}" for problem in asked)
        raise ModelRetry(f"{_ASK}\n{listed}\nCite the evidence that holds it, correct it, or leave it out.")
    return _marked(read)


def _with_plain_ids(analysis: DataAnalysis) -> DataAnalysis:
    """Read `[E2]`, `e2` and `E2, E3` as they are meant."""

    def plain(finding: Finding) -> Finding:
        ids = [
            f"E{number}" for cited in finding.evidence for number in re.findall(r"\bE ?(\d+)\b", cited, re.IGNORECASE)
        ]
        return finding.model_copy(update={"evidence": list(dict.fromkeys(ids)) or finding.evidence})

    key_findings, anomalies = (list(map(plain, part)) for part in (analysis.key_findings, analysis.anomalies))
    return analysis.model_copy(update={"key_findings": key_findings, "anomalies": anomalies})


def _marked(read: _Read) -> DataAnalysis:
    """The analysis with what failed the check marked, whatever a model wrote into the marks itself."""
    analysis, wrong = read.analysis, {problem.where: problem for problem in read.problems}

    def mark(where: str, finding: Finding) -> Finding:
        problem = wrong.get(where)
        known = [cited for cited in finding.evidence if problem is None or cited not in problem.unknown]
        return finding.model_copy(
            update={
                "unverified": problem.numbers if problem else [],
                "checks": read.checks[where],
                "evidence": known,
            }
        )

    def note(where: str, text: str) -> str:
        problem = wrong.get(where)
        return f"{text} (not found in the evidence: {', '.join(problem.numbers)})" if problem else text

    def each(part: str, change: Callable[[str, Any], Any]) -> list[Any]:
        return [change(f"{part}, number {number}", item) for number, item in enumerate(getattr(analysis, part), 1)]

    summary = wrong.get("summary")
    return analysis.model_copy(
        update={
            "key_findings": each("key_findings", mark),
            "anomalies": each("anomalies", mark),
            "recommendations": each("recommendations", note),
            "limitations": each("limitations", note),
            "unanswered": note("unanswered", analysis.unanswered),
            "unverified": summary.numbers if summary else [],
        }
    )
