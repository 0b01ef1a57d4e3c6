"""Typed hand-offs between agents and the deterministic tasks after them."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from agents.outputs.claims import Claim
from analytics.results import AnalysisResult
from runtime.models.names import plain_name

Severity = Literal["critical", "high", "medium", "low", "info"]
"""Severity of a finding, worst first."""

ModelName = Annotated[str, AfterValidator(plain_name)]
"""Name of a model as it is shown, without the interface by which it was asked; several have commas between."""

SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "info")


class _Output(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


Verdict = Literal["verified", "derived", "contradicted", "unverified", "unread", "interpretation"]
"""Outcome of the check of a sentence. verified: a result holds it. derived: it follows from rows of a result.
contradicted: a result says otherwise. unverified: no result says so. unread: a comparison that was held against no row,
so that nothing is known of it. interpretation: a cause, which no result shows."""

FLAGGED: tuple[Verdict, ...] = ("contradicted", "unverified")
"""Verdicts that a report marks as not found in the evidence."""


class Check(_Output):
    """One number, name or comparison of a statement, held against the evidence."""

    text: str
    """The words checked."""
    verdict: Verdict
    """Outcome of the check."""
    evidence: str | None = None
    """Id of the result that decided it."""
    detail: str = ""
    """The cell or computation that it rests on; for contradicted what is right."""


def _with_verdict(checks: Sequence[Check], verdict: Verdict) -> list[str]:
    return list(dict.fromkeys(check.text for check in checks if check.verdict == verdict))


class Finding(_Output):
    """One thing the data shows."""

    statement: str
    """One or two plain sentences. Every number in it must come from the evidence cited."""
    evidence: list[str]
    """Ids of the tool results that show it, such as E2."""
    severity: Severity
    """critical or high: somebody should act; medium or low: worth knowing; info: background."""
    unverified: SkipJsonSchema[list[str]] = []
    """Numbers, names and comparisons of the statement that the cited evidence does not hold or contradicts."""
    checks: SkipJsonSchema[list[Check]] = []
    """Everything in the statement that was checked, in order."""
    reason: SkipJsonSchema[str | None] = None
    """Reason for the severity, in terms of size, certainty and number of rows; null where a model chose it."""
    claims: SkipJsonSchema[list[Annotated[Claim, Field(discriminator="kind")]]] = []
    """The statement in a form that can be computed again; only the offline model writes it."""

    @property
    def interpretation(self) -> list[str]:
        """The words of the statement that give a cause which no cited result shows."""
        return _with_verdict(self.checks, "interpretation")

    @property
    def unread(self) -> list[str]:
        """The comparisons of the statement that the check could not read."""
        return _with_verdict(self.checks, "unread")


Answered = Literal["answered", "partly answered", "not answered"]
"""Degree to which a question was answered."""


class DataAnalysis(_Output):
    """The result of a data analysis."""

    answered: Answered | None = None
    """Is the question answered? Null when none was asked. Say not answered rather than answer another question."""
    unanswered: str = ""
    """The part of the question that is not answered, and why, in one sentence; empty when all of it is answered."""
    summary: str
    """Three to five sentences for someone who reads nothing else."""
    key_findings: list[Finding]
    """Most important first, at most 8."""
    anomalies: list[Finding] = []
    """Unusual values or times found by detect_anomalies, worst first, at most 8; may be empty."""
    recommendations: list[str] = []
    """Next steps: things to do or to look at, at most 5."""
    limitations: list[str] = []
    """Limits of the data: questions it cannot answer and reasons for caution, at most 5."""
    unverified: SkipJsonSchema[list[str]] = []
    """Numbers of the summary that no evidence holds."""
    checks: SkipJsonSchema[list[Check]] = []
    """Everything in the summary that was checked, in order."""

    @property
    def interpretation(self) -> list[str]:
        """The words of the summary that give a cause which no result shows."""
        return _with_verdict(self.checks, "interpretation")

    @property
    def unread(self) -> list[str]:
        """The comparisons of the summary that the check could not read."""
        return _with_verdict(self.checks, "unread")

    def in_order(self) -> list[tuple[int, Finding]]:
        """Findings in the order of a report: the answer to the question, then by severity, else as listed.

        Returns:
            Findings with their position in key findings and then anomalies.
        """
        replies = self.answered in ("answered", "partly answered") and bool(self.key_findings)
        findings = enumerate([*self.key_findings, *self.anomalies])
        return sorted(findings, key=lambda item: (not (replies and item[0] == 0), SEVERITIES.index(item[1].severity)))

    @property
    def severity(self) -> Severity:
        """The worst severity of any finding; info when there is none."""
        found = [finding.severity for finding in [*self.key_findings, *self.anomalies]]
        return min([*found, SEVERITIES[-1]], key=SEVERITIES.index)


class Evidence(_Output):
    """One tool result that findings can cite."""

    id: str
    """Short name, E1, E2, … in the order of the calls."""
    tool: str
    """Tool that was called."""
    arguments: dict[str, Any]
    """Arguments of the call."""
    result: AnalysisResult
    """The returned value."""


class ModelUsage(_Output):
    """Requests, tokens and price of an agent run."""

    requests: int = 0
    """Model requests, answered ones from earlier attempts included."""
    input_tokens: int = 0
    """Tokens sent."""
    output_tokens: int = 0
    """Tokens received."""
    usd: float | None = None
    """Price in US dollars; null when the model's price is not known."""

    def __add__(self, other: "ModelUsage") -> "ModelUsage":
        """Return the sum of both; the price is unknown if one of them is."""
        return ModelUsage(
            requests=self.requests + other.requests,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            usd=None if self.usd is None or other.usd is None else self.usd + other.usd,
        )


class ModelPart(_Output):
    """Part that one model of several had in a run."""

    model: ModelName
    """Name with its provider, or `offline`."""
    requests: int
    """Requests that it answered."""
    failed: str | None = None
    """Kind of the failure after which the next model answered; null for none."""


class StepAnswer(_Output):
    """One step of an investigation and what came of it."""

    question: str
    """Question of the step."""
    purpose: str
    """Purpose of the step: its part in answering the user's question."""
    tools: list[str]
    """Names of the tools that were planned for it."""
    answer: str | None
    """Short answer of the step's analyst; null when the step failed."""
    unverified: list[str]
    """Numbers of the answer that no evidence holds."""
    unread: list[str] = []
    """Comparisons of the answer that the check could not read."""
    evidence: list[str]
    """Ids of the step's tool results."""
    failed: str | None = None
    """Reason why there is no answer."""
    model: ModelName | None = None
    """Model that wrote the answer; null when the step failed."""


class RunOutput(_Output):
    """Facts about a run of agents beside its findings."""

    model: ModelName
    """Model that wrote the output, such as openai:gpt-5-mini or offline."""
    models: list[ModelPart] = []
    """The models of a chain in their order, with the part that each had; empty for a run on one model."""
    usage: ModelUsage
    """Requests, tokens and price of the whole run."""
    cached_calls: int
    """Model and tool calls that were answered from stored results, not made."""
    stopped: str | None = None
    """Reason why the run ended before its time, such as a budget that was spent; null for a whole run."""

    def __cache_key__(self) -> dict[str, Any]:
        """A run replayed by a retry is the same run, although more of its calls were answered from stored results."""
        return self.model_dump(exclude={"cached_calls"})


class AnalysisRun(RunOutput):
    """Everything the report needs to know about an agent's run over one data set."""

    question: str | None
    """The user's question; null for a general analysis."""
    analysis: DataAnalysis
    """The agent's analysis."""
    evidence: list[Evidence]
    """Every tool result of the run, cited or not."""
    uses_language_model: bool
    """False when the rule-based offline model wrote it."""
    steps: list[StepAnswer] = []
    """The steps of an investigation; empty for a single analysis."""
