"""The report made from a run, its data and its charts."""

import platform
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

from agents.outputs import AnalysisRun, Finding
from analytics.reading.dataset import Dataset
from analytics.results import Anomalies, DatasetProfile
from runtime.runs.spent import Spent
from runtime.texts.safe_text import clean
from tasks.charts.draw import Chart, worst_first
from tasks.report.headline import headline_of
from tasks.report.model import AnomalyCheck, DataSource, Report, ReportFinding, RunFacts

_PACKAGES = ("analyst-flows", "prefect", "pydantic-ai-slim", "pandas", "duckdb")


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
        headline=headline_of(run, dataset),
        severity=analysis.severity,
        question=run.question,
        answered=analysis.answered if run.question else None,
        unanswered=analysis.unanswered if run.question else "",
        created_at=created_at,
        summary=analysis.summary,
        summary_unverified=analysis.unverified,
        summary_unread=analysis.unread,
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
        unread=finding.unread,
        interpretation=finding.interpretation,
        checks=finding.checks,
        reason=finding.reason,
        claims=finding.claims,
        model=model,
    )


def _profile(run: AnalysisRun, dataset: Dataset) -> DatasetProfile:
    for item in run.evidence:
        if isinstance(item.result, DatasetProfile):
            return item.result
    from analytics import profile_dataset

    return profile_dataset(dataset.table())
