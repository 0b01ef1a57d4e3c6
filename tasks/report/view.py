"""A report in words: every number, time and table formatted once, and the templates only lay them out.

All strings in a view are plain text. Escaping is each rendering's own: it differs between HTML, Markdown and Typst.
"""

import json
from collections.abc import Sequence
from datetime import UTC

from pydantic import BaseModel

from agents.outputs import Check, Evidence, StepAnswer
from agents.outputs.origin import origin_in_words
from runtime.budget import in_dollars
from runtime.texts.safe_text import clean, shorten
from tasks.report.model import AnomalyCheck, Report, ReportFinding
from tasks.report.overview import overview_line, overview_table, period_text
from tasks.report.tables import IN_OWN_SECTION, ReportTable, result_table
from tasks.text import format_time

LONGEST_TEXT = 3_000
"""Most characters of a text from the data or a model."""
LONGEST_SQL = 4_000
"""Most characters of a statement."""
MOST_WORST = 10
"""Most unusual values in the table of a check."""
CUT = "… (cut; the JSON file has the whole text)"
PARTIAL = "This report is partial: the run ended before its time."
OFFLINE_AT_LAST = "Every number comes from the tools listed in the appendix."

OFFLINE = (
    "No language model was used. Fixed rules chose the checks and worded the findings; every number comes from the "
    "tools listed in the appendix."
)


class Fact(BaseModel):
    """A label and its value."""

    label: str
    value: str


class ChartView(BaseModel):
    """A figure."""

    id: str
    label: str
    title: str
    alt: str


class FindingView(BaseModel):
    """A finding."""

    number: int
    statement: str
    severity: str
    evidence: list[str]
    charts: list[ChartView]
    see: list[str]
    unverified: str
    unread: str
    interpretation: str


class StepView(BaseModel):
    """One step of an investigation."""

    number: int
    question: str
    purpose: str
    answer: str
    unverified: str
    unread: str
    failed: str
    evidence: list[str]


class CheckView(BaseModel):
    """One column's check for anomalies."""

    evidence: str
    column: str
    outcome: str
    description: str
    figure: str
    table: ReportTable | None


class CallView(BaseModel):
    """One tool call of the appendix."""

    id: str
    tool: str
    arguments: str
    sql: str
    table: ReportTable | None


class ReportView(BaseModel):
    """All texts of a report."""

    title: str
    kicker: str
    headline: str
    severity: str
    question: str
    answered: str
    unanswered: str
    created: str
    summary: list[str]
    summary_unverified: str
    summary_unread: str
    summary_interpretation: str
    offline: str
    stopped: str
    facts: list[Fact]
    findings: list[FindingView]
    steps: list[StepView]
    checks: list[CheckView]
    quiet_checks: str
    overview: ReportTable
    overview_line: str
    quality_notes: list[str]
    recommendations: list[str]
    limitations: list[str]
    calls: list[CallView]
    provenance: list[Fact]
    notes: list[str]


def view_report(
    report: Report, *, without: frozenset[str] = frozenset(), results: bool = True, notes: tuple[str, ...] = ()
) -> ReportView:
    """Put a report into words.

    Args:
        report: The report.
        without: Ids of charts to leave out.
        results: Whether the appendix shows the tools' results, not only their calls.
        notes: More notes about what is missing.
    """
    charts = {
        chart.id: ChartView(id=chart.id, label=f"Figure {chart.id[1:]}", title=_text(chart.title), alt=_text(chart.alt))
        for chart in report.charts
        if chart.id not in without
    }
    checks = [check for check in report.anomaly_checks if check.result.flagged]
    return ReportView(
        title=_text(report.title),
        kicker=shorten(clean(report.data.name), 80),
        headline=_text(report.headline),
        severity=report.severity,
        question=_text(report.question),
        answered=_text((report.answered or "").capitalize()),
        # The offline model says it in its summary as well.
        unanswered="" if report.unanswered in report.summary else _text(report.unanswered),
        created=format_time(report.created_at.astimezone(UTC).replace(second=0, microsecond=0)),
        summary=[line for line in map(str.strip, _text(report.summary).splitlines()) if line],
        summary_unverified=_list(report.summary_unverified),
        summary_unread=_list(report.summary_unread),
        summary_interpretation=_list(report.summary_interpretation),
        offline=_origin(report),
        stopped=_text(f"{PARTIAL} {report.stopped}") if report.stopped else "",
        facts=_facts(report),
        findings=[_finding(item, charts) for item in all_findings(report)],
        steps=[_step(number, step) for number, step in enumerate(report.steps, 1)],
        checks=[_check(check, charts) for check in checks],
        quiet_checks=_quiet(report.anomaly_checks),
        overview=overview_table(report.overview),
        overview_line=overview_line(report.overview),
        quality_notes=[_text(note) for note in report.quality_notes],
        recommendations=[_text(item) for item in report.recommendations],
        limitations=[_text(item) for item in report.limitations],
        calls=[_call(item, results=results) for item in report.evidence],
        provenance=_provenance(report),
        notes=[_text(note) for note in (*report.notes, *notes)],
    )


def all_findings(report: Report) -> list[ReportFinding]:
    """Return findings of both lists in the order of their numbers: the worst first, be it an anomaly or not."""
    return sorted([*report.findings, *report.anomaly_findings], key=lambda item: item.number)


def _cost(usd: float | None) -> str:
    return "unknown" if usd is None else in_dollars(usd)


def _origin(report: Report) -> str:
    """Note on what wrote the report, where that is not the language model that it was meant for."""
    said = [origin_in_words(report.run.model, report.run.models)]
    said += [] if report.run.uses_language_model else [OFFLINE if not said[0] else OFFLINE_AT_LAST]
    return clean(" ".join(filter(None, said)), 600)


def _text(value: str | None) -> str:
    text = clean(value)
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT].rstrip() + CUT


def _list(values: list[str]) -> str:
    return ", ".join(clean(value, 40) for value in values[:20])


def _marks(texts: list[str], checks: Sequence[Check]) -> str:
    """Texts that were not found, with the evidence's own value where it says otherwise."""
    right = {check.text: check.detail.split("; ")[0] for check in checks if check.verdict == "contradicted"}
    told = [f"{clean(text, 40)} ({clean(right[text], 120)})" if right.get(text) else clean(text, 40) for text in texts]
    return ", ".join(told[:20])


def _facts(report: Report) -> list[Fact]:
    facts = [
        Fact(label="Rows", value=f"{report.data.rows:,}"),
        Fact(label="Columns", value=f"{len(report.overview.columns):,}"),
        Fact(label="Period", value=period_text(report.overview)),
        Fact(label="Model", value=clean(report.run.model, 60)),
        Fact(label="Cost", value=_cost(report.run.usage.usd)),
    ]
    return [fact for fact in facts if fact.value]


def _finding(finding: ReportFinding, charts: dict[str, ChartView]) -> FindingView:
    return FindingView(
        number=finding.number,
        statement=_text(finding.statement),
        severity=finding.severity,
        evidence=[clean(id_, 20) for id_ in finding.evidence],
        charts=[charts[id_] for id_ in finding.charts if id_ in charts],
        see=[charts[id_].label for id_ in finding.see if id_ in charts],
        unverified=_marks(finding.unverified, finding.checks),
        unread=_list(finding.unread),
        interpretation=_list(finding.interpretation),
    )


def _step(number: int, step: StepAnswer) -> StepView:
    return StepView(
        number=number,
        question=_text(step.question),
        purpose=_text(step.purpose),
        answer=_text(step.answer),
        unverified=_list(step.unverified),
        unread=_list(step.unread),
        failed=_text(step.failed),
        evidence=[clean(id_, 20) for id_ in step.evidence],
    )


def _check(check: AnomalyCheck, charts: dict[str, ChartView]) -> CheckView:
    result = check.result
    where = f" over {clean(result.time, 60)}" if result.time else ""
    threshold = f"{result.threshold:g}"
    what = "points in time" if result.time else "values"
    return CheckView(
        evidence=check.evidence,
        column=clean(result.column, 80) + where,
        outcome=f"{result.flagged:,} of {result.checked:,} {what} flagged, with a score of {threshold} or more",
        description=_text(result.description),
        figure=charts[check.chart].label if check.chart in charts else "",
        table=result_table(result, MOST_WORST) if result.worst else None,
    )


def _quiet(checks: list[AnomalyCheck]) -> str:
    quiet = [clean(check.result.column, 60) for check in checks if not check.result.flagged]
    return f"Checked with nothing flagged: {', '.join(quiet)}." if quiet else ""


def _call(item: Evidence, *, results: bool) -> CallView:
    sql = str(getattr(item.result, "sql", ""))  # set apart as code
    arguments = {name: value for name, value in item.arguments.items() if not (sql and value == sql)}
    words = ", ".join(
        f"{name}={json.dumps(value, ensure_ascii=False, default=str)}" for name, value in arguments.items()
    )
    elsewhere = isinstance(item.result, IN_OWN_SECTION)
    return CallView(
        id=clean(item.id, 20),
        tool=clean(item.tool, 60),
        arguments=clean(words, 300),
        sql=clean(sql, LONGEST_SQL),
        table=result_table(item.result) if results and not elsewhere else None,
    )


def _provenance(report: Report) -> list[Fact]:
    run, usage = report.run, report.run.usage
    return [
        Fact(label="Data", value=f"{clean(report.data.name, 100)}, {report.data.rows:,} rows"),
        Fact(label="Source", value=clean(report.data.source, 300)),
        Fact(label="Fingerprint", value=clean(report.data.fingerprint, 100)),
        Fact(label="Run", value=clean(run.run_id, 100)),
        Fact(label="Model", value=clean(run.model, 100)),
        Fact(label="Language model used", value="yes" if run.uses_language_model else "no"),
        Fact(label="Model requests", value=f"{usage.requests:,}"),
        Fact(label="Tokens", value=f"{usage.input_tokens:,} sent, {usage.output_tokens:,} received"),
        Fact(label="Cost", value=_cost(usage.usd)),
        *([Fact(label="Spent in all attempts", value=str(run.spent))] if run.spent is not None else []),
        *([Fact(label="Trace", value=f"analyst trace {clean(run.trace, 100)}")] if run.trace is not None else []),
        Fact(label="Answered from stored results", value=f"{run.cached_calls:,} calls"),
        Fact(label="Versions", value=", ".join(f"{name} {number}" for name, number in run.versions.items())),
    ]
