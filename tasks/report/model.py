"""The report: one typed model that every rendering takes and that holds all of the run's evidence."""

import platform
import re
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from agents.outputs import AnalysisRun, Answered, Check, Evidence, Finding, ModelPart, ModelUsage, Severity, StepAnswer
from agents.outputs.claims import Claim
from analytics.reading.dataset import Dataset
from analytics.results import Anomalies, DatasetProfile
from runtime.runs.spent import Spent
from runtime.texts.safe_text import clean, shorten
from tasks.charts.draw import Chart, worst_first

HEADLINE_LENGTH = 180
_SHORTEST_HEADLINE = 30
_PACKAGES = ("analyst-flows", "prefect", "pydantic-ai-slim", "pandas", "duckdb")


class _Part(BaseModel):
    # By default an infinite or undefined float is written as null, and the file could not be read back.
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True, ser_json_inf_nan="strings")


class ReportFinding(_Part):
    """A finding with its place in the report."""

    number: int
    """1, 2, 3, … through both lists of findings, worst first."""
    statement: str
    """Statement about the data."""
    severity: Severity
    """Severity of the finding."""
    evidence: list[str]
    """Ids of the tool results that show it."""
    charts: list[str]
    """Ids of the charts that stand here: a chart stands at the worst finding that it is the best chart for."""
    see: list[str]
    """Ids of charts for it that stand elsewhere."""
    unverified: list[str]
    """Numbers of the statement that the cited evidence does not hold."""
    interpretation: list[str] = []
    """Words of the statement that give a cause which no result shows."""
    checks: list[Check] = []
    """Checked parts of the statement, each with the cell or computation that it rests on."""
    reason: str | None = None
    """Why it has this severity; null where a model chose it."""
    claims: list[Annotated[Claim, Field(discriminator="kind")]] = []
    """The statement in a form that can be computed again; only the offline model writes it."""
    model: str | None = None
    """Model that wrote it; null in a partial report, which is put together from what there is."""


class AnomalyCheck(_Part):
    """One column that was checked for unusual values."""

    evidence: str
    """Id of the tool result."""
    chart: str | None
    """Id of its chart, if there is one."""
    result: Anomalies
    """Method, threshold, counts and the worst values."""


class DataSource(_Part):
    """The data of the report."""

    name: str
    """Short name."""
    source: str
    """Source of the data, without credentials."""
    fingerprint: str
    """Digest of the content."""
    rows: int
    """Number of rows."""


class RunFacts(_Part):
    """Origin of the report: run, model and cost."""

    run_id: str
    """Id of the flow run."""
    model: str
    """Model that wrote the summary."""
    uses_language_model: bool
    """False when the rule-based offline model wrote it."""
    models: list[ModelPart] = []
    """The models of a chain, with the part that each had; empty for a run on one model."""
    usage: ModelUsage
    """Requests, tokens and price; a null price is an unknown one."""
    cached_calls: int
    """Calls answered from stored results."""
    spent: Spent | None = None
    """Spending of the run until the report was made, all attempts and failed requests included; null if unknown."""
    trace: str | None = None
    """Id of the outermost run, by which `analyst trace` shows what it did; null if no run was recorded."""
    versions: dict[str, str]
    """Versions of this project, of what it stands on, and of Python."""


class Report(_Part):
    """A data analysis ready to be read, in the order in which it is read."""

    title: str
    """The data that was analysed."""
    headline: str
    """The first sentence of the finding that answers the question, else of the worst one, shortened to fit. Findings
    with a mark are passed over."""
    severity: Severity
    """The worst severity of any finding."""
    question: str | None
    """The user's question; null for a general analysis."""
    answered: Answered | None = None
    """Answer status of the question; null when none was asked, or where a model did not say."""
    unanswered: str = ""
    """The part of the question that is not answered, and why."""
    created_at: datetime
    """When the report was made."""
    summary: str
    """For someone who reads nothing else."""
    summary_unverified: list[str]
    """Numbers of the summary that no evidence holds."""
    summary_interpretation: list[str] = []
    """Words of the summary that give a cause which no result shows."""
    steps: list[StepAnswer] = []
    """The steps of the investigation that it came from; empty for a single analysis."""
    findings: list[ReportFinding]
    """Key findings, most important first."""
    anomaly_findings: list[ReportFinding]
    """Findings about unusual values or times, worst first."""
    anomaly_checks: list[AnomalyCheck]
    """Every check for anomalies, those that flagged something first."""
    overview: DatasetProfile
    """Rows, columns and period of the data."""
    quality_notes: list[str]
    """Problems of data quality, and changes that were made to read the data."""
    recommendations: list[str]
    """Recommended next steps."""
    limitations: list[str]
    """Limits of what the data can show."""
    charts: list[Chart]
    """The charts that could be drawn, in the order in which they stand."""
    evidence: list[Evidence]
    """Every tool call of the run with its result."""
    data: DataSource
    """The data of the report."""
    run: RunFacts
    """The run that made the report."""
    stopped: str | None = None
    """Why the run ended before its time, which makes this a partial report; null for a whole one."""
    notes: list[str]
    """Parts missing from the report, such as a chart that failed."""


def build_report(
    run: AnalysisRun,
    dataset: Dataset,
    charts: Sequence[Chart],
    *,
    run_id: str,
    created_at: datetime,
    versions: dict[str, str] | None = None,
    spent: Spent | None = None,
    trace: str | None = None,
) -> Report:
    """Put a run and its charts together as a report. The same arguments give the same report.

    Args:
        run: What the agent found, with all its evidence.
        dataset: The data it was found in.
        charts: What `draw_charts` made of them.
        run_id: Id of the flow run.
        created_at: When the report is made, with its time zone.
        versions: Versions to name; those installed here if left out.
        spent: What the run has spent until now.
        trace: Id of the outermost run, if it is recorded.
    """
    analysis = run.analysis
    drawn = [chart for chart in charts if chart.svg]
    place: dict[str, str] = {}
    for chart in drawn:
        place.setdefault(chart.evidence, chart.id)
    every = [*analysis.key_findings, *analysis.anomalies]
    number = {position: order for order, (position, _) in enumerate(worst_first(run), start=1)}
    author = None if run.stopped else run.model
    numbered = [_finding(number[position], position, item, drawn, author) for position, item in enumerate(every)]
    first_anomaly = len(analysis.key_findings)
    checks = [
        AnomalyCheck(evidence=item.id, chart=place.get(item.id), result=item.result)
        for item in run.evidence
        if isinstance(item.result, Anomalies)
    ]
    profile = _profile(run, dataset)
    return Report(
        title=f"Analysis of {clean(dataset.name)}",
        headline=_headline(run, dataset),
        severity=analysis.severity,
        question=run.question,
        answered=analysis.answered if run.question else None,
        unanswered=analysis.unanswered if run.question else "",
        created_at=created_at,
        summary=analysis.summary,
        summary_unverified=analysis.unverified,
        summary_interpretation=analysis.interpretation,
        steps=run.steps,
        findings=sorted(numbered[:first_anomaly], key=lambda item: item.number),
        anomaly_findings=sorted(numbered[first_anomaly:], key=lambda item: item.number),
        anomaly_checks=sorted(checks, key=lambda check: check.result.flagged == 0),
        overview=profile,
        quality_notes=list(dict.fromkeys([*dataset.notes, *profile.notes])),
        recommendations=analysis.recommendations,
        limitations=analysis.limitations,
        charts=drawn,
        evidence=run.evidence,
        data=DataSource(name=dataset.name, source=dataset.source, fingerprint=dataset.fingerprint, rows=dataset.rows),
        run=RunFacts(
            run_id=run_id,
            model=run.model,
            uses_language_model=run.uses_language_model,
            models=run.models,
            usage=run.usage,
            cached_calls=run.cached_calls,
            versions=installed_versions() if versions is None else versions,
            spent=spent,
            trace=trace,
        ),
        stopped=run.stopped,
        notes=[chart.problem for chart in charts if chart.problem],
    )


def installed_versions() -> dict[str, str]:
    """Versions of this project, of what it stands on, and of Python, by distribution name."""
    found: dict[str, str] = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return {**found, "python": platform.python_version()}


def _finding(number: int, position: int, finding: Finding, drawn: Sequence[Chart], model: str | None) -> ReportFinding:
    return ReportFinding(
        number=number,
        statement=finding.statement,
        severity=finding.severity,
        evidence=finding.evidence,
        charts=[chart.id for chart in drawn if chart.stands_at == position],
        see=[chart.id for chart in drawn if position in chart.also],
        unverified=finding.unverified,
        interpretation=finding.interpretation,
        checks=finding.checks,
        reason=finding.reason,
        claims=finding.claims,
        model=model,
    )


def _headline(run: AnalysisRun, dataset: Dataset) -> str:
    headline = _first_sentence(run, dataset)
    return shorten(f"Partial: {headline}", HEADLINE_LENGTH) if run.stopped else headline


def _first_sentence(run: AnalysisRun, dataset: Dataset) -> str:
    # A finding as the headline would be taken for the answer.
    if run.question and run.analysis.answered == "not answered":
        return shorten(f"Not answered: {clean(run.question)}", HEADLINE_LENGTH)
    findings = worst_first(run)
    if not findings:
        return f"No findings in {shorten(clean(dataset.name), 80)}"
    # A headline carries no mark.
    held = [finding for _, finding in findings if not finding.unverified and not finding.interpretation]
    if not held:
        return f"No finding in {shorten(clean(dataset.name), 80)} is free of marks"
    if not run.question and not run.uses_language_model and run.analysis.severity == "info":
        checked = any(not isinstance(item.result, DatasetProfile) for item in run.evidence)
        return f"Nothing {'stands out' if checked else 'was checked'} in {shorten(clean(dataset.name), 80)}"
    statement = clean(held[0].statement)
    # A headline is one sentence. "Inc." ends none, nor does anything within brackets.
    for end in re.finditer(r"(?:[^\sA-Z.]{3}|\d\.\d)[.!?](?= [A-Z])", statement):
        first = statement[: end.end()]
        if len(first) >= _SHORTEST_HEADLINE and first.count("(") == first.count(")"):
            statement = first
            break
    if len(statement) > HEADLINE_LENGTH and "; " in statement[_SHORTEST_HEADLINE:HEADLINE_LENGTH]:
        return statement[: statement.rindex("; ", 0, HEADLINE_LENGTH)] + "."
    return shorten(statement, HEADLINE_LENGTH)


def _profile(run: AnalysisRun, dataset: Dataset) -> DatasetProfile:
    for item in run.evidence:
        if isinstance(item.result, DatasetProfile):
            return item.result
    from analytics import profile_dataset

    return profile_dataset(dataset.table())
