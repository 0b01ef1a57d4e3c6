"""An analysis held against the evidence it cites: what is wrong in it, for the model, and marked, for the reader."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.grounding.checker import Checker, flagged
from agents.grounding.contradicted import without_contradicted
from agents.grounding.references.fill import FilledText
from agents.outputs import Check, DataAnalysis, Evidence, Finding
from agents.outputs.analysis import FLAGGED

_NO_SUMMARY = "No sentence of the summary that the model wrote is in line with the evidence."

_REFERRED = re.compile(r"\s*\(finding (\d{1,3})\)")


@dataclass(frozen=True)
class Problem:
    """Something in an analysis that the evidence does not support.

    Attributes:
        where: The part of the analysis, in words.
        finding: The finding, or None for the other parts.
        checks: What was contradicted or not found, or a comparison that could not be read.
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
        """Wrong parts, as they are written."""
        return flagged(self.checks)

    def __str__(self) -> str:
        lines = [f"no evidence is called {', '.join(self.unknown)}"] if self.unknown else []
        lines += [f"the reference {told!r} cannot be filled in: {why}" for told, why in self.unfilled.items()]
        wrong = {check.text: check.detail for check in self.checks if check.verdict == "contradicted" and check.detail}
        lines += [f"{text!r} is contradicted: {right}" for text, right in wrong.items()]
        if missing := [text for text in self.numbers if text not in wrong and text not in self.unfilled]:
            cited = ", ".join(self.finding.evidence) if self.finding else "any evidence"
            near = dict.fromkeys(c.detail for c in self.checks if c.text in missing and c.detail.startswith("E"))
            held = f" ({'; '.join(near)})" if near else ""
            lines.append(
                f"{', '.join(map(repr, missing))} not in {cited or 'evidence: it cites none'}{held}{self.hint}"
            )
        if unread := [check.text for check in self.checks if check.verdict == "unread"]:
            lines.append(f"{', '.join(map(repr, unread))} could not be checked: name the column and give the numbers")
        return f"{self.where}: {'; '.join(lines)}."


def problems_of(analysis: DataAnalysis, evidence: Sequence[Evidence]) -> list[Problem]:
    """Numbers, names, comparisons and evidence ids of an analysis that its evidence does not support."""
    checker = Checker(evidence)
    return CheckedAnalysis(analysis, checker).problems


class CheckedAnalysis:
    """An analysis with its references filled in, held against the evidence.

    Attributes:
        analysis: The analysis with numbers where references were; results that they come from are cited.
        problems: What the evidence does not support.
        checks: All checks of each finding and text, by its place.
    """

    def __init__(self, analysis: DataAnalysis, checker: Checker) -> None:
        self._checker = checker
        self._known = sorted(item.id for item in checker.evidence)
        self.problems: list[Problem] = []
        self.checks: dict[str, list[Check]] = {}
        self._findings_known = len(analysis.key_findings) + len(analysis.anomalies)
        self._passed: dict[str, list[Check]] = {}
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
        read = self._checker.checks(filled, cited)
        checks = self.checks[where] = self._checker.with_claims(read, filled.text, finding.claims, cited)
        missing = [check for check in checks if check.verdict in FLAGGED]
        if not (missing or unknown):
            self._passed[finding.statement] = checks
        if missing or unknown or _nothing_read(checks):
            holder = self._checker.holder(flagged(missing), filled.text, cited) if missing else ""
            hint = f" (but in {holder}: cite it)" if holder else ""
            missing += [check for check in checks if check.verdict == "unread"]
            self.problems.append(Problem(where, finding, missing, unknown, hint, filled.unfilled))
        return finding

    def recheck(self, text: str) -> list[Check]:
        """Hold a part of a summary against all results once more."""
        return self._of_summary(FilledText(text)) if text else []

    def _of_summary(self, filled: FilledText) -> list[Check]:
        """Checks of a summary: a finding that it repeats word for word has the verdict of the finding.

        That was held against what it cites alone; among all results, there is more that its words could mean.
        """
        found: list[Check] = []
        text = filled.text
        for statement in sorted(self._passed, key=len, reverse=True):
            if statement in text:
                text = text.replace(statement, "", 1)
                found += self._passed[statement]
        if not found or filled.references:
            return self._checker.checks(filled, self._known)
        return [*found, *(self._checker.checks(text.strip(), self._known) if text.strip() else [])]

    def _text(self, where: str, text: str) -> str:
        if not text:
            return text
        filled = self._checker.fill(text)
        if where == "summary":
            of = self._of_summary(filled)
        else:
            of = self._checker.checks(filled if filled.references else self._by_itself(filled.text), self._known)
        self.checks[where] = of
        missing = [check for check in of if check.verdict in FLAGGED]
        if where != "summary":
            missing = [check for check in missing if _states(check, proposed=where.startswith("recommendations"))]
        if missing:
            contradicted = any(check.verdict == "contradicted" for check in missing)
            told = contradicted or bool(filled.unfilled) or not where.startswith("recommendations")
            self.problems.append(Problem(where, None, missing, unfilled=filled.unfilled, told=told))
        return filled.text

    def _by_itself(self, text: str) -> str:
        """A text without the findings that it refers to: their numbers are none of the data."""
        return _REFERRED.sub(lambda match: match[0] if int(match[1]) > self._findings_known else "", text)


def _nothing_read(checks: Sequence[Check]) -> bool:
    """Return whether all that a text says is a comparison that could not be read."""
    return bool(checks) and all(check.verdict in ("unread", "interpretation") for check in checks)


def _states(check: Check, *, proposed: bool) -> bool:
    """Return whether a flagged part of advice or of a limit says something of the data, and not of what is to be done.

    Both name people and things that no result holds; advice has small numbers of its own, too: the top 10, twice a day.
    """
    number = any(character.isdigit() for character in check.text)
    if proposed:
        return number and not re.fullmatch(r"\d{1,2}", check.text.strip())
    return number or check.verdict == "contradicted"


def marked(read: CheckedAnalysis) -> DataAnalysis:
    """The analysis with what failed the check marked, whatever a model wrote into the marks itself.

    Sentences of the summary that are contradicted are left out, and the limitations say so.
    """
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

    checks = read.checks.get("summary", [])
    summary, left_out = without_contradicted(analysis.summary, checks)
    checks = read.recheck(summary) if left_out else checks
    limitations = each("limitations", note)
    if left_out:
        told = "One sentence" if left_out == 1 else f"{left_out} sentences"
        limitations.append(f"{told} of the summary left out: the evidence says otherwise.")
    return analysis.model_copy(
        update={
            "key_findings": each("key_findings", mark),
            "anomalies": each("anomalies", mark),
            "recommendations": each("recommendations", note),
            "limitations": limitations,
            "summary": summary if summary or not left_out else _NO_SUMMARY,
            "unanswered": note("unanswered", analysis.unanswered),
            "unverified": flagged(checks),
            "checks": checks,
        }
    )
